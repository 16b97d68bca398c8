"""What a confirmed booking sets going, done against the stand-ins over real HTTP (R12, R22)."""

from datetime import timedelta

import pytest
import time_machine

from clients.care.models import Message, Notification, Thread
from clients.domain.people import Visitor
from integrations.calendars import GoogleCalendar
from integrations.outbox.models import Effect
from integrations.outbox.operations import run, run_due
from integrations.sandbox import google_account, google_events, store
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.cancelling import cancel_by_link
from practice_admin.models import Booking, CalendarConnection, CalendarTitles, Practice, SessionType
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session_type, open_every_day, therapist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R12")]

REASON = "I lie awake and think of my brother"
FIVE = {"client_email", "therapist_email", "notifications", "calendar_event", "welcome_thread"}


@pytest.fixture(autouse=True)
def practice(vendors):
    therapist()
    open_every_day()
    make_session_type("discovery", name="Discovery call")
    CalendarConnection.objects.create(refresh_token=google_account.SAMPLE_REFRESH_TOKEN)
    with time_machine.travel(NOW, tick=True):
        yield


def book(email: str = "alice@example.com", *, starts_at=MONDAY) -> Booking:
    who = Visitor("Alice Maria Example", email, "+351 912 345 678", "America/New_York", REASON)
    session_type = SessionType.objects.get(slug="discovery")
    return book_as_guest(visitor=who, session_type=session_type, starts_at=starts_at, now=NOW)


def states(booking: Booking, version: int = 1) -> dict[str, str]:
    rows = Effect.objects.filter(subject=booking.subject, version=version)
    return dict(rows.values_list("kind", "state"))


def events() -> list[dict]:
    return [event for event in store.all(google_events.KIND).values() if event.get("status") != "cancelled"]


def test_all_five_are_done_and_none_twice(vendors) -> None:
    booking = book()
    assert run_due(NOW) == (5, 0)
    assert states(booking) == dict.fromkeys(FIVE, "done")
    assert run_due(NOW + timedelta(days=1)) == (0, 0)
    assert len(vendors.mails("alice@example.com")) == 1
    assert len(vendors.mails("therapist@example.com")) == 1
    assert Notification.objects.count() == 2
    assert len(events()) == 1
    assert Thread.objects.get().client == booking.client
    assert Message.objects.count() == 1
    booking.refresh_from_db()
    assert booking.meet_url.startswith("https://meet.google.com/")


def test_running_everything_again_after_a_crash_leaves_one_of_each(vendors) -> None:
    book()
    run_due(NOW)
    Effect.objects.update(state="due")
    run_due(NOW)
    assert len(vendors.mails("alice@example.com")) == 1
    assert len(vendors.mails("therapist@example.com")) == 1
    assert (Notification.objects.count(), len(events()), Message.objects.count()) == (2, 1, 1)


@pytest.mark.parametrize(
    ("vendor", "waiting"), [("google", {"calendar_event"}), ("resend", {"client_email", "therapist_email"})]
)
def test_a_vendor_that_is_down_delays_its_own_effects_and_no_others(vendors, vendor: str, waiting: set[str]) -> None:
    booking = book()
    vendors.down(vendor)
    assert run_due(NOW) == (5 - len(waiting), len(waiting))
    assert states(booking) == {kind: "due" if kind in waiting else "done" for kind in FIVE}
    assert all(Effect.objects.get(kind=kind).last_error for kind in waiting)
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CONFIRMED
    vendors.up(vendor)
    run_due(NOW + timedelta(minutes=5))
    assert states(booking) == dict.fromkeys(FIVE, "done")


def test_with_no_calendar_connected_the_event_ends_done_and_says_why() -> None:
    CalendarConnection.objects.all().delete()
    booking = book()
    run_due(NOW)
    assert states(booking) == dict.fromkeys(FIVE, "done")
    assert Effect.objects.get(kind="calendar_event").reason == "no calendar"
    assert events() == []


def test_a_revoked_grant_is_marked_at_once_and_not_tried_again() -> None:
    google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN)
    booking = book()
    run_due(NOW)
    assert states(booking)["calendar_event"] == "failed"
    assert CalendarConnection.objects.get().state == CalendarConnection.State.REVOKED


