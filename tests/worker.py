"""The real worker, as a process of its own, on this test's database and this test's vendors."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import quote, urlencode

import psutil
from django.conf import settings
from django.db import connection


def environment(site_url: str) -> dict[str, str]:
    """What a process needs to stand where this test stands."""
    entry = connection.settings_dict
    user = quote(entry["USER"]) + (f":{quote(entry['PASSWORD'])}" if entry["PASSWORD"] else "")
    socket = entry["HOST"].startswith("/")
    place = "" if socket else entry["HOST"] + (f":{entry['PORT']}" if entry["PORT"] else "")
    query = f"?{urlencode({'host': entry['HOST']})}" if socket else ""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "site_cms.settings.test",
        "DATABASE_URL": f"postgresql://{user}@{place}/{entry['NAME']}{query}",
        "SITE_URL": site_url,
    }


class Worker:
    """`manage.py qcluster`; ended with everything it started."""

    def __init__(self, site_url: str) -> None:
        self.site_url = site_url
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        self.process = subprocess.Popen(
            command, env=environment(self.site_url), start_new_session=True, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """SIGKILL for every process of it, at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def stop(self) -> None:
        if self.process is None:
            return
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]
        self.process.terminate()  # its guard ends the others in order
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        until(lambda: not any(psutil.pid_exists(pid) for pid in family), seconds=5)
        self.process = None


def until(is_so: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until something is so; fail when it does not come to be in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        time.sleep(0.05)
