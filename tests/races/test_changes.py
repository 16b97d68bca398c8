"""Moving, cancelling, a series and the calendar's cycle, each against a booking of the same time. Real threads."""

from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from clients.domain.people import Visitor
from clients.models import Stage
from integrations.calendars import BlockedSpan
from integrations.outbox.models import Effect
from practice_admin.domain.arranging import Arrangement
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.calendar_cycles import begin_cycle, keep_page
from practice_admin.domain.calendar_report import Report
from practice_admin.domain.cancelling import NotCancellable, cancel_by_link
from practice_admin.domain.diary import SlotNotOffered, SlotTaken
from practice_admin.domain.moving import NotMovable, Stale, move_booking
from practice_admin.domain.reminders import remind
from practice_admin.domain.series import SeriesConflict, book_series
from practice_admin.domain.session_events import finish_cycle
from practice_admin.models import Block, Booking, CalendarConnection, Reminder, SessionType
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
from tests.races.crowd import rush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R3"), pytest.mark.rule("R4")]

LATER = MONDAY + timedelta(hours=2)
ROUNDS = 8
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def discovery() -> SessionType:
    open_every_day()
    return make_session_type("discovery", horizon_days=120)


def book(session_type: SessionType, starts_at) -> Booking:
    who = Visitor("Bob", "bob@example.com", "+351 912 345 678", "Europe/Lisbon")
    return book_as_guest(visitor=who, session_type=session_type, starts_at=starts_at, now=NOW)


def both(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What each returned or raised, done at one moment, in either order of starting."""
    outcomes, _ = rush(2, lambda number: (first, second)[number]())
    return outcomes


def is_without_overlap() -> bool:
    live = Booking.objects.filter(status__in=Booking.LIVE)
    return not any(a.busy.lower < b.busy.upper and b.busy.lower < a.busy.upper for a, b in combinations(live, 2))


def test_of_a_move_and_a_booking_of_one_time_one_gets_it_and_the_moved_row_is_never_lost(discovery) -> None:
    for number in range(ROUNDS):
        begins, goal = MONDAY + number * WEEK, LATER + number * WEEK
        mine = make_booking(session_type=discovery, starts_at=begins)
        moved, booked = both(
            lambda mine=mine, goal=goal: move_booking(public_id=mine.public_id, starts_at=goal, now=NOW),
            lambda goal=goal: book(discovery, goal),
        )
        won = [isinstance(outcome, Booking) for outcome in (moved, booked)]
        assert sum(won) == 1, (moved, booked)
        assert isinstance(booked if won[0] else moved, SlotTaken)
        mine.refresh_from_db()
        assert mine.starts_at == (goal if won[0] else begins)
        assert Effect.objects.filter(subject=mine.subject, version=2).exists() == won[0]
    assert is_without_overlap()


def test_of_a_cancellation_and_a_booking_of_its_time_nobody_is_double_booked(discovery) -> None:
    for number in range(ROUNDS):
        begins = MONDAY + number * WEEK
        mine = make_booking(session_type=discovery, starts_at=begins)
        cancelled, booked = both(
            lambda mine=mine: cancel_by_link(public_id=mine.public_id, is_owner=False, now=NOW),
            lambda begins=begins: book(discovery, begins),
        )
        assert cancelled.status == Booking.Status.CANCELLED
        assert isinstance(booked, Booking | SlotTaken), booked
        live = Booking.objects.filter(starts_at=begins, status__in=Booking.LIVE).count()
        assert live == isinstance(booked, Booking)


def test_a_cycle_and_a_booking_come_one_after_the_other_and_the_mirror_is_never_half(discovery) -> None:
    CalendarConnection.objects.create()
    for number in range(ROUNDS):
        begins = MONDAY + number * WEEK
        spans = [BlockedSpan(begins, begins + timedelta(hours=1), str(n), "Away") for n in range(20)]
        Block.objects.all().delete()
        cycle = begin_cycle(now=NOW)
        keep_page(cycle, spans, now=NOW)
        written, booked = both(
            lambda cycle=cycle: finish_cycle(cycle, Report(), [], now=NOW),
            lambda begins=begins: book(discovery, begins),
        )
        assert written == 20
        assert Block.objects.count() == 20
        assert isinstance(booked, Booking | SlotNotOffered), booked


def test_of_a_series_and_a_booking_of_one_of_its_times_the_series_is_whole_or_not_at_all(discovery) -> None:
    oscar, kind, her = make_client(stage=Stage.ONGOING), make_session(horizon_days=120), therapist()
    for number in range(ROUNDS // 2):
        times = [MONDAY + timedelta(days=number) + week * WEEK for week in range(4)]
        series, booked = both(
            lambda times=times: book_series(
                client=oscar,
                session_type=kind,
                times=times,
                arrangement=Arrangement(actor=her, reason="His usual hour"),
                now=NOW,
            ),
            lambda times=times: book(discovery, times[2]),
        )
        made = Booking.objects.filter(client=oscar, starts_at__in=times).count()
        assert (made, type(booked)) in {(4, SlotTaken), (0, Booking)}, (series, booked)
        assert isinstance(series, list) if made else isinstance(series, SeriesConflict)
    assert is_without_overlap()


def test_of_two_moves_from_the_same_page_one_counts(discovery) -> None:
    mine = make_booking(session_type=discovery)

    def move(hours: int) -> Callable[[], Booking]:
        goal = MONDAY + timedelta(hours=hours)
        return lambda: move_booking(public_id=mine.public_id, starts_at=goal, now=NOW, known_version=1)

    outcomes = both(move(1), move(3))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Booking", "Stale"]
    mine.refresh_from_db()
    assert (mine.version, mine.moves) == (2, 1)


def test_of_a_move_and_a_cancellation_both_are_told_and_the_cancellation_stands(discovery) -> None:
    mine = make_booking(session_type=discovery)
    moved, cancelled = both(
        lambda: move_booking(public_id=mine.public_id, starts_at=LATER, now=NOW),
        lambda: cancel_by_link(public_id=mine.public_id, is_owner=False, now=NOW),
    )
    assert isinstance(moved, Booking | NotMovable | Stale), moved
    assert isinstance(cancelled, Booking | NotCancellable | Stale), cancelled
    mine.refresh_from_db()
    assert mine.status == Booking.Status.CANCELLED


@pytest.mark.rule("R21")
def test_two_sweeps_at_once_owe_one_reminder(discovery) -> None:
    make_booking(session_type=discovery, confirmed_at=NOW, changed_at=NOW)
    day_before = MONDAY - timedelta(hours=23)
    outcomes, _ = rush(4, lambda _number: remind(now=day_before))
    assert sorted(outcomes) == [0, 0, 0, 1]
    assert Reminder.objects.count() == Effect.objects.filter(kind="reminder").count() == 1
