"""`manage.py run`, started and ended as a person or an init system does it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from site_cms.management.commands.run import refuse_taken_port
from tests.database import server_folder

STARTING_SECONDS = 60  # the first start migrates an empty database


class Running:
    """One `manage.py run` with a folder and a port of its own."""

    def __init__(self, var_dir: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.var_dir = var_dir
        self.output = var_dir / "output.txt"

    def begin(self) -> None:
        """Start it, and return once it has greeted."""
        environment = {
            key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "SITE_URL", "HOST"}
        }
        environment |= {"VAR_DIR": str(self.var_dir), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        environment["DJANGO_SETTINGS_MODULE"] = "site_cms.settings.development"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + STARTING_SECONDS
        while "/sign-in/" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def family(self) -> list[psutil.Process]:
        """Every process that belongs to it: its descendants, and the database server that works in its folder."""
        return psutil.Process(self.process.pid).children(recursive=True) + self.servers()

    def servers(self) -> list[psutil.Process]:
        """The processes of the database server that works in its folder."""
        found = []
        for process in psutil.process_iter(["name"]):
            try:
                if process.name() == "postgres" and Path(process.cwd()).is_relative_to(self.var_dir):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def child(self, word: str) -> psutil.Process:
        """Its own child whose command line has `word`."""
        (found,) = [p for p in psutil.Process(self.process.pid).children() if any(word in part for part in p.cmdline())]
        return found

    def end(self) -> None:
        """Leave nothing behind, whatever the test found."""
        if self.process.poll() is None:
            self.process.terminate()
            self.wait()
        for process in left_alive(self.servers(), seconds=10):
            process.kill()

    def wait(self) -> int:
        return self.process.wait(timeout=15)


def left_alive(family: list[psutil.Process], seconds: float = 0) -> list[psutil.Process]:
    _gone, alive = psutil.wait_procs(family, timeout=seconds)
    return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    with server_folder() as folder:
        yield folder


@pytest.fixture
def running(var_dir: Path) -> Iterator[Running]:
    running = Running(var_dir)
    try:
        running.begin()
        yield running
    finally:
        running.end()


# One worker takes these in turn: each start but the first finds the data of the one before.
pytestmark = pytest.mark.xdist_group("run")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_process_and_the_next_start_finds_the_data(
    running: Running, number: signal.Signals
) -> None:
    family = running.family()
    running.process.send_signal(number)
    code = running.wait()
    alive = left_alive(family)
    secret = (running.var_dir / "secrets" / "field_key").read_text()
    running.begin()

    assert code == 0
    assert len(family) >= 6
    assert alive == []
    assert (running.var_dir / "secrets" / "field_key").read_text() == secret


def test_it_prints_every_address_and_a_way_in_that_works(running: Running) -> None:
    text = running.output.read_text()
    site = f"http://127.0.0.1:{running.port}"
    for path in ("/", "/book/", "/portal/", "/admin/", "/cms/", "/sandbox/mail/"):
        assert re.search(rf"{re.escape(site + path)}$", text, re.MULTILINE), path
    link = re.search(rf"{re.escape(site)}/sign-in/\S+", text)

    assert link
    with urllib.request.urlopen(link[0], timeout=10) as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{site}/readyz", timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("word", ["gunicorn", "qcluster"])
def test_when_one_process_dies_the_others_end_with_an_error_that_names_it(running: Running, word: str) -> None:
    family = running.family()
    running.child(word).kill()

    assert running.wait() == 1
    assert left_alive(family) == []
    name = {"gunicorn": "web", "qcluster": "worker"}[word]
    assert f"The {name} process ended by itself (exit code -9)" in running.output.read_text()


def test_no_child_outlives_a_killed_supervisor(running: Running) -> None:
    family = running.family()
    running.process.kill()
    running.process.wait()

    assert left_alive(family, seconds=10) == []


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port}.*Nothing was started"):
            refuse_taken_port("127.0.0.1", port)


def test_production_is_refused(settings) -> None:
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="run is for development"):
        call_command("run")
