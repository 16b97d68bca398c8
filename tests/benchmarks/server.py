"""A real gunicorn on the test's database, visitors who cost it nothing, and what a stretch of work took of the CPU."""

import socket
import subprocess
import sys
from http.client import HTTPConnection
from time import monotonic, process_time, sleep

import psutil
from django.db import connection

from site_cms.management.commands.run import web_arguments
from tests.worker import environment


class Server:
    """The web as `make run` starts it, but with a process for each of two cores; ended with them."""

    def __enter__(self) -> "Server":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [
                sys.executable,
                *web_arguments("127.0.0.1", self.port),
                "--workers",
                "2",
                "--threads",
                "8",
                "--keep-alive",
                "60",
            ],
            env=environment(f"http://127.0.0.1:{self.port}") | {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = monotonic() + 60
        while self._status() != 200:
            assert monotonic() < deadline, "the server did not start"
            sleep(0.2)
        return self

    def __exit__(self, *_ending: object) -> None:
        self.process.terminate()
        self.process.wait(15)

    def _status(self) -> int:
        there = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            there.request("GET", "/healthz")
            return there.getresponse().status
        except OSError:
            return 0
        finally:
            there.close()


class Visitor:
    """One browser, which keeps its connection and its CSRF cookie: a bare socket, for it shares the server's cores."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.host = f"127.0.0.1:{port}"
        answer = self._exchange(f"GET /sign-in/ HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
        self.token = answer.partition(b"csrftoken=")[2].partition(b";")[0].decode()

    def letter(self, path: str, body: str) -> bytes:
        """A POST of this form, ready to be sent."""
        return (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: csrftoken={self.token}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def send(self, letter: bytes) -> int:
        """The status of its answer."""
        return int(self._exchange(letter)[9:12])

    def close(self) -> None:
        """Leave."""
        self.wire.close()

    def _exchange(self, letter: bytes) -> bytes:
        """The head of the answer; what follows is read and dropped."""
        self.wire.sendall(letter)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        left = length - len(body)
        while left > 0:
            left -= len(self._more())
        return head

    def _more(self) -> bytes:
        piece = self.wire.recv(65_536)
        assert piece, "the server hung up"
        return piece


class Cpu:
    """Seconds of CPU (user and system) that web, database and visitors have taken since it was made."""

    def __init__(self, server: Server) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (own,) = cursor.fetchone()
        # A database elsewhere cannot be looked at: its share is nought then.
        database = psutil.Process(own).parent() if psutil.pid_exists(own) else None
        self.families = {"web": psutil.Process(server.process.pid), "database": database}
        self.begun = self._now()

    def spent(self) -> dict[str, float]:
        """By whom."""
        return {name: seconds - self.begun[name] for name, seconds in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: _of_family(head) for name, head in self.families.items()} | {"visitors": process_time()}


def _of_family(head: psutil.Process | None) -> float:
    family = [head, *head.children(recursive=True)] if head else []
    return sum(times.user + times.system for times in (process.cpu_times() for process in family))
