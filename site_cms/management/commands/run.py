"""`manage.py run`: the whole system on one machine, in the foreground, for development and demonstrations."""

import contextlib
import ctypes
import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, NoReturn

import psutil
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from site_cms.settings.env import env_int, env_str

THERAPIST = "therapist@example.com"
PAGES = {
    "Site": "/",
    "Booking": "/book/",
    "Portal": "/portal/",
    "Workspace": "/admin/",
    "Editor": "/cms/",
    "Mailbox": "/sandbox/mail/",
}
STARTING_SECONDS = 120
GRACE_SECONDS = 5
GUNICORN = {
    "--worker-class": "gthread",
    "--workers": "1",
    "--threads": "16",
    "--graceful-timeout": "3",
    "--log-level": "warning",
}
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


class Command(BaseCommand):
    """Migrates, makes the sample practice, then keeps web and worker running until told to stop.

    Exit code 0 when ended by Ctrl-C or SIGTERM; 1, with a line that says why, when it cannot start or one of the two
    ends by itself. Either way no process that it started survives it.
    """

    requires_system_checks = []  # the processes that it starts check; once more would cost seconds
    help = "Runs web and worker on this machine with a sample practice (development only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Everything from the check of the port to the last child's end."""
        if not settings.SANDBOX:
            raise CommandError(
                "run is for development. In production let your init system run "
                "`gunicorn site_cms.wsgi` and `manage.py qcluster`."
            )
        host, port = env_str("HOST", "127.0.0.1"), env_int("PORT", 8000)
        refuse_taken_port(host, port)
        stop_on_signals()
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty here; its absence would be warned of
        call_command("migrate", interactive=False, verbosity=0)
        call_command("seed_demo")
        children = Children()
        try:
            children.start("web", web_arguments(host, port))
            children.start("worker", [str(settings.BASE_DIR / "manage.py"), "qcluster"])
            children.wait_until(answering(host, port), STARTING_SECONDS)
            self.greet()
            children.wait()
        finally:
            ignore_signals()
            children.end()

    def greet(self) -> None:
        """Print where everything is, and a way in for the therapist."""
        link = io.StringIO()
        call_command("sign_in_link", THERAPIST, stdout=link)
        pages = [f"  {name:<10} {settings.SITE_URL}{path}" for name, path in PAGES.items()]
        way_in = ["", f"  Sign in once as {THERAPIST}:", f"  {link.getvalue().strip()}", ""]
        # One write, or the children's log lines would come in between.
        self.stdout.write("\n".join(["", "Threshold is running. Ctrl-C ends it.", "", *pages, *way_in]))
        self.stdout.flush()


class Children:
    """The processes that this one started, each leading a process group of its own."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start Python with `arguments`; in a group of its own, which a terminal's Ctrl-C does not reach."""
        self.running[name] = subprocess.Popen(  # noqa: S603  (our own words, no shell)
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent(),  # noqa: PLW1509  (no thread has been started)
        )

    def check(self) -> None:
        """Raise CommandError when one has ended."""
        for name, child in self.running.items():
            code = child.poll()
            if code is not None:
                raise CommandError(f"The {name} process ended by itself (exit code {code}), so everything was stopped.")

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Return once `is_ready()`. Raises CommandError after `seconds`, or when a child ends before."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.check()
            if time.monotonic() > deadline:
                raise CommandError(f"The web process did not answer in {seconds} seconds, so everything was stopped.")
            time.sleep(0.1)

    def wait(self) -> NoReturn:
        """Watch for ever. Raises CommandError when a child ends."""
        while True:
            self.check()
            time.sleep(0.2)

    def end(self) -> None:
        """Ask each to end, wait a little, then kill whatever is left in their groups."""
        for child in self.running.values():
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
        for child in self.running.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of an empty group
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            # Their locks go when they do, and by those the embedded database knows that nobody uses it any more.
            while group_is_alive(child.pid):
                time.sleep(0.01)


def web_arguments(host: str, port: int) -> list[str]:
    """Python's arguments for the web process. It finds the project by path, so relative settings keep their meaning."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = [word for option in GUNICORN.items() for word in option]
    path = ["--pythonpath", str(settings.BASE_DIR)]
    return ["-m", "gunicorn", "site_cms.wsgi:application", "--bind", place, "--no-control-socket", *path, *options]


def refuse_taken_port(host: str, port: int) -> None:
    """Raise CommandError when nothing can listen at `host` and `port`."""
    try:
        family, kind, protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as refused:
        raise CommandError(
            f"Cannot listen on {host}, port {port}: {refused.strerror}. Nothing was started. "
            "End what uses the port, or choose others with HOST and PORT."
        ) from refused


def stop_on_signals() -> None:
    """Leave with exit code 0 at the first SIGTERM, Ctrl-C or closed terminal; the ones that follow change nothing."""

    def leave(_number: int, _frame: FrameType | None) -> NoReturn:
        ignore_signals()
        sys.exit(0)

    for number in ENDING_SIGNALS:
        signal.signal(number, leave)


def ignore_signals() -> None:
    """Let nothing interrupt the clearing up: a terminal, make and an impatient person may each send one."""
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def end_with_parent() -> Callable[[], None] | None:
    """What a child calls first so that it gets SIGTERM even when this process is killed outright (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return bind


def group_is_alive(group: int) -> bool:
    """Whether any process of this process group has yet to end."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def answering(host: str, port: int) -> Callable[[], bool]:
    """A question to ask again and again: does the web answer its health check?"""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)
    address = f"http://[{name}]:{port}/healthz" if ":" in name else f"http://{name}:{port}/healthz"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def answers() -> bool:
        try:
            with direct.open(address, timeout=STARTING_SECONDS):
                return True
        except OSError:  # refused, too slow, or (HTTPError is one too) not a 200
            return False

    return answers
