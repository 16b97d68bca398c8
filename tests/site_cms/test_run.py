"""`manage.py run`, started and ended as a person or an init system does it."""

import contextlib
import os
import re
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

STARTING_SECONDS = 180  # the first start migrates an empty database, perhaps on a busy machine


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
            with contextlib.suppress(psutil.NoSuchProcess):  # it went by itself
                process.kill()

    def wait(self) -> int:
        return self.process.wait(timeout=60)


def left_alive(family: list[psutil.Process], seconds: float = 0) -> list[psutil.Process]:
    _gone, alive = psutil.wait_procs(family, timeout=seconds)
    return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def answers(address: str) -> bool:
    """Whether the address answers 200, within the time that the worker may take for its first sign of life."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status == 200
        time.sleep(0.2)
    return False


@pytest.fixture
def running() -> Iterator[Running]:
    with server_folder() as var_dir:
        running = Running(var_dir)
        try:
            running.begin()
            yield running
        finally:
            running.end()


def prints_addresses_that_work(running: Running) -> None:
    text, site = running.output.read_text(), f"http://127.0.0.1:{running.port}"
    for path in ("/", "/book/", "/portal/", "/admin/", "/cms/", "/sandbox/mail/"):
        assert re.search(rf"{re.escape(site + path)}$", text, re.MULTILINE), path
    link = re.search(rf"{re.escape(site)}/sign-in/\S+", text)
    assert link
    assert answers(link[0])
    assert answers(f"{site}/readyz")


def ends_every_process_on_sigterm(running: Running) -> None:
    family = running.family()
    running.process.terminate()

    assert running.wait() == 0
    assert len(family) >= 6
    assert left_alive(family, seconds=10) == []  # the database server may be writing its last page


def ends_with_an_error_when_the_worker_dies(running: Running) -> None:
    family = running.family()
    running.child("qcluster").kill()

    assert running.wait() == 1
    assert left_alive(family, seconds=10) == []  # the database server may be writing its last page
    assert "The worker process ended by itself (exit code -9)" in running.output.read_text()


def leaves_no_child_when_it_is_killed(running: Running) -> None:
    family = running.family()
    running.process.kill()
    running.process.wait()

    assert left_alive(family, seconds=10) == []


def test_it_greets_ends_cleanly_keeps_its_data_and_leaves_no_process_however_it_ends(running: Running) -> None:
    # One test, since a first start migrates an empty database and those that follow are the quick ones.
    prints_addresses_that_work(running)
    ends_every_process_on_sigterm(running)

    running.begin()
    assert "there already" in running.output.read_text()
    ends_with_an_error_when_the_worker_dies(running)

    running.begin()
    leaves_no_child_when_it_is_killed(running)


def test_a_taken_port_is_refused_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port}.*Nothing was started"):
            refuse_taken_port("127.0.0.1", port)


def test_production_is_refused(settings) -> None:
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="run is for development"):
        call_command("run")
