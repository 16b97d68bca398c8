"""Reminders: which are due, one for each start, and decided again when they are sent (R21)."""

from datetime import datetime, timedelta

import pytest

from integrations.outbox.models import Effect
from practice_admin.domain.moving import move_booking
from practice_admin.domain.reminders import remind, why_not_to_send
from practice_admin.models import Booking, Practice, Reminder
from tests.factories import MONDAY, NOW, make_booking, open_every_day

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R21")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_DAY_BEFORE = MONDAY - DAY


@pytest.fixture
def booking() -> Booking:
    """Booked on the Friday for the Monday."""
    return make_booking(confirmed_at=NOW, changed_at=NOW)


def reminded() -> list[tuple[datetime, int]]:
    return list(Reminder.objects.order_by("pk").values_list("starts_at", "ordinal"))


@pytest.mark.parametrize(
    ("early", "due"), [(timedelta(), 1), (timedelta(seconds=1), 0)], ids=["a day", "a second more"]
)
def test_it_is_due_a_day_before_and_no_sooner(booking, early, due) -> None:
    assert remind(now=A_DAY_BEFORE - early) == due
    assert Effect.objects.filter(kind="reminder").count() == due


def test_a_sweep_that_comes_late_makes_up_for_it_until_the_session_begins(booking) -> None:
    assert remind(now=MONDAY) == 0
    assert remind(now=MONDAY - HOUR) == 1


@pytest.mark.parametrize("status", ["pending_payment", "cancelled", "expired", "completed", "no_show"])
def test_only_a_confirmed_session_is_reminded_of(status: str) -> None:
    make_booking(status=status, confirmed_at=NOW, changed_at=NOW)
    assert remind(now=A_DAY_BEFORE) == 0
    assert not Effect.objects.exists()


def test_one_that_is_offered_anew_is_not_reminded_of(booking) -> None:
    Booking.objects.update(awaits_new_time=True)
    assert remind(now=A_DAY_BEFORE) == 0


def test_one_that_was_moved_is_reminded_of_once_more_at_its_new_time_alone(booking) -> None:
    open_every_day()
    assert remind(now=A_DAY_BEFORE) == 1
    later = MONDAY + 3 * DAY
    move_booking(public_id=booking.public_id, starts_at=later, now=A_DAY_BEFORE)
    (old,) = Reminder.objects.select_related("booking")
    assert why_not_to_send(old, A_DAY_BEFORE) == "the session was moved"
    assert (remind(now=MONDAY - HOUR), remind(now=later - DAY), remind(now=later - HOUR)) == (0, 1, 0)
    assert reminded() == [(MONDAY, 1), (later, 1)]


@pytest.mark.parametrize(("hours", "due"), [(12, 1), (11, 0)])
def test_whoever_was_told_only_just_before_is_not_reminded(hours: int, due: int) -> None:
    told_at = MONDAY - hours * HOUR
    make_booking(confirmed_at=told_at, changed_at=told_at)
    assert remind(now=MONDAY - HOUR) == due


def test_where_the_second_is_due_the_first_is_not_made_up_for() -> None:
    Practice.objects.update(second_reminder_hours=2)
    make_booking(confirmed_at=NOW, changed_at=NOW)
    assert remind(now=MONDAY - HOUR) == 1
    assert reminded() == [(MONDAY, 2)]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, ""),
        ({"status": "cancelled"}, "the booking is cancelled"),
        ({"starts_at": MONDAY + HOUR, "ends_at": MONDAY + 2 * HOUR}, "the session was moved"),
        ({"awaits_new_time": True}, "the session was offered anew"),
    ],
)
def test_it_is_decided_again_when_it_is_sent(booking, fields, why: str) -> None:
    remind(now=A_DAY_BEFORE)
    Booking.objects.update(**fields)
    assert why_not_to_send(Reminder.objects.select_related("booking").get(), A_DAY_BEFORE) == why


def test_a_reminder_that_comes_too_late_is_not_sent(booking) -> None:
    remind(now=A_DAY_BEFORE)
    assert why_not_to_send(Reminder.objects.select_related("booking").get(), MONDAY) == "the session has begun"
