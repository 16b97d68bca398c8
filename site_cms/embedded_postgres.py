"""A private PostgreSQL for development, the demonstration and tests: used where DATABASE_URL is unset.

Every process that uses the server holds a shared lock on one file. The kernel drops that lock however the process ends,
and the last process to leave in good order stops the server. A server left behind by `kill -9` is adopted by the next
start. Settings only compute the address; `manage.py` and `wsgi.py` start the server.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import psutil
import psycopg
from psycopg import sql

from site_cms.postgres_account import SHARED_PLACE, EmbeddedPostgresError, ServerAccount

__all__ = ["EmbeddedPostgresError", "address", "start", "start_if_needed"]

USER = "postgres"
PORT = "5432"
PATIENCE_SECONDS = 60
NO_DATABASE = {"check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "makemessages"}
NO_DATABASE |= {"help", "version", "--help", "--version", "-h"}
OPTIONS = ["max_connections=200", "listen_addresses=", "timezone=UTC", f"port={PORT}"]
THROW_AWAY_OPTIONS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]

_leases: dict[tuple[int, Path], IO[str]] = {}  # by process and folder; open for as long as the process lives


def address(var_dir: Path, name: str = "threshold") -> dict[str, object]:
    """Django's DATABASES entry for the server whose data belong to `var_dir`. Starts and writes nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": USER,
        "HOST": str(_socket_dir(var_dir)),
        "PORT": PORT,
    }


def start_if_needed(argv: Sequence[str] = ()) -> None:
    """Have the server of the Django settings running, unless they name another database or `argv` needs none.

    `argv` begins with the subcommand of manage.py. Does nothing when DATABASE_URL is set or EMBEDDED_POSTGRES is `off`.
    Raises EmbeddedPostgresError.
    """
    switched_off = os.environ.get("EMBEDDED_POSTGRES", "").strip().lower() == "off"
    if switched_off or os.environ.get("DATABASE_URL", "").strip() or NO_DATABASE.intersection(argv[:1]):
        return
    from django.conf import settings  # late: settings import this module for the address

    entry = settings.DATABASES["default"]
    if entry.get("HOST") == str(_socket_dir(settings.VAR_DIR)):
        start(settings.VAR_DIR, str(entry["NAME"]), throw_away=getattr(settings, "THROW_AWAY_DATABASE", False))


def start(var_dir: Path, name: str = "threshold", *, throw_away: bool = False) -> None:
    """Have the server of `var_dir` running, with the database `name`, for as long as this process lives.

    `throw_away` risks the data on a power cut for speed; it is what the process that starts the server says.
    Safe to call twice, and from many processes at once. Raises EmbeddedPostgresError.
    """
    with (server := _Server(var_dir, throw_away=throw_away)).gate():
        server.hold()
        if not server.is_up():
            server.boot()
        server.ensure_database(name)
    _leave_in_good_order_on_sigterm()


def _digest(var_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(var_dir.resolve())).hexdigest()[:12]


def _socket_dir(var_dir: Path) -> Path:
    # The kernel takes about 100 bytes for a socket's path, so it cannot lie under VAR_DIR. Not TMPDIR: that may differ
    # between processes which must agree.
    return Path(f"/tmp/threshold-{os.geteuid()}-{_digest(var_dir)}")  # noqa: S108  (0700, and its owner is checked)


