"""Each race twice, at its worst moment: with the guards off it does its harm, with them on it does none.

Off: the diary's lock is taken away and, where it would be the last word, the constraint. On: nothing is touched. Either
way the first act stands still between two of its steps until the second has ended, or waits for the lock.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from clients.domain.people import Visitor
from clients.models import Stage
from integrations.calendars import BlockedSpan
from practice_admin.domain import bookings, cancelling, live_calendar, moving, series, session_events
from practice_admin.domain.arranging import Arrangement
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.cancelling import NotCancellable, cancel_by_link
from practice_admin.domain.diary import SlotNotOffered, SlotTaken
from practice_admin.domain.moving import move_booking
from practice_admin.domain.series import book_series
from practice_admin.models import Block, Booking, Payment, Practice, Refund, SessionType
from tests.factories import (
    MONDAY,
    NOW,
    make_booking,
    make_client,
    make_session,
    make_session_type,
    open_every_day,
    therapist,
)
from tests.mirror import replace_mirror
from tests.races.crowd import Meeting
from tests.races.test_one_slot import overlaps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R3"), pytest.mark.rule("R4")]

LATER = MONDAY + timedelta(hours=2)
WEEK = timedelta(weeks=1)
ON, OFF = True, False
both_ways = pytest.mark.parametrize("guarded", [OFF, ON], ids=["guards off", "guards on"])


@pytest.fixture(autouse=True)
def discovery() -> SessionType:
    open_every_day()
    return make_session_type("discovery", daily_cap=2)


@pytest.fixture
def guards(guarded: bool, monkeypatch) -> None:
    """The lock as it is, or gone."""
    if guarded:
        return
    for module in (bookings, cancelling, moving, live_calendar, series, session_events):
        monkeypatch.setattr(module, "lock_diary", lambda: Practice.objects.get(pk=1))


@pytest.fixture
def last_word(guarded: bool) -> None:
    """The constraint as it is, or gone too: where it would forbid what the lock lets through."""
    if not guarded:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE practice_admin_booking DROP CONSTRAINT practice_admin_booking_no_overlap")


@pytest.fixture
def meet(monkeypatch, guards) -> Callable[..., Meeting]:
    """Make two acts meet: the first one stands still before `step` of `module`."""

    def make(first: Callable[[], object], second: Callable[[], object], *, before: tuple[object, str]) -> Meeting:
        meeting, (module, name) = Meeting(first, second), before
        step = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *of, **fields: (meeting.pause(), step(*of, **fields))[1])
        return meeting

    return make


def book(kind: SessionType, starts_at=MONDAY, email: str = "bob@example.com") -> Booking:
    who = Visitor("Bob", email, "+351 912 345 678", "Europe/Lisbon")
    return book_as_guest(visitor=who, session_type=kind, starts_at=starts_at, now=NOW)


@both_ways
@pytest.mark.usefixtures("last_word")
def test_a_booking_while_another_is_moved_there(discovery, meet, guarded) -> None:
    mine = make_booking(session_type=discovery)
    meeting = meet(
        lambda: move_booking(public_id=mine.public_id, starts_at=LATER, now=NOW),
        lambda: book(discovery, LATER),
        before=(moving, "shift"),
    )
    moved, booked = meeting()
    assert isinstance(moved, Booking)
    if guarded:
        assert isinstance(booked, SlotTaken)
        assert overlaps() == 0
    else:
        assert isinstance(booked, Booking)
        assert overlaps() == 1


@both_ways
@pytest.mark.usefixtures("last_word")
def test_a_move_while_another_is_booked_there(discovery, meet, guarded) -> None:
    mine = make_booking(session_type=discovery)
    meeting = meet(
        lambda: book(discovery, LATER),
        lambda: move_booking(public_id=mine.public_id, starts_at=LATER, now=NOW),
        before=(bookings, "place"),
    )
    booked, moved = meeting()
    mine.refresh_from_db()
    assert isinstance(booked, Booking)
    if guarded:
        assert isinstance(moved, SlotTaken)
        assert (mine.starts_at, mine.version, overlaps()) == (MONDAY, 1, 0)
    else:
        assert (mine.starts_at, mine.version, overlaps()) == (LATER, 2, 1)


@both_ways
@pytest.mark.rule("R19")
def test_a_booking_of_a_time_that_is_just_being_cancelled(discovery, meet, guarded) -> None:
    """Nothing is doubled either way. But a time is free at once: whoever asks during the act waits, and gets it."""
    mine = make_booking(session_type=discovery)
    meeting = meet(
        lambda: cancel_by_link(public_id=mine.public_id, is_owner=False, now=NOW),
        lambda: book(discovery),
        before=(cancelling, "owe"),
    )
    cancelled, booked = meeting()
    assert cancelled.status == Booking.Status.CANCELLED
    assert isinstance(booked, Booking if guarded else SlotTaken)
    assert overlaps() == 0


@both_ways
@pytest.mark.rule("R19")
def test_two_cancellations_of_one_paid_session(meet, guarded) -> None:
    mine = make_booking(make_client(stage=Stage.ONGOING), make_session())
    paid = {"amount_minor": 7000, "currency": "EUR", "state": "paid", "expires_at": NOW, "payment_intent": "pi_1"}
    Payment.objects.create(booking=mine, client=mine.client, **paid)

    def cancel() -> Booking:
        return cancel_by_link(public_id=mine.public_id, is_owner=False, now=NOW)

    first, second = meet(cancel, cancel, before=(cancelling, "call_off"))()
    assert first.status == Booking.Status.CANCELLED
    assert isinstance(second, NotCancellable if guarded else Booking)
    assert Refund.objects.count() == 1  # what is on its way back already is counted before more is asked for


@both_ways
def test_a_cycle_while_something_is_booked(discovery, meet, guarded) -> None:
    """What is booked before the new mirror stands is a clash, and shown as one; after it nothing is booked into it."""
    away = [BlockedSpan(MONDAY, MONDAY + timedelta(hours=1), "1", "Away")]
    meeting = meet(
        lambda: book(discovery),
        lambda: replace_mirror(away),
        before=(bookings, "place"),
    )
    booked, written = meeting()
    assert isinstance(booked, Booking)
    assert written == Block.objects.count() == 1
    assert meeting.ended == (["first", "second"] if guarded else ["second", "first"])


@both_ways
def test_a_booking_while_a_cycle_replaces_the_mirror(discovery, meet, guarded) -> None:
    replace_mirror([BlockedSpan(LATER, LATER + timedelta(hours=1), "0", "Lunch")])
    away = [BlockedSpan(MONDAY, MONDAY + timedelta(hours=1), "1", "Away")]
    meeting = meet(
        lambda: replace_mirror(away),
        lambda: (book_or_not(discovery, MONDAY), book_or_not(discovery, LATER)),
        before=(session_events, "swap"),  # all is read, and the old mirror still stands
    )
    written, (into_the_new, into_the_old) = meeting()
    assert written == 1
    by_the_new_mirror = (SlotNotOffered, Booking)
    by_the_old_mirror = (Booking, SlotNotOffered)
    assert (type(into_the_new), type(into_the_old)) == (by_the_new_mirror if guarded else by_the_old_mirror)


def book_or_not(kind: SessionType, starts_at) -> Booking | SlotNotOffered:
    try:
        return book(kind, starts_at)
    except SlotNotOffered as refusal:
        return refusal


@both_ways
@pytest.mark.usefixtures("last_word")
def test_a_booking_of_a_time_while_a_series_takes_it(discovery, meet, guarded) -> None:
    oscar, kind, her = make_client(stage=Stage.ONGOING), make_session(), therapist()
    times = [MONDAY + week * WEEK for week in range(3)]
    wish = Arrangement(actor=her, reason="His usual hour")
    meeting = meet(
        lambda: book_series(client=oscar, session_type=kind, times=times, arrangement=wish, now=NOW),
        lambda: book(discovery, times[1]),
        before=(series, "owe"),  # all of it is judged and written, nothing committed
    )
    made, booked = meeting()
    assert [each.starts_at for each in made] == times
    if guarded:
        assert isinstance(booked, SlotTaken)
        assert overlaps() == 0
    else:
        assert isinstance(booked, Booking)
        assert overlaps() == 1


@both_ways
def test_two_bookings_of_a_day_that_has_room_for_one(discovery, meet, guarded) -> None:
    """No constraint counts: a cap holds by the lock alone."""
    make_booking(session_type=discovery)
    meeting = meet(
        lambda: book(discovery, LATER, "alice@example.com"),
        lambda: book(discovery, LATER + timedelta(hours=1)),
        before=(bookings, "place"),
    )
    first, second = meeting()
    assert isinstance(first, Booking)
    assert isinstance(second, SlotNotOffered if guarded else Booking)
    assert Booking.objects.count() == discovery.daily_cap + (not guarded)
