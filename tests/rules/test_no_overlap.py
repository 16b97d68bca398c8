"""R3 in PostgreSQL itself: two live bookings never overlap, buffers included."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from practice_admin.models import NO_OVERLAP, Booking
from tests.factories import MONDAY, make_booking, make_client, make_session_type

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R3")]


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def assert_refused(make) -> None:
    before = Booking.objects.count()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make()
    assert refusal.value.__cause__.diag.constraint_name == NO_OVERLAP
    assert Booking.objects.count() == before


@pytest.mark.parametrize("first", ["pending_payment", "confirmed"])
@pytest.mark.parametrize("second", ["pending_payment", "confirmed"])
@pytest.mark.parametrize("offset", [-19, -1, 0, 1, 19])
def test_two_live_bookings_never_share_a_minute(first: str, second: str, offset: int) -> None:
    make_booking(status=first)
    assert_refused(lambda: make_booking(status=second, starts_at=MONDAY + minutes(offset)))


@pytest.mark.parametrize("offset", [-20, 20])
def test_bookings_may_touch(offset: int) -> None:
    make_booking()
    make_booking(starts_at=MONDAY + minutes(offset))
    assert Booking.objects.count() == 2


@pytest.mark.parametrize("status", ["cancelled", "expired", "completed", "no_show"])
def test_a_booking_that_is_over_holds_nothing(status: str) -> None:
    make_booking(status=status)
    make_booking()
    assert Booking.objects.count() == 2


def test_the_buffers_of_two_bookings_add_up() -> None:
    buffered = make_session_type(buffer_before_minutes=10, buffer_after_minutes=15)
    make_booking(session_type=buffered)
    assert_refused(lambda: make_booking(session_type=buffered, starts_at=MONDAY + minutes(20 + 15 + 10 - 1)))
    make_booking(session_type=buffered, starts_at=MONDAY + minutes(20 + 15 + 10))
    assert Booking.objects.count() == 2


def test_buffers_are_copied_when_the_booking_is_made_and_stay() -> None:
    session_type = make_session_type(buffer_after_minutes=15)
    booking = make_booking(session_type=session_type)
    session_type.buffer_after_minutes = 0
    session_type.save()
    booking.guest_name = "Alice"
    booking.save()
    booking.refresh_from_db()
    assert booking.buffer_after_minutes == 15
    assert booking.busy.upper == booking.ends_at + minutes(15)


def test_the_buffers_of_one_booking_can_be_nought() -> None:
    session_type = make_session_type(buffer_after_minutes=15)
    make_booking(session_type=session_type, buffer_after_minutes=0)
    make_booking(session_type=session_type, starts_at=MONDAY + minutes(20))
    assert Booking.objects.count() == 2


def test_moving_and_reviving_are_judged_too() -> None:
    make_booking()
    other = make_booking(starts_at=MONDAY + minutes(60))
    dead = make_booking(status="cancelled", starts_at=MONDAY + minutes(10))
    rows = Booking.objects.filter(pk=other.pk)
    assert_refused(lambda: rows.update(starts_at=MONDAY + minutes(10), ends_at=MONDAY + minutes(30)))
    assert_refused(lambda: Booking.objects.filter(pk=dead.pk).update(status="confirmed"))


def test_bulk_inserts_are_judged_and_filled() -> None:
    client, session_type = make_client(), make_session_type(buffer_after_minutes=10)

    def row(offset: int) -> Booking:
        starts_at = MONDAY + minutes(offset)
        return Booking(
            client=client,
            session_type=session_type,
            starts_at=starts_at,
            ends_at=starts_at + minutes(20),
            status="confirmed",
        )

    assert_refused(lambda: Booking.objects.bulk_create([row(0), row(29)]))
    made = Booking.objects.bulk_create([row(0), row(30)])
    assert [booking.buffer_after_minutes for booking in made] == [10, 10]
    assert made[0].busy.upper == MONDAY + minutes(30)


def test_a_booking_that_ends_before_it_begins_is_refused_by_name() -> None:
    with pytest.raises(IntegrityError, match="practice_admin_booking_order"), transaction.atomic():
        make_booking(ends_at=MONDAY - minutes(1))