def _leave_in_good_order_on_sigterm() -> None:
    """Have SIGTERM run the exit handlers, where nobody has decided otherwise, so that the last one stops the server."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


class _Server:
    """One server: its folders, and the locks that its users hold."""

    def __init__(self, var_dir: Path, *, throw_away: bool) -> None:
        self.throw_away = throw_away
        self.account = ServerAccount()
        self.socket_dir = _socket_dir(var_dir)
        self.folder = var_dir.resolve() / "postgres"
        with _said_plainly():
            self.folder.mkdir(parents=True, exist_ok=True)
        self.home = self.choose_home(SHARED_PLACE / f"threshold-postgres-{_digest(var_dir)}")
        self.data = self.home / "data"
        self.log = self.home / "server.log"

    @contextlib.contextmanager
    def gate(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        with _said_plainly():
            gate = (self.folder / "start.lock").open("a")
        with gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(gate, fcntl.LOCK_UN)  # closing is not enough: a child forked meanwhile shares the lock

    def hold(self) -> None:
        """Count this process among the users until it ends. Forks share the descriptor; programs do not inherit it."""
        key = (os.getpid(), self.folder)
        if key not in _leases:
            with _said_plainly():
                _leases[key] = (self.folder / "users.lock").open("a")
            fcntl.flock(_leases[key], fcntl.LOCK_SH)
            atexit.register(self.leave, key)

    def leave(self, key: tuple[int, Path]) -> None:
        """Stop counting this process among the users, and stop the server when it was the last one."""
        if key[0] != os.getpid():  # a forked child, which inherited this exit handler
            return
        _leases.pop(key).close()
        if not self.folder.exists():
            return  # removed under us; the server notices by itself
        with self.gate(), (self.folder / "users.lock").open("a") as last:
            try:
                # A new description, not our own lock upgraded: children that we forked still hold that one.
                fcntl.flock(last, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self.account.run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))
            with contextlib.suppress(OSError):  # not empty, so not stopped
                self.socket_dir.rmdir()

    def is_up(self) -> bool:
        """Whether the server answers; waits while it is busy starting or ending. A pid proves nothing, so asks it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.account.run("pg_isready", "-q", "-t", "2", "-h", str(self.socket_dir), "-p", PORT).returncode != 0:
            if not self.has_processes():
                return False
            if time.monotonic() > deadline:
                raise self.error("PostgreSQL runs but does not answer. End its processes and start again.")
            time.sleep(0.1)
        return True

    def has_processes(self) -> bool:
        """Whether any live postgres works in our data folder: a dead postmaster's children may still be writing."""
        for process in psutil.process_iter(["name"]):
            with contextlib.suppress(psutil.Error):  # gone meanwhile, a zombie, or of an account that is not ours
                if process.name() == "postgres" and process.cwd() == str(self.data):
                    return True
        return False

    def boot(self) -> None:
        """Start the server, on new data where there are none. The caller holds the gate and knows that none runs."""
        with _said_plainly():
            self.account.own(self.socket_dir)
            if self.home != self.folder:
                self.prepare_shared_home()
            if not self.data.exists():
                self.initialise()
            self.account.own(self.data)
            self.log.touch(mode=0o600)
            os.chown(self.log, self.account.uid, -1)
            # No postgres is alive here, but one would trust these again once their pid is some other process's.
            for left_by_a_crash in (self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{PORT}.lock"):
                left_by_a_crash.unlink(missing_ok=True)
        options = [*OPTIONS, f"unix_socket_directories={self.socket_dir}"]
        options += THROW_AWAY_OPTIONS if self.throw_away else []
        flags = " ".join(f"-c {option}" for option in options)
        place = ["-D", str(self.data), "-l", str(self.log), "-o", flags]
        if self.account.run("pg_ctl", "start", "-w", "-t", str(PATIENCE_SECONDS), *place).returncode:
            raise self.error("PostgreSQL did not start.")

    def initialise(self) -> None:
        """Make the data folder; it gets its name only when it is whole."""
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self.account.own(draft)
        form = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        form += ["--no-sync"] if self.throw_away else []
        made = self.account.run("initdb", "-D", str(draft), "-U", USER, *form)
        if made.returncode:
            raise EmbeddedPostgresError(f"PostgreSQL could not make its data folder {draft}.\n{made.stderr.strip()}")
        draft.rename(self.data)

    def ensure_database(self, name: str) -> None:
        """Create the database `name` where it is missing."""
        place = f"host={self.socket_dir} port={PORT} user={USER} dbname=postgres"
        with psycopg.connect(place, autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def choose_home(self, fallback: Path) -> Path:
        """Where data and log live: under VAR_DIR, or in `fallback` when the server's account cannot get there.

        Data stay where they were first put, so that a change of permissions never shows as an empty database.
        """
        here, there = (self.folder / "data").exists(), (fallback / "data").exists()
        if self.account.can_reach(self.folder):
            return fallback if there and not here else self.folder
        if here:
            raise EmbeddedPostgresError(
                f"PostgreSQL runs as {self.account.name}, which can no longer enter {self.folder}. "
                "Open that folder and those above it (chmod a+x), or set VAR_DIR to another folder."
            )
        return fallback

    def prepare_shared_home(self) -> None:
        """Make the folder outside VAR_DIR, and say where the data are and why."""
        self.home.mkdir(mode=0o755, exist_ok=True)
        if self.home.lstat().st_uid != os.geteuid():
            raise EmbeddedPostgresError(f"{self.home} belongs to another account. Remove it, or set VAR_DIR elsewhere.")
        sys.stderr.write(
            f"Threshold: the database's files are in {self.home}, because PostgreSQL runs as {self.account.name} here, "
            f"and that account could not enter {self.folder}. To keep them under VAR_DIR, set VAR_DIR to a folder that "
            "every account may enter (chmod a+x).\n"
        )

    def error(self, message: str) -> EmbeddedPostgresError:
        """`message` with the end of the server's log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return EmbeddedPostgresError("\n".join([f"{message} Its log, {self.log}, ends:", *lines[-8:]]))


@contextlib.contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn a refusal of the file system into an error that says what to do."""
    try:
        yield
    except PermissionError as refused:
        raise EmbeddedPostgresError(
            f"{refused.filename} belongs to another account: it was probably made by one (root?) that ran this before. "
            "Run as that account, or set VAR_DIR to a folder of your own."
        ) from refused
