"""Moving by the client: the same row, the same payment, another time (R4, R19)."""

from datetime import timedelta

import pytest

from clients.models import Stage
from integrations.outbox.models import Effect
from practice_admin.domain import calendar_files
from practice_admin.domain.confirming import ON_CHANGE
from practice_admin.domain.diary import SlotNotOffered, SlotTaken
from practice_admin.domain.moving import NotMovable, SameTime, Stale, move_booking
from practice_admin.models import Booking, Payment, Practice
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, open_every_day

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R4")]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def hours():
    open_every_day()


def move(booking: Booking, to=MONDAY + HOUR, *, now=NOW, version: int | None = None) -> Booking:
    return move_booking(public_id=booking.public_id, starts_at=to, now=now, known_version=version)


def test_it_is_the_same_row_with_the_same_payment_and_owes_the_news() -> None:
    booking = make_booking(make_client(stage=Stage.ONGOING), make_session(), starts_at=MONDAY)
    paid = Payment.objects.create(
        booking=booking, client=booking.client, amount_minor=7000, currency="EUR", state="paid", expires_at=NOW
    )
    moved = move(booking, MONDAY + 2 * HOUR)
    assert (Booking.objects.count(), moved.pk, moved.status) == (1, booking.pk, Booking.Status.CONFIRMED)
    assert (moved.starts_at, moved.ends_at - moved.starts_at) == (MONDAY + 2 * HOUR, timedelta(minutes=50))
    assert (moved.previous_starts_at, moved.moves, moved.version) == (MONDAY, 1, 2)
    assert list(moved.payments.all()) == [paid]
    assert set(Effect.objects.values_list("kind", flat=True)) == set(ON_CHANGE)


def test_the_file_keeps_its_uid_and_its_sequence_grows() -> None:
    booking = make_booking(starts_at=MONDAY)
    first = calendar_files.of_booking(booking, Practice.objects.get(), page_url="https://example.com/").decode()
    then = calendar_files.of_booking(move(booking), Practice.objects.get(), page_url="https://example.com/").decode()
    uid = f"UID:{booking.public_id}@threshold"
    assert uid in first
    assert uid in then
    assert "SEQUENCE:0" in first
    assert "SEQUENCE:1" in then


def test_its_own_time_and_buffers_do_not_stand_in_the_way() -> None:
    kind = make_session_type(duration_minutes=60, buffer_after_minutes=30, step_minutes=15)
    booking = make_booking(session_type=kind, starts_at=MONDAY)
    assert move(booking, MONDAY + timedelta(minutes=15)).starts_at == MONDAY + timedelta(minutes=15)


def test_another_booking_and_closed_hours_stand_in_its_way_and_nothing_changes() -> None:
    kind = make_session_type()
    booking = make_booking(session_type=kind, starts_at=MONDAY)
    make_booking(session_type=kind, starts_at=MONDAY + HOUR)
    with pytest.raises(SlotTaken):
        move(booking)
    with pytest.raises(SlotNotOffered):
        move(booking, MONDAY - HOUR)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.version, booking.moves) == (MONDAY, 1, 0)
    assert not Effect.objects.exists()


@pytest.mark.rule("R19")
def test_after_the_notice_that_stood_when_it_was_booked_it_stays() -> None:
    booking = make_booking(starts_at=MONDAY, notice_hours=48)
    Practice.objects.update(cancellation_notice_hours=1)
    with pytest.raises(NotMovable, match="too late"):
        move(booking, now=MONDAY - timedelta(hours=47))
    assert move(booking, now=MONDAY - timedelta(hours=48)).moves == 1


def test_to_the_very_same_time_is_refused_in_words() -> None:
    booking = make_booking(starts_at=MONDAY)
    with pytest.raises(SameTime, match="the time you have already"):
        move(booking, MONDAY)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.version, booking.moves) == (MONDAY, 1, 0)
    assert not Effect.objects.exists()


def test_a_page_that_is_older_than_the_booking_changes_nothing() -> None:
    booking = make_booking(starts_at=MONDAY)
    move(booking, version=1)
    with pytest.raises(Stale):
        move(booking, MONDAY + 2 * HOUR, version=1)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.version) == (MONDAY + HOUR, 2)


def test_it_cannot_be_moved_for_ever() -> None:
    Practice.objects.update(most_moves=2)
    booking = make_booking(starts_at=MONDAY)
    for hour in (1, 2):
        move(booking, MONDAY + hour * HOUR)
    with pytest.raises(NotMovable, match="2 times already"):
        move(booking, MONDAY + 3 * HOUR)


def test_one_that_was_offered_anew_moves_late_and_without_being_counted() -> None:
    booking = make_booking(starts_at=MONDAY, awaits_new_time=True, moves=3)
    moved = move(booking, MONDAY + timedelta(days=1), now=MONDAY + HOUR)
    assert (moved.awaits_new_time, moved.moves) == (False, 3)


@pytest.mark.parametrize("status", ["pending_payment", "cancelled", "expired", "completed", "no_show"])
def test_only_a_confirmed_booking_moves(status: str) -> None:
    booking = make_booking(starts_at=MONDAY, status=status)
    with pytest.raises(NotMovable, match=r"Only a confirmed booking can be moved\."):
        move(booking)
    assert (Booking.objects.get().starts_at, Effect.objects.count()) == (MONDAY, 0)


@pytest.mark.parametrize("late", [timedelta(), HOUR], ids=["as it begins", "an hour later"])
def test_one_that_has_begun_stays(late: timedelta) -> None:
    booking = make_booking(starts_at=MONDAY)
    with pytest.raises(NotMovable, match="has begun already"):
        move(booking, MONDAY + timedelta(days=1), now=MONDAY + late)
    assert (Booking.objects.get().starts_at, Effect.objects.count()) == (MONDAY, 0)
