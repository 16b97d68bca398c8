"""The suite's databases: one migrated template for all, and for each test process a copy of it.

Migrating takes many seconds, so the template is kept between runs until a migration or a pin changes. A test that
commits is followed by a repair instead of Django's flush, so that what migrations wrote (Wagtail's root page, the
practice) is there again: the tables that differ get their first rows back (5 ms) or, when the test changed the
schema, the whole copy is replaced (50 ms, and up to 300 ms while others do the same: each waits for a checkpoint).
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from psycopg import sql

TEMPLATE, BUILDING, COPY = "threshold_template_", "threshold_building_", "test_threshold_"


@contextlib.contextmanager
def server_folder() -> Iterator[Path]:
    """A VAR_DIR for an embedded server of a test's own. pytest's folders will not do: it closes them to `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix="threshold-test-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


SCHEMA = """
    SELECT sum(oid::bigint + xmin::text::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT sum(oid::bigint + xmin::text::bigint) FROM pg_constraint
    UNION ALL SELECT sum(oid::bigint + xmin::text::bigint) FROM pg_trigger
    UNION ALL SELECT sum(oid::bigint + xmin::text::bigint) FROM pg_attrdef
    UNION ALL SELECT sum(oid::bigint + xmin::text::bigint) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT sum(indexrelid::bigint + xmin::text::bigint) FROM pg_index
"""
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename), last_value, start_value FROM pg_sequences"
# What a table holds: all of it where the template holds something, and else whether there is anything, which is cheap.
HASH = "SELECT '{0}', count(*), sum(hashtextextended(t::text, 0)) FROM {0} t"
ANY = "SELECT '{0}', count(*), 0 FROM (SELECT FROM {0} LIMIT 1) t"


class WorkerDatabase:
    """The copy that one test process works on. Made by `worker_database`."""

    def __init__(self, admin: psycopg.Connection, name: str, template: str) -> None:
        self.admin = admin
        self.name = name
        self.template = template
        self.own: psycopg.Connection | None = (
            None  # kept open: a session that knows every table answers ten times faster
        )

    def replace(self) -> None:
        """Put a fresh copy of the template in this database's place, and remember what it holds."""
        self.drop()
        # By file: 28 ms against 35 ms and more through the log.
        self.run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self.name, self.template)
        self.own = own = self.connection()
        # No triggers, foreign keys among them. Once: PostgreSQL forgets its plans whenever this changes.
        own.execute("SET session_replication_role = replica")
        self.schema = own.execute(SCHEMA).fetchall()
        self.sequences = {row[0]: row for row in own.execute(SEQUENCES)}
        names = [name for (name,) in own.execute(TABLES)]
        self.rows = {name: rows for name in names if (rows := self.copy_out(own, name))}
        self.contents = " UNION ALL ".join((HASH if name in self.rows else ANY).format(name) for name in names)
        self.tables = set(own.execute(self.contents).fetchall())

    def restore(self) -> None:
        """Make the database what it was when the test began; whoever is still connected is cut off."""
        connections.close_all()
        ContentType.objects.clear_cache()
        self.cut_off()
        assert self.own is not None
        if self.own.execute(SCHEMA).fetchall() == self.schema:
            self.put_back(self.own)
        else:
            self.replace()

    def put_back(self, own: psycopg.Connection) -> None:
        """Give the tables and sequences that differ from the template their first contents."""
        changed = [row[0] for row in own.execute(self.contents) if row not in self.tables]
        moved = [row[0] for row in own.execute(SEQUENCES) if row != self.sequences[row[0]]]
        with own.transaction():
            for table in changed:
                own.execute(f"DELETE FROM {table}")
                if table in self.rows:
                    with own.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                        copy.write(self.rows[table])
            for name in moved:
                _name, last, start = self.sequences[name]
                own.execute("SELECT setval(%s, %s, %s)", [name, last or start, last is not None])

    @staticmethod
    def copy_out(own: psycopg.Connection, table: str) -> bytes:
        with own.cursor().copy(f"COPY {table} TO STDOUT") as copy:
            return b"".join(bytes(part) for part in copy)

    def connection(self) -> psycopg.Connection:
        place = {"dbname": self.name, "password": self.admin.info.password}
        return psycopg.connect(self.admin.info.dsn, autocommit=True, **place)

    def cut_off(self) -> None:
        """End every other session in this database, and wait until they are gone: two or three milliseconds."""
        others = "FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
        whose = [self.name, self.own.info.backend_pid if self.own else 0]
        self.admin.execute(f"SELECT pg_terminate_backend(pid) {others}", whose)
        deadline = time.monotonic() + 5
        while self.admin.execute(f"SELECT {others}", whose).rowcount and time.monotonic() < deadline:
            time.sleep(0.001)

    def drop(self) -> None:
        """Remove this database. With a session left, DROP … (FORCE) would sleep 100 ms before it looks again."""
        if self.own is not None:
            self.own.close()
            self.own = None
        self.cut_off()
        self.run("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)

    def run(self, statement: str, *names: str) -> None:
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextlib.contextmanager
def worker_database(worker: str) -> Iterator[WorkerDatabase]:
    """Have Django's default database be a copy of the template, for this process alone."""
    home = str(connections.settings["default"]["NAME"])
    template = TEMPLATE + _fingerprint()
    with _admin() as admin, _locked(template, fcntl.LOCK_SH):  # in use: nobody drops this template
        database = WorkerDatabase(admin, f"{COPY}{worker}_{os.getpid()}", template)
        with _locked("databases", fcntl.LOCK_EX):
            _drop_leftovers(database)
            if template not in _names(admin, TEMPLATE):
                _build(database)
        database.replace()
        _point_at(database.name)
        try:
            yield database
        finally:
            _point_at(home)
            database.drop()


def _build(database: WorkerDatabase) -> None:
    """Make the template by the real migrations. It gets its name only when it is whole."""
    draft = database.template.replace(TEMPLATE, BUILDING)
    database.run("CREATE DATABASE {}", draft)
    _point_at(draft)
    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()
    database.run("ALTER DATABASE {} RENAME TO {}", draft, database.template)


def _drop_leftovers(database: WorkerDatabase) -> None:
    """Drop half-made templates, templates that no run uses any more, and copies whose process is dead."""
    admin = database.admin
    unused = _names(admin, BUILDING)  # we hold the lock that a builder holds
    unused += [name for name in _names(admin, COPY) if not psutil.pid_exists(int(name.rpartition("_")[2]))]
    for name in _names(admin, TEMPLATE):
        with contextlib.suppress(BlockingIOError):
            if name != database.template:
                with _locked(name, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    unused.append(name)
    for name in unused:
        WorkerDatabase(admin, name, "").drop()


def _fingerprint() -> str:
    """Changes whenever migrating an empty database could give another result."""
    files = [settings.BASE_DIR / "requirements.txt"]
    for app in apps.get_app_configs():
        files += sorted(Path(app.path, "migrations").glob("*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def _admin() -> Iterator[psycopg.Connection]:
    entry = connections.settings["default"]
    address = {"host": entry["HOST"], "port": entry["PORT"], "user": entry["USER"], "password": entry["PASSWORD"]}
    given = {key: value for key, value in address.items() if value}
    connection = psycopg.connect(dbname="postgres", autocommit=True, **given)
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def _locked(name: str, how: int) -> Iterator[None]:
    with (settings.VAR_DIR / f"{name}.lock").open("a") as file:
        fcntl.flock(file, how)
        yield


def _names(admin: psycopg.Connection, prefix: str) -> list[str]:
    found = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return [name for (name,) in found]


def _point_at(name: str) -> None:
    connections.close_all()
    connections.settings["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
