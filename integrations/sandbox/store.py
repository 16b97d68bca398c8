"""What the stand-ins remember: JSON documents by kind and key, in one SQLite file under VAR_DIR.

Any number of threads and processes may use it at once. It is apart from the practice's database on purpose: a vendor
does not forget when the practice rolls back, and the sandbox adds no migration.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident
from typing import Any

from django.conf import settings

Document = dict[str, Any]

BUSY_SECONDS = 20  # how long a writer waits for another's transaction before sqlite3.OperationalError


def put(kind: str, key: str, document: Document) -> None:
    """Store `document` (anything that json can write), replacing what was there."""
    with _connection() as connection:
        _write(connection, kind, key, document)


def put_many(kind: str, documents: dict[str, Document]) -> None:
    """Store many documents by their keys at once, all or none."""
    with _connection() as connection:
        connection.execute("BEGIN IMMEDIATE")
        for key, document in documents.items():
            _write(connection, kind, key, document)
        connection.execute("COMMIT")


def get(kind: str, key: str) -> Document | None:
    """A copy of the document, or None where there is none."""
    with _connection() as connection:
        return _read(connection, kind, key)


def all(kind: str) -> dict[str, Document]:
    """Every document of the kind by its key, in the order in which they were first put."""
    with _connection() as connection:
        rows = connection.execute("SELECT key, body FROM documents WHERE kind = ? ORDER BY id", (kind,)).fetchall()
    return {key: json.loads(body) for key, body in rows}


def texts(kind: str) -> list[str]:
    """The same as they are written, in JSON: for whoever looks through thousands and reads a few."""
    with _connection() as connection:
        rows = connection.execute("SELECT body FROM documents WHERE kind = ? ORDER BY id", (kind,)).fetchall()
    return [body for (body,) in rows]


def delete_starting(kind: str, start: str) -> int:
    """Forget every document whose key starts so; says how many there were."""
    with _connection() as connection:
        where = "kind = ? AND substr(key, 1, ?) = ?"
        return connection.execute(f"DELETE FROM documents WHERE {where}", (kind, len(start), start)).rowcount  # noqa: S608


def delete(kind: str, key: str) -> bool:
    """Forget one document; says whether it was there."""
    with _connection() as connection:
        return connection.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key)).rowcount == 1


def clear() -> None:
    """Forget everything, of every vendor."""
    with _connection() as connection:
        connection.execute("DELETE FROM documents")


def update(kind: str, key: str, function: Callable[[Document | None], Document]) -> Document:
    """Replace a document by `function(document)`, alone: no other writer comes between reading and writing.

    `function` gets None where there is no document; what it returns is stored and returned. Where it raises, nothing
    changes. It must not call this module itself: it would wait for its own lock.
    """
    with _connection() as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            document = function(_read(connection, kind, key))
            _write(connection, kind, key, document)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    return document


def _read(connection: sqlite3.Connection, kind: str, key: str) -> Document | None:
    row = connection.execute("SELECT body FROM documents WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    document: Document | None = json.loads(row[0]) if row else None
    return document


def _write(connection: sqlite3.Connection, kind: str, key: str, document: Document) -> None:
    connection.execute(
        "INSERT INTO documents (kind, key, body) VALUES (?, ?, ?)"
        " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
        (kind, key, json.dumps(document)),
    )


@contextmanager
def _connection() -> Iterator[sqlite3.Connection]:
    """A connection of this call's own (so that threads and forks share none), in autocommit."""
    path = Path(settings.VAR_DIR) / "sandbox.sqlite3"
    if not path.exists():
        _make(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # a stand-in may forget its last second when the machine dies
        yield connection
    finally:
        connection.close()


def _make(path: Path) -> None:
    """Build the file beside its place, then link it there: atomic, and the first of several wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{get_ident()}")
    connection = sqlite3.connect(draft, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(
        "CREATE TABLE documents (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,"
        " UNIQUE (kind, key))"
    )
    connection.close()
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
