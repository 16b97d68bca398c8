"""Bookings through HTTP beside raw inserts under the same constraint, in one run: `make bench`.

A real gunicorn with as many processes as the machine has cores, eight clients at once, each person and each time its
own; no calendar is connected. The client's side runs on the same cores, so the figures are less than the server's own.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from practice_admin.models import Booking, Practice, SessionType
from tests.factories import make_client, make_session_type, open_every_day
from tests.races.crowd import rush
from tests.worker import environment

CLIENTS = 8
EACH = 50
STEP = timedelta(minutes=30)
INSERT = """
    INSERT INTO practice_admin_booking (public_id, client_id, session_type_id, starts_at, ends_at, status)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, 'confirmed')
"""


class Server:
    """gunicorn on this test's database; ended with its processes."""

    def __enter__(self) -> "Server":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        options = [
            "--workers",
            str(os.cpu_count() or 2),
            "--threads",
            "4",
            "--worker-class",
            "gthread",
            "--keep-alive",
            "60",
        ]
        command = [sys.executable, "-m", "gunicorn", "site_cms.wsgi:application", "--no-control-socket", *options]
        place = f"127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [*command, "--bind", place, "--pythonpath", str(settings.BASE_DIR)],
            env=environment(f"http://{place}") | {"BOOKINGS_PER_MINUTE": "1000000"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = monotonic() + 30
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
    """One browser: keeps its connection and its CSRF cookie."""

    def __init__(self, port: int, number: int) -> None:
        self.number, self.connection = number, HTTPConnection("127.0.0.1", port, timeout=30)
        self.connection.request("GET", "/sign-in/")
        answer = self.connection.getresponse()
        answer.read()
        self.token = answer.headers["Set-Cookie"].partition("csrftoken=")[2].partition(";")[0]

    def book(self, starts_at: str, name: str) -> int:
        typed = {"start": starts_at, "name": "A Person", "email": f"{name}@example.com", "phone": "+351 912 345 678"}
        body = urlencode(typed | {"consent": "on", "csrfmiddlewaretoken": self.token})
        headers = {"Cookie": f"csrftoken={self.token}", "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", "/book/discovery/details/", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


def a_second(act: Callable[[int], Any]) -> tuple[float, list[Any]]:
    """How many acts a second, EACH by CLIENTS at once; and what they gave."""
    outcomes, seconds = rush(CLIENTS, act)
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert not failed, failed
    return CLIENTS * EACH / seconds, [each for outcome in outcomes for each in outcome]


@pytest.mark.django_db(transaction=True)
def test_bookings_beside_raw_inserts() -> None:
    Practice.objects.update(time_zone="UTC")
    open_every_day()
    kind: SessionType = make_session_type("discovery", horizon_days=120)
    person = make_client()
    first = (timezone.now() + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    times = [first + timedelta(days=day) + STEP * slot for day in range(100) for slot in range(16)]
    http, raw = times[: CLIENTS * EACH], times[CLIENTS * EACH : 2 * CLIENTS * EACH]

    def insert(number: int) -> list[None]:
        with connection.cursor() as cursor:
            for at in raw[number::CLIENTS]:
                cursor.execute(INSERT, [person.pk, kind.pk, at, at + timedelta(minutes=20)])
        return []

    with Server() as server:
        visitors = [Visitor(server.port, number) for number in range(CLIENTS)]
        spare = times[2 * CLIENTS * EACH :]
        for visitor in visitors:  # each process has done everything once
            visitor.book(spare[visitor.number].isoformat(), f"warm{visitor.number}")

        def book(number: int) -> list[int]:
            return [visitors[number].book(at.isoformat(), f"p{at:%m%d%H%M}") for at in http[number::CLIENTS]]

        inserts, _ = a_second(insert)
        bookings, answers = a_second(book)

        def come_late(number: int) -> list[int]:
            return [visitors[number].book(http[0].isoformat(), f"late{turn}") for turn in range(EACH)]

        refusals, refused = a_second(come_late)
        for visitor in visitors:
            visitor.connection.close()
    overlaps = Booking.objects.filter(starts_at=http[0], status__in=Booking.LIVE).count() - 1
    print(f"\n{'raw inserts a second':>28} {inserts:>9.0f}")
    print(f"{'bookings a second, HTTP':>28} {bookings:>9.0f}   {inserts / bookings:.0f} inserts for one booking")
    print(f"{'refusals (409) a second':>28} {refusals:>9.0f}   double bookings: {overlaps}")
    assert (set(answers), set(refused)) == ({303}, {409})
    assert overlaps == 0