def test_a_second_booking_ends_done_without_a_second_thread() -> None:
    book()
    second = book(starts_at=MONDAY + timedelta(hours=1))
    run_due(NOW)
    assert states(second)["welcome_thread"] == "done"
    assert (Thread.objects.count(), Message.objects.count()) == (1, 1)


def test_a_cancellation_takes_the_event_away_and_overtakes_what_was_not_sent_yet(vendors) -> None:
    booking = book()
    cancel_by_link(public_id=booking.public_id, is_owner=False, now=NOW)
    run_due(NOW)
    assert [mail.subject for mail in vendors.mails("alice@example.com")] == ["Your booking is cancelled"]
    assert events() == []
    first = Effect.objects.get(subject=booking.subject, kind="client_email", version=1)
    assert (first.state, first.reason) == ("done", "superseded by a later change")


def test_a_cancelled_bookings_event_disappears_from_the_calendar() -> None:
    booking = book()
    run_due(NOW)
    assert len(events()) == 1
    cancel_by_link(public_id=booking.public_id, is_owner=False, now=NOW)
    run_due(NOW)
    assert events() == []


def test_the_clients_mail_says_when_in_their_zone_and_has_the_file_and_the_ways_on(vendors) -> None:
    book()
    run_due(NOW)
    (mail,) = vendors.mails("alice@example.com")
    assert "Monday 30 November 2026, 04:00 to 04:20" in mail.text
    assert "New York time (UTC-5)" in mail.text
    assert f"{vendors.url}/booking/" in mail.text
    assert f"{vendors.url}/sign-in/" in mail.text
    assert [attachment.name for attachment in mail.attachments] == ["session.ics"]
    assert "30 November" in mail.html


@pytest.mark.rule("R22")
def test_nothing_that_leaves_the_house_holds_the_reason_or_a_full_name_in_a_title(vendors) -> None:
    book()
    run_due(NOW)
    for mail in vendors.mails():
        files = b"".join(attachment.content for attachment in mail.attachments).decode()
        for text in (mail.subject, mail.text, mail.html, files, str(mail.headers)):
            assert "brother" not in text
        assert "Alice" not in mail.subject
    (event,) = events()
    assert event["summary"] == "A. M. E."
    assert "attendees" not in event
    assert "brother" not in str(event)
    assert "Alice" not in str(event)


@pytest.mark.rule("R22")
def test_the_title_bears_the_name_only_where_the_therapist_asks_for_it() -> None:
    Practice.objects.update(calendar_titles=CalendarTitles.NAMES)
    book()
    run_due(NOW)
    assert events()[0]["summary"] == "Alice Maria Example"


@pytest.mark.rule("R9")
def test_the_owner_of_a_known_address_is_asked_and_told_nothing_that_was_typed(vendors) -> None:
    make_client("bob@example.com", name="Bob", time_zone="Europe/Lisbon")
    book("bob@example.com")
    run_due(NOW)
    (mail,) = vendors.mails("bob@example.com")
    assert mail.subject == "Was this you?"
    assert "Alice" not in mail.text + mail.html
    assert "New York" not in mail.text
    assert "?own=" in mail.text
    (told,) = vendors.mails("therapist@example.com")
    assert "not signed in" in told.text


def test_a_cancellation_that_overtakes_the_event_on_its_way_leaves_no_event(monkeypatch) -> None:
    """The first version is inside Google's insert; the booking is cancelled and the deletion is done; then it lands."""
    booking = book()
    put = GoogleCalendar.put_event

    def overtaken(self, calendar_id, event):
        cancel_by_link(public_id=booking.public_id, is_owner=False, now=NOW)
        later = Effect.objects.get(kind="calendar_event", version=2)
        assert run(later.pk, NOW) == Effect.State.DONE
        return put(self, calendar_id, event)

    monkeypatch.setattr(GoogleCalendar, "put_event", overtaken)
    first = Effect.objects.get(kind="calendar_event", version=1)
    assert run(first.pk, NOW) == Effect.State.DONE
    assert events() == []


def test_somebody_already_in_care_is_not_welcomed_because_a_stranger_typed_their_address() -> None:
    bob = make_client("bob@example.com", stage="ongoing")
    make_booking(bob, starts_at=MONDAY - timedelta(days=7), status="completed")
    booking = book("bob@example.com")
    run_due(NOW)
    assert states(booking)["welcome_thread"] == "done"
    assert not Thread.objects.exists()
