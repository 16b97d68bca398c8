"""*Not a real enquiry*: what becomes of an address that is put aside, and of one that is heard again (R9)."""

from datetime import timedelta

import pytest

from clients.domain.people import Visitor
from clients.models import Client, Stage
from integrations.outbox.models import Effect
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.confirming import ON_CHANGE, ON_CONFIRMATION
from practice_admin.domain.enquiries import NoEnquiry, RealClient, dismiss_enquiry, hear_again
from practice_admin.models import Booking
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, open_every_day

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R9")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def call():
    open_every_day()
    return make_session_type("discovery")


@pytest.fixture
def noise(call) -> Client:
    return make_client("noise@example.com")


def guest(call, email: str, starts_at) -> Booking:
    visitor = Visitor("Somebody", email, "+351 912 345 678", "Europe/Lisbon")
    return book_as_guest(visitor=visitor, session_type=call, starts_at=starts_at, now=NOW)


def owed(booking: Booking) -> dict[str, int]:
    return dict(Effect.objects.filter(subject=booking.subject).values_list("kind", "version"))


def put_aside() -> list[str]:
    return list(Client.objects.exclude(quieted_at=None).values_list("user__email", flat=True))


def test_every_call_of_the_address_is_cancelled_and_nobody_elses(call, noise) -> None:
    first, second = make_booking(noise, call), make_booking(noise, call, starts_at=MONDAY + HOUR)
    other = make_booking(make_client("real@example.com"), call, starts_at=MONDAY + 2 * HOUR)
    assert set(dismiss_enquiry(public_id=first.public_id, now=NOW)) == {first, second}
    for booking in (first, second):
        booking.refresh_from_db()
        assert (booking.status, booking.cancelled_by, booking.is_quiet) == ("cancelled", "therapist", True)
        assert owed(booking) == dict.fromkeys(ON_CHANGE, 2)
    other.refresh_from_db()
    assert (other.status, other.is_quiet, owed(other)) == ("confirmed", False, {})
    assert put_aside() == ["noise@example.com"]


def test_of_a_call_that_is_over_there_is_nothing_to_tell(call, noise) -> None:
    over = make_booking(noise, call, starts_at=NOW - DAY)
    assert dismiss_enquiry(public_id=over.public_id, now=NOW) == [over]
    assert owed(over) == {}


def test_the_times_are_free_at_once(call, noise) -> None:
    dismiss_enquiry(public_id=make_booking(noise, call).public_id, now=NOW)
    assert guest(call, "real@example.com", MONDAY).status == "confirmed"


def test_later_calls_of_the_address_are_as_real_as_any_but_quiet(call, noise) -> None:
    dismiss_enquiry(public_id=make_booking(noise, call).public_id, now=NOW)
    later, other = guest(call, "Noise@Example.com", MONDAY), guest(call, "real@example.com", MONDAY + HOUR)
    assert (later.client, later.status, later.is_quiet) == (noise, "confirmed", True)
    assert owed(later) == dict.fromkeys(ON_CONFIRMATION, 1) == owed(other)  # whoever tells them looks at the mark
    assert not other.is_quiet


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.ONGOING, Stage.CLOSED])
def test_whom_she_works_with_or_has_worked_with_is_not_put_aside(call, stage) -> None:
    booking = make_booking(make_client(stage=stage), call)
    with pytest.raises(RealClient, match="You have worked with this client"):
        dismiss_enquiry(public_id=booking.public_id, now=NOW)
    booking.refresh_from_db()
    assert (booking.status, booking.is_quiet) == ("confirmed", False)
    assert (put_aside(), Effect.objects.count()) == ([], 0)


@pytest.mark.parametrize("status", ["cancelled", "completed", "no_show", "expired"])
def test_only_a_call_that_is_booked_can_be_put_aside(call, noise, status: str) -> None:
    booking = make_booking(noise, call, status=status)
    with pytest.raises(NoEnquiry, match="still booked"):
        dismiss_enquiry(public_id=booking.public_id, now=NOW)
    booking.refresh_from_db()
    assert (booking.status, booking.is_quiet) == (status, False)
    assert (put_aside(), Effect.objects.count()) == ([], 0)


def test_another_kind_of_session_is_no_enquiry(call) -> None:
    session = make_booking(make_client(stage=Stage.ONGOING), make_session())
    with pytest.raises(RealClient):
        dismiss_enquiry(public_id=session.public_id, now=NOW)
    assert put_aside() == []


def test_heard_again_what_is_still_booked_is_news_and_goes_into_her_calendar_alone(call, noise) -> None:
    cancelled = make_booking(noise, call)
    dismiss_enquiry(public_id=cancelled.public_id, now=NOW)
    still = guest(call, "noise@example.com", MONDAY)
    Effect.objects.all().delete()
    assert hear_again(client=noise, now=NOW + HOUR) == [still]
    still.refresh_from_db()
    cancelled.refresh_from_db()
    assert (still.is_quiet, still.changed_at, still.version) == (False, NOW + HOUR, 2)
    assert owed(still) == {"calendar_event": 2}  # its client was told when it was booked
    assert (cancelled.status, cancelled.is_quiet, owed(cancelled)) == ("cancelled", True, {})
    assert put_aside() == []
    assert not guest(call, "noise@example.com", MONDAY + 3 * HOUR).is_quiet


def test_hearing_again_an_address_that_was_never_put_aside_changes_nothing(call, noise) -> None:
    booking = make_booking(noise, call)
    assert hear_again(client=noise, now=NOW) == []
    booking.refresh_from_db()
    assert (booking.version, Effect.objects.count()) == (1, 0)
