"""Bookings through HTTP beside raw inserts under the same constraint, in one run: `make bench`.

Two web processes, eight clients at once, each person and each time its own; no calendar is connected. All
share the machine's cores, so beside the rates stands what one booking takes of the CPU, which a busy machine changes
less.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import Client
from practice_admin.models import Booking, Practice, SessionType
from tests.benchmarks.server import Cpu, Server, Visitor
from tests.factories import make_client, make_session_type, open_every_day
from tests.races.crowd import rush

CLIENTS = 8
EACH = 50
ROUNDS = 3
MINUTES = 20
DETAILS = "/book/discovery/details/"
INSERT = """
    INSERT INTO practice_admin_booking (public_id, client_id, session_type_id, starts_at, ends_at, status)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, 'confirmed')
"""


def the_times() -> list[datetime]:
    """Far more begins than are used, no two of which are in each other's way."""
    first = (timezone.now() + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
    return [first + timedelta(days=day, minutes=30 * slot) for day in range(200) for slot in range(16)]


def a_second(act: Callable[[int], list[Any]]) -> tuple[float, list[Any]]:
    """How many acts a second, EACH by CLIENTS at once; and what they gave."""
    outcomes, seconds = rush(CLIENTS, act)
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert not failed, failed
    return CLIENTS * EACH / seconds, [each for outcome in outcomes for each in outcome]


def inserting(person: Client, kind: SessionType, times: list[datetime]) -> Callable[[int], list[None]]:
    """What one client does who writes straight into the table."""

    def insert(number: int) -> list[None]:
        with connection.cursor() as cursor:
            for at in times[number::CLIENTS]:
                cursor.execute(INSERT, [person.pk, kind.pk, at, at + timedelta(minutes=MINUTES)])
        return []

    return insert


def booking(visitors: list[Visitor], times: list[datetime]) -> Callable[[int], list[int]]:
    """What one visitor does: books each of their times, for another person each. The letters are written before."""
    letters = [
        [letter(visitor, at, f"p{number}-{turn}-{at:%m%d%H%M}") for turn, at in enumerate(times[number::CLIENTS])]
        for number, visitor in enumerate(visitors)
    ]
    return lambda number: [visitors[number].send(each) for each in letters[number]]


def letter(visitor: Visitor, at: datetime, name: str) -> bytes:
    """The form of the second screen as somebody new fills it in."""
    typed = {"start": at.isoformat(), "name": "A Person", "email": f"{name}@example.com", "phone": "+351 912 345 678"}
    return visitor.letter(DETAILS, urlencode(typed | {"consent": "on", "csrfmiddlewaretoken": visitor.token}))


@pytest.mark.django_db(transaction=True)
def test_bookings_beside_raw_inserts() -> None:
    Practice.objects.update(time_zone="UTC")
    open_every_day()
    kind, person, times = make_session_type("discovery", horizon_days=210), make_client(), the_times()
    inserts, bookings, answers, per_booking = [], [], [], []
    with Server() as server:
        visitors = [Visitor(server.port) for _ in range(CLIENTS)]
        for turn in range(2 * CLIENTS):  # each process has done everything once
            visitors[turn % CLIENTS].send(letter(visitors[turn % CLIENTS], times.pop(), f"warm{turn}"))
        for _ in range(ROUNDS):
            raw, http, times = times[: CLIENTS * EACH], times[CLIENTS * EACH :][: CLIENTS * EACH], times[800:]
            inserts.append(a_second(inserting(person, kind, raw))[0])
            book, cpu = booking(visitors, http), Cpu(server)
            rate, given = a_second(book)
            per_booking.append({name: 1000 * spent / len(given) for name, spent in cpu.spent().items()})
            bookings.append(rate)
            answers += given
        refusals, refused = a_second(booking(visitors, [http[0]] * (CLIENTS * EACH)))
        for visitor in visitors:
            visitor.close()
    overlaps = Booking.objects.filter(starts_at=http[0], status__in=Booking.LIVE).count() - 1
    ratio = median(many / few for many, few in zip(inserts, bookings, strict=True))
    shares = {name: median(each[name] for each in per_booking) for name in per_booking[0]}
    print(f"\n{'raw inserts a second':>28} {median(inserts):>9.0f}")
    print(f"{'bookings a second, HTTP':>28} {median(bookings):>9.0f}   {ratio:.0f} inserts for one booking")
    print(f"{'CPU of one booking, ms':>28} {sum(shares.values()):>9.1f}   {shares_text(shares)}")
    print(f"{'refusals (409) a second':>28} {refusals:>9.0f}   double bookings: {overlaps}")
    assert (set(answers), set(refused)) == ({303}, {409})
    assert overlaps == 0


def shares_text(shares: dict[str, float]) -> str:
    """Who took how much of it."""
    return ", ".join(f"{name} {share:.1f}" for name, share in shares.items())
