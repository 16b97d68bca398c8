"""The embedded server, driven as it is in life: by separate processes that come, go and are killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from site_cms import embedded_postgres
from tests.database import server_folder

FIRST_WORDS = """
    import os, sys
    from pathlib import Path
    from site_cms import embedded_postgres
    VAR_DIR = Path({var_dir!r})
    def start(): embedded_postgres.start(VAR_DIR, throw_away=True)
    def say(word): print(word, flush=True)
"""
HOLD = "start(); say('up'); sys.stdin.read()"


class Users:
    """Starts Python processes that use the server of one folder."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.started: list[subprocess.Popen[str]] = []

    def begin(self, code: str) -> subprocess.Popen[str]:
        """A process that runs `code`; its standard input stays open until `communicate`."""
        text = textwrap.dedent(FIRST_WORDS).format(var_dir=str(self.var_dir)) + code
        process = subprocess.Popen(
            [sys.executable, "-c", text],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def hold(self) -> subprocess.Popen[str]:
        """A process that has the server up, and keeps it until its standard input is closed."""
        process = self.begin(HOLD)
        says_up(process)
        return process

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.communicate()
        if servers(self.var_dir):
            _out, err = self.begin("start()").communicate()  # the last user that leaves in good order stops the server
            assert err == ""

    def query(self, statement: str) -> list[tuple[object, ...]]:
        host = str(embedded_postgres.address(self.var_dir)["HOST"])
        place = f"host={host} user=postgres dbname=threshold options='-c synchronous_commit=on'"
        with psycopg.connect(place, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def says_up(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stderr is not None
    if process.stdout.readline() != "up\n":
        pytest.fail(process.stderr.read())


def servers(var_dir: Path) -> list[int]:
    """The pids of the postmasters that work in this folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.name() == "postgres" and Path(process.cwd()).is_relative_to(var_dir.resolve()):
                found.append(process)
        except psutil.Error:
            continue
    pids = {process.pid for process in found}
    return [process.pid for process in found if process.ppid() not in pids]


@contextlib.contextmanager
def using(var_dir: Path) -> Iterator[Users]:
    users = Users(var_dir)
    yield users
    users.end()
    assert servers(var_dir) == []


@pytest.fixture
def first_users() -> Iterator[Users]:
    """Users of a folder in which nothing is yet."""
    with server_folder() as var_dir, using(var_dir) as users:
        yield users


@pytest.fixture(scope="module")
def made_before() -> Iterator[Path]:
    """A folder that a server has been started in: making new data takes a second, and copying them none."""
    with server_folder() as var_dir:
        with using(var_dir) as users:
            users.hold().communicate()
        yield var_dir


@pytest.fixture
def users(made_before: Path) -> Iterator[Users]:
    """Users of a folder in which a server has run before."""
    with server_folder() as var_dir, using(var_dir) as users:
        subprocess.run(["cp", "-a", made_before / "postgres", var_dir], check=True)
        yield users


def test_reading_the_settings_starts_nothing(first_users: Users) -> None:
    environment = {
        **os.environ,
        "VAR_DIR": str(first_users.var_dir),
        "DJANGO_SETTINGS_MODULE": "site_cms.settings.development",
    }
    code = "from django.conf import settings; settings.DATABASES"
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, check=True)

    assert servers(first_users.var_dir) == []
    assert not (first_users.var_dir / "postgres").exists()


@pytest.mark.parametrize(
    ("subcommand", "variables"),
    [("check", {}), ("migrate", {"EMBEDDED_POSTGRES": "off"}), ("migrate", {"DATABASE_URL": "postgresql://db/x"})],
)
def test_nothing_starts_for_a_command_or_a_place_that_needs_no_embedded_database(
    subcommand: str, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(embedded_postgres, "start", lambda *_arguments, **_options: pytest.fail("it started"))

    embedded_postgres.start_if_needed([subcommand])


def test_the_server_stops_with_its_last_user(users: Users) -> None:
    users.hold().communicate()

    assert servers(users.var_dir) == []


def test_a_second_process_shares_the_server_and_keeps_it_when_the_first_leaves(users: Users) -> None:
    first, _second = users.hold(), users.hold()
    before = servers(users.var_dir)
    first.communicate()

    assert len(before) == 1
    assert servers(users.var_dir) == before
    assert users.query("SELECT 1") == [(1,)]


def test_sigterm_is_leaving_in_good_order(users: Users) -> None:
    user = users.hold()
    user.terminate()
    user.communicate()

    assert user.returncode == 128 + signal.SIGTERM
    assert servers(users.var_dir) == []


def test_many_starts_at_once_make_one_server(first_users: Users) -> None:
    for process in [first_users.begin(HOLD) for _ in range(4)]:
        says_up(process)

    assert len(servers(first_users.var_dir)) == 1


def test_kill_9_of_the_only_user_leaves_the_data_and_the_next_start_works(users: Users) -> None:
    user = users.hold()
    users.query("CREATE TABLE kept AS SELECT 42 AS answer")
    user.kill()
    user.communicate()
    next_user = users.hold()

    assert users.query("SELECT answer FROM kept") == [(42,)]
    next_user.communicate()
    assert servers(users.var_dir) == []


def test_kill_9_of_the_server_is_mended_by_the_next_start(users: Users) -> None:
    users.hold()
    users.query("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(servers(users.var_dir)[0], signal.SIGKILL)
    users.hold()

    assert users.query("SELECT answer FROM kept") == [(42,)]


def test_lock_files_that_name_another_live_process_do_not_stop_a_start(users: Users) -> None:
    users.hold().communicate()
    data = users.var_dir / "postgres" / "data"
    socket_dir = str(embedded_postgres.address(users.var_dir)["HOST"])
    Path(socket_dir).mkdir(mode=0o700)
    for left in (data / "postmaster.pid", Path(socket_dir, ".s.PGSQL.5432.lock")):
        left.write_text(f"{os.getpid()}\n{data}\n1\n5432\n{socket_dir}\n")
    users.hold()

    assert users.query("SELECT 1") == [(1,)]


def test_a_data_folder_that_was_never_finished_is_made_anew(first_users: Users) -> None:
    half = first_users.var_dir / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    first_users.hold()

    assert first_users.query("SELECT 1") == [(1,)]
    assert not half.exists()


def test_a_forked_child_that_ends_leaves_the_server_to_its_parent(users: Users) -> None:
    user = users.begin("start()\nif os.fork() == 0: sys.exit()\nos.wait(); say('up'); sys.stdin.read()")
    says_up(user)

    assert users.query("SELECT 1") == [(1,)]


def test_a_parent_that_ends_leaves_the_server_to_its_forked_child(users: Users) -> None:
    user = users.begin("start()\nif os.fork(): sys.exit()\nsay('up'); sys.stdin.read()")
    user.wait()
    says_up(user)

    assert users.query("SELECT 1") == [(1,)]


def test_a_program_that_was_started_meanwhile_does_not_hold_the_server(users: Users) -> None:
    user = users.begin("import subprocess; start(); print(subprocess.Popen(['sleep', '30'], stdout=2).pid, flush=True)")
    assert user.stdout is not None
    sleeper = int(user.stdout.readline())
    user.wait()
    left = servers(users.var_dir)
    os.kill(sleeper, signal.SIGKILL)

    assert left == []


def test_only_its_own_account_can_enter_the_folder_of_the_socket(users: Users) -> None:
    users.hold()

    assert Path(str(embedded_postgres.address(users.var_dir)["HOST"])).stat().st_mode & 0o777 == 0o700


def test_a_server_that_cannot_start_says_why(users: Users) -> None:
    users.hold().communicate()
    (users.var_dir / "postgres" / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    _out, err = users.begin("start()").communicate()

    assert "EmbeddedPostgresError: PostgreSQL did not start." in err
    assert 'unrecognized configuration parameter "no_such_setting"' in err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_data_go_elsewhere_with_a_line_that_says_so_when_the_account_cannot_reach_them(first_users: Users) -> None:
    first_users.var_dir.chmod(0o700)
    user = first_users.begin("start(); say(embedded_postgres._Server(VAR_DIR, throw_away=True).home)")
    out, err = user.communicate()
    first_users.var_dir.chmod(0o755)
    shutil.rmtree(out.strip())

    assert out.startswith("/var/tmp/threshold-postgres-")
    assert out.strip() in err
    assert "set VAR_DIR" in err
    assert not (first_users.var_dir / "postgres" / "data").exists()
