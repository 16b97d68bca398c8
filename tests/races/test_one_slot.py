"""R3 under a crowd: twenty people, one time. Real threads, a real PostgreSQL."""

import threading
from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from hypothesis import settings

from clients.domain.people import Visitor
from clients.models import User
from practice_admin.domain import bookings
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.diary import SlotNotOffered, SlotTaken
from practice_admin.models import Booking, Practice, SessionType
from tests.factories import MONDAY, NOW, make_session_type, open_every_day
from tests.races.crowd import rush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R3")]

CROWD = 20
ROUNDS = settings.default.max_examples // 5  # more of them where a longer run is asked for


def book(number: int, session_type: SessionType, starts_at) -> Booking:
    who = Visitor(f"Person {number}", f"person{number}@example.com", "+351 912 345 678", "Europe/Lisbon")
    return book_as_guest(visitor=who, session_type=session_type, starts_at=starts_at, now=NOW)


def overlaps() -> int:
    live = Booking.objects.filter(status__in=Booking.LIVE)
    return sum(a.busy.lower < b.busy.upper and b.busy.lower < a.busy.upper for a, b in combinations(live, 2))


def test_without_the_guards_the_race_is_real(monkeypatch) -> None:
    """The lock taken away, the constraint dropped, and everyone let past the question before anyone writes."""
    open_every_day()
    session_type = make_session_type()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE practice_admin_booking DROP CONSTRAINT practice_admin_booking_no_overlap")
    asked, place = threading.Barrier(CROWD), bookings.place
    monkeypatch.setattr(bookings, "lock_diary", lambda: Practice.objects.get(pk=1))
    monkeypatch.setattr(bookings, "place", lambda *of, **fields: (asked.wait(30) and None) or place(*of, **fields))
    rush(CROWD, lambda number: book(number, session_type, MONDAY))
    assert overlaps() > 0


@pytest.mark.parametrize("spread", [0, 5], ids=["one start", "overlapping starts"])
def test_of_twenty_at_once_one_gets_the_time_and_the_others_hear_so_soon(spread: int) -> None:
    """Over many rounds. Deadlock chains took 15 seconds a round before there was one lock; five are a wide margin."""
    open_every_day()
    session_type = make_session_type(duration_minutes=120, step_minutes=5)
    for round_number in range(ROUNDS):
        begin = MONDAY + timedelta(days=round_number)

        def one(number: int, begin=begin):
            return book(number, session_type, begin + timedelta(minutes=spread * number))

        outcomes, seconds = rush(CROWD, one)
        assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1, outcomes
        assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == CROWD - 1, outcomes
        assert seconds < 5
    assert overlaps() == 0


def test_the_constraint_alone_lets_nobody_double_book(monkeypatch) -> None:
    """The lock taken away: slower, and some may be turned away needlessly, but never a double."""
    open_every_day()
    session_type = make_session_type()
    monkeypatch.setattr(bookings, "lock_diary", lambda: Practice.objects.get(pk=1))
    outcomes, _ = rush(CROWD, lambda number: book(number, session_type, MONDAY))
    assert all(isinstance(outcome, Booking | SlotTaken | SlotNotOffered) for outcome in outcomes), outcomes
    assert Booking.objects.filter(status__in=Booking.LIVE).count() == 1


@pytest.mark.rule("R6")
def test_one_new_address_at_many_times_at_once_is_one_person() -> None:
    open_every_day()
    session_type = make_session_type()

    def one(number: int) -> Booking:
        who = Visitor("Alice", "alice@example.com", "+351 912 345 678", "Europe/Lisbon")
        starts_at = MONDAY + timedelta(minutes=30 * number)
        return book_as_guest(visitor=who, session_type=session_type, starts_at=starts_at, now=NOW)

    outcomes, _ = rush(8, one)
    assert len({outcome.client_id for outcome in outcomes}) == 1


@pytest.mark.rule("R5")
def test_through_the_public_door_one_is_booked_and_nineteen_are_told_kindly() -> None:
    open_every_day()
    make_session_type("discovery")

    def one(number: int) -> HttpResponse:
        typed = {
            "start": MONDAY.isoformat(),
            "name": f"Person {number}",
            "email": f"person{number}@example.com",
            "phone": "+351 912 345 678",
            "consent": "on",
        }
        return Browser().post("/book/discovery/details/", typed)

    with time_machine.travel(NOW, tick=True):
        answers, seconds = rush(CROWD, one)
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: CROWD - 1}
    assert all("just taken" in answer.text for answer in answers if answer.status_code == 409)
    assert Booking.objects.count() == User.objects.count() == 1
    assert seconds < 10
