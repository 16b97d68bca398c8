"""What is told when a booking is moved, called off, offered anew or made in a series, against the stand-ins."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from clients.domain.people import Visitor
from clients.models import Stage
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from integrations.sandbox import google_account
from practice_admin.domain.arranging import Arrangement
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.enquiries import dismiss_enquiry
from practice_admin.domain.illness import Way, call_off_sessions
from practice_admin.domain.moving import move_booking
from practice_admin.domain.reminders import remind
from practice_admin.domain.series import book_series
from practice_admin.models import Booking, CalendarConnection, Practice, SessionType
from tests.contracts.google_door import standing
from tests.factories import MONDAY, NOW, make_client, make_session, make_session_type, open_every_day, therapist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R12")]

LATER = MONDAY + timedelta(hours=2)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def practice(vendors):
    therapist()
    open_every_day()
    make_session_type("discovery", name="Discovery call")
    CalendarConnection.objects.create(refresh_token=google_account.SAMPLE_REFRESH_TOKEN)
    with time_machine.travel(NOW, tick=True):
        yield


def book(email: str = "alice@example.com", *, starts_at=MONDAY) -> Booking:
    who = Visitor("Alice Example", email, "+351 912 345 678", "Europe/Lisbon", "A word")
    session_type = SessionType.objects.get(slug="discovery")
    return book_as_guest(visitor=who, session_type=session_type, starts_at=starts_at, now=NOW)


def subjects(vendors, to: str) -> list[str]:
    """Oldest first."""
    return [mail.subject for mail in reversed(vendors.mails(to))]


def attached(mail) -> Calendar:
    content = next(iter(mail.attachments)).content
    return Calendar.from_ical(content)


def test_a_move_is_told_with_the_same_event_and_the_same_uid_at_a_higher_sequence(vendors) -> None:
    booking = book()
    run_due(NOW)
    before = standing()
    move_booking(public_id=booking.public_id, starts_at=LATER, now=NOW)
    run_due(NOW)
    assert subjects(vendors, "alice@example.com") == ["You are booked", "Your session has a new time"]
    assert subjects(vendors, "therapist@example.com") == ["A new booking", "A booking was moved"]
    (event,) = standing()
    assert event["id"] == before[0]["id"]
    assert event["start"]["dateTime"].startswith("2026-11-30T11:00")
    assert event["hangoutLink"] == before[0]["hangoutLink"]


@pytest.mark.rule("R19")
def test_a_day_called_off_tells_each_client_and_takes_the_events_away(vendors) -> None:
    cancelled, anew = book(), book("bob@example.com", starts_at=LATER)
    run_due(NOW)
    ways = {cancelled.public_id: Way.CANCEL, anew.public_id: Way.ANEW}
    call_off_sessions(since=MONDAY, until=MONDAY + A_DAY, ways=ways, gateway=None, now=NOW)
    run_due(NOW)
    assert subjects(vendors, "alice@example.com")[-1] == "Your booking is cancelled"
    assert subjects(vendors, "bob@example.com")[-1] == "Please choose another time"
    assert subjects(vendors, "therapist@example.com") == ["A new booking", "A new booking"]  # her own doing is no news
    assert standing() == []
    move_booking(public_id=anew.public_id, starts_at=MONDAY + A_DAY, now=NOW)
    run_due(NOW)
    assert subjects(vendors, "bob@example.com")[-1] == "Your session has a new time"
    assert [event["id"] for event in standing()] == [anew.public_id.hex]


def test_a_series_is_told_in_one_mail_and_one_line(vendors) -> None:
    oscar = make_client("oscar@example.com", stage=Stage.ONGOING)
    times = [MONDAY + timedelta(weeks=week) for week in range(3)]
    made = book_series(
        client=oscar,
        session_type=make_session(),
        times=times,
        arrangement=Arrangement(actor=therapist(), reason="His usual hour"),
        now=NOW,
    )
    run_due(NOW)
    assert subjects(vendors, "oscar@example.com") == ["Your sessions are booked"]
    assert subjects(vendors, "therapist@example.com") == ["3 new bookings"]
    (mail,) = vendors.mails("oscar@example.com")
    assert all(f"{when.day} {when:%B}" in mail.text for when in times)
    assert "Each costs €70. You can pay for each by its own link" in mail.text
    assert len(standing()) == 3
    owed = Effect.objects.filter(subject__in=[each.subject for each in made])
    assert (owed.count(), owed.exclude(state="done").count()) == (15, 0)


@pytest.mark.rule("R9")
def test_a_move_of_what_waits_for_its_owner_tells_the_new_time_with_the_question(vendors) -> None:
    make_client("bob@example.com")
    booking = book("bob@example.com")
    run_due(NOW)
    move_booking(public_id=booking.public_id, starts_at=LATER, now=NOW)
    run_due(NOW)
    assert subjects(vendors, "bob@example.com") == ["Was this you?", "A booking was moved: was this you?"]
    mail = vendors.mails("bob@example.com")[0]
    assert "It was Mon 30 Nov, 09:00, and is now:" in mail.text
    assert "30 November 2026, 11:00 to 11:20" in mail.text
    assert "?own=" in mail.text
    assert "Alice" not in mail.text + mail.html


@pytest.mark.rule("R9")
def test_what_is_not_a_real_enquiry_is_answered_as_any_other_and_told_to_nobody_else(vendors) -> None:
    first = book("nuisance@example.com")
    run_due(NOW)
    dismiss_enquiry(public_id=first.public_id, now=NOW)
    before = len(vendors.mails("therapist@example.com"))
    second = book("nuisance@example.com", starts_at=LATER)
    run_due(NOW)
    assert second.status == Booking.Status.CONFIRMED
    assert second.is_quiet
    assert subjects(vendors, "nuisance@example.com")[-1] in {"Was this you?", "You are booked"}
    assert len(vendors.mails("therapist@example.com")) == before
    assert standing() == []


@pytest.mark.rule("R21")
@pytest.mark.rule("R22")
def test_a_reminder_is_sent_once_and_says_nothing_of_the_reason(vendors) -> None:
    book()
    run_due(NOW)
    day_before = MONDAY - timedelta(hours=23)
    with time_machine.travel(day_before, tick=True):
        assert (remind(now=day_before), remind(now=day_before)) == (1, 0)
        run_due(day_before)
        remind(now=day_before + timedelta(hours=1))
        run_due(day_before + timedelta(hours=1))
    reminders = [mail for mail in vendors.mails("alice@example.com") if mail.subject.startswith("Your session, ")]
    assert len(reminders) == 1
    assert "A word" not in reminders[0].text


@pytest.mark.rule("R21")
@pytest.mark.parametrize("change", ["cancelled", "moved", "offered anew"])
def test_a_reminder_that_waits_is_not_sent_once_the_session_has_changed(vendors, change: str) -> None:
    booking = book()
    run_due(NOW)
    day_before = MONDAY - timedelta(hours=23)
    with time_machine.travel(day_before, tick=True):
        assert remind(now=day_before) == 1
        if change == "cancelled":
            Booking.objects.update(status="cancelled")
        elif change == "moved":
            Booking.objects.update(starts_at=LATER, ends_at=LATER + timedelta(minutes=20))
        else:
            Booking.objects.update(awaits_new_time=True)
        run_due(day_before)
    assert Effect.objects.get(kind="reminder").state == "done"
    assert Effect.objects.get(kind="reminder").reason
    assert not [mail for mail in vendors.mails("alice@example.com") if mail.subject.startswith("Your session, ")]
    assert booking.starts_at == MONDAY


@pytest.mark.rule("R21")
def test_a_second_reminder_comes_only_where_the_practice_wants_one(vendors) -> None:
    book()
    run_due(NOW)
    two_hours_before = MONDAY - timedelta(hours=1, minutes=50)
    assert remind(now=MONDAY - timedelta(hours=23)) == 1
    assert remind(now=two_hours_before) == 0
    Practice.objects.update(second_reminder_hours=2)
    assert (remind(now=two_hours_before), remind(now=two_hours_before)) == (1, 0)
