"""Time off by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from practice_admin.domain import time_off
from practice_admin.domain.queries import diary
from practice_admin.models import Block, Booking, Practice
from tests.factories import MONDAY, NOW, make_booking, make_session_type, open_every_day

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def take(starts_at: datetime = MONDAY, ends_at: datetime = MONDAY + 8 * HOUR, label: str = "") -> Block:
    return time_off.take_time_off(starts_at=starts_at, ends_at=ends_at, label=label, now=NOW)


def test_nothing_is_offered_in_time_off_and_what_is_booked_stays() -> None:
    open_every_day()
    call = make_session_type()
    booking = make_booking(session_type=call)
    take(label="  Dentist ")
    window = (MONDAY, MONDAY + DAY)
    assert diary.slots(call, Practice.objects.get(), window=window, now=NOW) == []
    assert (Block.objects.get().label, Block.objects.get().source) == ("Dentist", "manual")
    booking.refresh_from_db()
    assert (booking.status, booking.version) == ("confirmed", 1)


def test_asked_for_twice_it_is_there_once() -> None:
    assert take(label="Away") == take()
    assert Block.objects.get().label == "Away"


def test_looking_first_names_who_stays_booked_and_changes_nothing() -> None:
    call = make_session_type()
    touching = make_booking(session_type=call, starts_at=MONDAY - timedelta(minutes=10))
    within = make_booking(session_type=call, starts_at=MONDAY + HOUR)
    make_booking(session_type=call, starts_at=MONDAY + 8 * HOUR)
    make_booking(session_type=call, starts_at=MONDAY + 2 * HOUR, status="cancelled")
    staying = time_off.look_at_time_off(starts_at=MONDAY, ends_at=MONDAY + 8 * HOUR, label="", now=NOW)
    assert staying == [touching, within]
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "refusal"),
    [
        (MONDAY, MONDAY, time_off.EndsTooSoon),
        (MONDAY, MONDAY - HOUR, time_off.EndsTooSoon),
        (NOW - DAY, NOW, time_off.OverAlready),
        (MONDAY, MONDAY + timedelta(days=366, seconds=1), time_off.TooLong),
        (NOW + timedelta(days=1096), NOW + timedelta(days=1097), time_off.TooFarOff),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(starts_at: datetime, ends_at: datetime, refusal: type) -> None:
    with pytest.raises(refusal):
        take(starts_at, ends_at)
    with pytest.raises(refusal):
        time_off.look_at_time_off(starts_at=starts_at, ends_at=ends_at, label="", now=NOW)
    assert not Block.objects.exists()


def test_a_time_that_has_begun_and_one_of_a_whole_year_are_taken() -> None:
    take(NOW - HOUR, NOW + HOUR)
    take(MONDAY, MONDAY + timedelta(days=366))
    assert Block.objects.count() == 2


@pytest.mark.parametrize("label", ["x" * 101, "nul\0"])
def test_a_label_that_cannot_be_kept_is_refused(label: str) -> None:
    with pytest.raises(time_off.BadLabel):
        take(label=label)
    assert not Block.objects.exists()


@pytest.mark.rule("R20")
def test_the_hour_that_the_clocks_repeat_can_be_taken_off() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")  # 25 October 2026: 02:00 becomes 01:00
    first = datetime(2026, 10, 25, 1, 30, tzinfo=lisbon)
    now = datetime(2026, 10, 1, tzinfo=UTC)
    block = time_off.take_time_off(starts_at=first, ends_at=first.replace(fold=1), label="", now=now)
    assert block.ends_at - block.starts_at == HOUR


def test_time_off_that_is_ended_is_offered_again() -> None:
    block = take()
    assert time_off.end_time_off(block_id=block.pk)
    assert not Block.objects.exists()
    assert not time_off.end_time_off(block_id=block.pk)


def test_what_mirrors_google_is_not_hers_to_end() -> None:
    block = Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + HOUR, source="google")
    with pytest.raises(time_off.NotHersToEnd):
        time_off.end_time_off(block_id=block.pk)
    assert Block.objects.exists()
    assert not Booking.objects.exists()
