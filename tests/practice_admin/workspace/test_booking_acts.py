"""What can be done with one booking: said first, done by POST, and never by a page that is older than the booking."""

from datetime import timedelta

import pytest
import time_machine

from integrations.outbox.models import Effect
from practice_admin.models import Booking, Refund
from tests.factories import NOW, make_booking, make_client, make_session, make_session_type
from tests.practice_admin.workspace.calling_off import pay
from tests.practice_admin.workspace.diary_pages import ACTS, as_it_was, page_of, press, typed_time

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R19")]

HER_CHANGE = {"client_email", "notifications", "calendar_event"}


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session", buffer_before_minutes=5, buffer_after_minutes=10)


def booked(kind, *, paid: int = 0, hours: float = 72, **fields) -> Booking:
    """Of Oscar's, from now on by so many hours."""
    client = make_client(name="Oscar Nunes", stage="ongoing")
    booking = make_booking(client, kind, starts_at=NOW + timedelta(hours=hours), **fields)
    if paid:
        pay(booking, paid)
    booking.refresh_from_db()
    return booking


def kinds_owed() -> set[str]:
    return set(Effect.objects.values_list("kind", flat=True))


def test_cancelling_names_the_mail_and_the_money_before_and_changes_nothing(desk, session, text):
    booking = booked(session, paid=7000)
    words = text(desk.get(page_of(booking, "cancel")))
    assert "Oscar gets the mail “Your booking is cancelled”. You get none." in words
    assert "€70 goes back, the way it was paid." in words
    assert "What was paid stays with you" not in words
    assert "so nothing is charged for it." in words
    assert 'name="fee" value="waived" checked' in words
    assert "The mail begins: “I am sorry: this session cannot take place.”" in words
    assert "late cancellation" not in words
    assert as_it_was(booking)


@pytest.mark.parametrize(("by", "fee", "back"), [("client", "charged", []), ("therapist", "waived", [7000])])
def test_cancelling_keeps_who_called_it_off_and_what_becomes_of_the_fee(desk, session, text, by, fee, back):
    booking = booked(session, hours=5, paid=7000)
    words = text(press(desk, booking, "cancel", by=by, fee=fee))
    booking.refresh_from_db()
    assert (booking.status, booking.cancelled_by, booking.fee) == ("cancelled", by, fee)
    assert list(Refund.objects.values_list("amount_minor", flat=True)) == back
    assert kinds_owed() == HER_CHANGE | ({"refund"} if back else set())
    assert ("€70 goes back." if back else "The fee is charged.") in words


@pytest.mark.parametrize(
    ("hours", "words"), [(23, "It begins in less than 24 hours: called off"), (-1, "It has begun already: called off")]
)
def test_a_late_cancellation_is_said_as_such(desk, session, text, hours, words):
    booking = booked(session, hours=hours, notice_hours=24)
    page = text(desk.get(page_of(booking, "cancel")))
    assert f"{words} by the client, this is a late cancellation." in page
    assert "€70 stays owed." in page
    assert "It is not paid: nothing is owed then." in page


def test_a_charged_fee_that_was_not_paid_stays_owed(desk, session, text):
    booking = booked(session, hours=5)
    assert "Not paid yet" in text(press(desk, booking, "cancel", by="client", fee="charged"))
    assert "refund" not in kinds_owed()


@pytest.mark.parametrize(
    ("by", "hours", "words"),
    [
        ("therapist", 5, "You call it off yourself, so it cannot be charged."),
        ("client", 72, "It can still be cancelled freely, so it cannot be charged."),
    ],
)
def test_no_fee_is_charged_for_what_she_calls_off_or_what_is_free_to_go(desk, session, text, by, hours, words):
    booking = booked(session, hours=hours, paid=7000)
    page = press(desk, booking, "cancel", by=by, fee="charged")
    assert (page.status_code, page.context["form"].errors["fee"]) == (422, [words])
    assert f'name="by" value="{by}" checked' in text(page)
    assert as_it_was(booking)


def test_of_a_free_session_there_is_no_fee_to_choose(desk, text):
    booking = booked(make_session_type("call", name="Call"))
    assert 'name="fee"' not in text(desk.get(page_of(booking, "cancel")))
    press(desk, booking, "cancel", by="client")
    booking.refresh_from_db()
    assert (booking.status, booking.fee) == ("cancelled", "")


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"fee": "charged"}, "by", "Please choose who called it off."),
        ({"by": "client"}, "fee", "Please choose what becomes of the fee."),
        ({"by": "stranger", "fee": "waived"}, "by", "Please choose who called it off."),
        ({"by": "client", "fee": "doubled"}, "fee", "Please choose what becomes of the fee."),
    ],
)
def test_what_is_not_chosen_is_asked_for_beside_it_and_the_rest_stays(desk, session, text, typed, field, words):
    booking = booked(session, paid=7000)
    page = press(desk, booking, "cancel", **typed)
    assert page.status_code == 422
    assert words in str(page.context["form"].errors[field])
    if typed == {"by": "client"}:
        assert 'name="by" value="client" checked' in text(page)
    assert as_it_was(booking)


