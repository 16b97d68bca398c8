"""Before something is booked or moved, Google is asked (R14), over real HTTP."""

from datetime import timedelta

import pytest
import time_machine

from clients.domain.people import Visitor
from integrations.calendars.own_events import mark
from integrations.outbox.models import Effect
from integrations.sandbox import google_account
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.diary import SlotNotOffered
from practice_admin.domain.moving import move_booking
from practice_admin.domain.queries import diary
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import Block, Booking, CalendarConnection, Practice, SessionType
from tests.contracts.google_door import lay, slow
from tests.factories import MONDAY, NOW, make_booking, make_session_type, open_every_day, therapist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R14")]

LATER = MONDAY + timedelta(hours=2)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def practice(vendors):
    therapist()
    open_every_day()
    make_session_type("discovery")
    CalendarConnection.objects.create(refresh_token=google_account.SAMPLE_REFRESH_TOKEN)
    with time_machine.travel(NOW, tick=True):
        yield


def book(starts_at=MONDAY) -> Booking:
    who = Visitor("Alice", "alice@example.com", "+351 912 345 678", "", "")
    kind = SessionType.objects.get()
    return book_as_guest(visitor=who, session_type=kind, starts_at=starts_at, now=NOW, calendar=connected_calendar())


def is_listed(starts_at) -> bool:
    return diary.is_offered(SessionType.objects.get(), Practice.objects.get(), starts_at=starts_at, now=NOW)


def test_a_personal_event_that_no_cycle_has_seen_refuses_the_booking_and_leaves_the_listing(vendors) -> None:
    lay(MONDAY, MONDAY + HOUR, summary="Dentist")
    assert is_listed(MONDAY)
    with pytest.raises(SlotNotOffered):
        book()
    assert not is_listed(MONDAY)
    assert (Booking.objects.count(), Effect.objects.count()) == (0, 0)
    assert Block.objects.get().source == Block.Source.GOOGLE


@pytest.mark.parametrize("free", [{"transparency": "transparent"}, {"id": "ours1"} | mark("ours1", "x")])
def test_free_events_and_our_own_refuse_nothing(vendors, free) -> None:
    lay(MONDAY, MONDAY + HOUR, **free)
    assert book().status == Booking.Status.CONFIRMED
    assert not Block.objects.exists()


def test_a_move_asks_too_and_the_event_of_the_booking_itself_does_not_stand_in_its_way(vendors) -> None:
    booking = make_booking()
    lay(LATER, LATER + HOUR)
    with pytest.raises(SlotNotOffered):
        move_booking(public_id=booking.public_id, starts_at=LATER, now=NOW, calendar=connected_calendar())
    booking.refresh_from_db()
    assert booking.starts_at == MONDAY


def test_with_google_down_the_mirror_decides(vendors) -> None:
    lay(MONDAY, MONDAY + HOUR)
    vendors.down("google")
    Block.objects.create(starts_at=LATER, ends_at=LATER + HOUR, source=Block.Source.GOOGLE)
    assert book().status == Booking.Status.CONFIRMED
    with pytest.raises(SlotNotOffered):
        book(LATER)


def test_a_slow_google_does_not_take_booking_down(vendors) -> None:
    with slow(5):
        assert book().status == Booking.Status.CONFIRMED


def test_a_revoked_grant_is_marked_and_the_booking_goes_on(vendors) -> None:
    google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN)
    assert book().status == Booking.Status.CONFIRMED
    assert CalendarConnection.objects.get().state == CalendarConnection.State.REVOKED


def test_the_access_token_is_kept_for_the_next_question(vendors) -> None:
    book()
    kept = CalendarConnection.objects.get().access_token
    book(LATER)
    assert kept
    assert CalendarConnection.objects.get().access_token == kept