def test_they_came(desk, session, text):
    booking = booked(session, hours=-1)
    words = text(press(desk, booking, "came"))
    assert "Kept: Oscar Nunes came." in words[words.index('role="status"') :]
    booking.refresh_from_db()
    assert (booking.status, kinds_owed()) == ("completed", set())


@pytest.mark.parametrize(("fee", "back"), [("charged", []), ("waived", [7000])])
def test_they_did_not_come(desk, session, text, fee, back):
    booking = booked(session, hours=-1, paid=7000)
    assert "No mail is sent" in text(desk.get(page_of(booking, "no-show")))
    press(desk, booking, "no-show", fee=fee)
    booking.refresh_from_db()
    assert (booking.status, booking.fee) == ("no_show", fee)
    assert list(Refund.objects.values_list("amount_minor", flat=True)) == back
    assert kinds_owed() == ({"refund"} if back else set())


@pytest.mark.rule("R3")
def test_buffers_are_set_to_nought_and_nobody_is_told(desk, session, text):
    booking = booked(session)
    assert "Now 5 minutes before it and 10 minutes after it are kept free." in text(
        desk.get(page_of(booking, "buffers"))
    )
    press(desk, booking, "buffers")
    booking.refresh_from_db()
    assert (booking.buffer_before_minutes, booking.buffer_after_minutes) == (0, 0)
    assert (booking.busy.lower, booking.busy.upper) == (booking.starts_at, booking.ends_at)
    assert not Effect.objects.exists()
    session.refresh_from_db()
    assert session.buffer_after_minutes == 10


SENT = {
    "move": typed_time(NOW + timedelta(hours=100)),
    "cancel": {"by": "client", "fee": "charged"},
    "came": {},
    "no-show": {"fee": "waived"},
    "buffers": {},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("known", [1, "", "x", "9" * 30])
def test_a_page_that_is_older_than_the_booking_changes_nothing_and_says_so(desk, session, text, act, known):
    booking = booked(session, hours=-1, version=2)
    page = press(desk, booking, act, known=known, **SENT[act])
    assert page.status_code in {409, 422}
    assert "This booking has changed since you opened that page." in text(page)
    assert 'name="known_version" value="2"' in text(page)
    assert as_it_was(booking)


@pytest.mark.parametrize(
    ("act", "fields", "words"),
    [
        ("move", {"status": "cancelled"}, "Only a confirmed session can be moved."),
        ("cancel", {"status": "completed"}, "There is nothing to cancel: this booking is marked “held”."),
        ("cancel", {"status": "pending_payment"}, "this booking is marked “waiting for payment”."),
        ("came", {"status": "no_show"}, "There is nothing to close: this booking is marked “did not come”."),
        ("came", {}, "This session has not begun yet."),
        ("no-show", {}, "This session has not begun yet."),
        ("no-show", {"awaits_new_time": True, "hours": -1}, "was offered anew and did not take place."),
        ("buffers", {"status": "expired"}, "It holds no time any more, so there are no buffers around it."),
    ],
)
def test_what_is_not_possible_answers_with_the_reason_by_either_method(desk, session, text, act, fields, words):
    booking = booked(session, **fields)
    asked = text(desk.get(page_of(booking, act)))
    assert words in asked
    assert '<button class="desk-button desk-button--main"' not in asked
    sent = press(desk, booking, act, **SENT[act])
    assert sent.status_code == 409
    assert text(sent).count(words) == 1
    assert as_it_was(booking)


def test_a_call_is_closed_with_its_outcome_and_not_as_a_session_that_was_held(desk, text):
    booking = booked(make_session_type("call", name="Call"), hours=-1)
    assert "A discovery call is closed with its outcome" in text(desk.get(page_of(booking, "came")))
    assert press(desk, booking, "came").status_code == 409
    assert as_it_was(booking)


def test_a_name_with_html_in_it_is_shown_as_it_was_typed(desk, session, text):
    booking = make_booking(make_client(name="<b>Oscar</b> & Co", stage="ongoing"), session)
    for act in ("", *ACTS):
        words = text(desk.get(page_of(booking, act)))
        assert "&lt;b&gt;Oscar&lt;/b&gt; &amp; Co" in words, act
        assert "<b>Oscar</b>" not in words, act
