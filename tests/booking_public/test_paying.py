"""Paying by the door: to Stripe's page, back from it, and away from it, with its stand-in on the other side (R10)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from booking_public import limits
from clients.domain.rate_limits import seconds_to_wait
from clients.models import Client, Stage
from integrations.outbox.models import Effect
from integrations.sandbox import faults, store, stripe_sessions
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking, Payment, SessionType
from tests.booking_public.door import page_of
from tests.booking_public.pages import words
from tests.factories import make_booking, make_client, make_session, open_every_day, therapist
from tests.practice_admin.money import till
from tests.practice_admin.money.rows import payment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]

DETAILS = "/book/session/details/"
BY_ITSELF = {"HX-Request": "true"}


@pytest.fixture
def alice(vendors, client: Browser) -> Client:
    """Signed in, in a practice that is open every day; Stripe's events wait until they are delivered."""
    faults.set_delivery("hold")
    therapist()
    open_every_day()
    make_session(name="Fifty minutes")
    person = make_client("alice@example.com", name="Alice", stage=Stage.ONGOING)
    client.force_login(person.user)
    return person


@pytest.fixture
def noon(alice):
    """Noon in three days, by the true clock: Stripe judges a session's end by its own."""
    return (timezone.now() + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)


def take(client: Browser, starts_at, **typed: str):
    return client.post(DETAILS, {"start": starts_at.isoformat(), "consent": "on", "reason": ""} | typed)


@pytest.fixture
def held(client: Browser, noon) -> Booking:
    """A time that was taken to Stripe's page."""
    assert "/sandbox/stripe/pay/" in take(client, noon)["Location"]
    return Booking.objects.get()


@pytest.fixture
def owed(alice, noon) -> Booking:
    """A session that the therapist booked."""
    return till.arranged(alice, SessionType.objects.get(), noon)


def pay_of(booking: Booking) -> str:
    return f"/booking/{booking_token(booking)}/pay/"


def at_stripe(booking: Booking) -> dict:
    """What Stripe keeps of the newest session."""
    return stripe_sessions.look(till.session_of(booking))["session"]


def way_back(booking: Booking, name: str = "success_url") -> str:
    """Where Stripe sends the person, without our host."""
    session = at_stripe(booking)
    address = session[name].replace("{CHECKOUT_SESSION_ID}", session["id"])
    return address.partition("//")[2].partition("/")[1] + address.partition("//")[2].partition("/")[2]


def status_of(booking: Booking) -> str:
    return str(Booking.objects.values_list("status", flat=True).get(pk=booking.pk))


# --- Back from Stripe ------------------------------------------------------------------------------------------------


def test_whoever_paid_lands_on_what_is_booked_before_any_event_has_come(client: Browser, held: Booking) -> None:
    till.pay(held)
    page = client.get(way_back(held)).text
    assert "You are booked" in page
    assert "We received €70" in page
    assert "Waiting for payment" not in page
    assert status_of(held) == "confirmed"
    assert client.get(way_back(held)).status_code == 200
    assert Effect.objects.filter(subject=held.subject).count() == 5


def test_beyond_a_minutes_looks_the_page_is_shown_as_it_was_and_stripe_is_not_asked(
    client: Browser, held: Booking
) -> None:
    client.post(pay_of(held))
    till.pay(held)
    with time_machine.travel(timezone.now(), tick=False):
        while not seconds_to_wait(limits.ASKING, who="127.0.0.1", now=timezone.now()):
            pass
        for address in (pay_of(held), f"{page_of(held)}?paid=1"):
            assert client.get(address).status_code == 200
        assert status_of(held) == "pending_payment"
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        client.get(pay_of(held))
    assert status_of(held) == "confirmed"


def test_one_who_paid_and_closed_the_window_finds_it_booked_by_any_way(client: Browser, held: Booking) -> None:
    till.pay(held)
    assert "There is nothing left to pay" in client.get(pay_of(held)).text
    assert "It is confirmed" in client.get(page_of(held)).text
    assert status_of(held) == "confirmed"


def test_the_way_back_of_a_session_that_is_not_ours_or_another_bookings_is_404_and_changes_nothing(
    client: Browser, held: Booking, alice: Client
) -> None:
    till.pay(held)
    other = till.arranged(alice, held.session_type, held.starts_at + timedelta(days=1))
    till.pay_link(other)
    for session in ("", "cs_test_nothing", "x" * 3000, "%00", till.session_of(other)):
        assert client.get(f"{page_of(held)}?paid=1&session={session}").status_code == 404
    assert client.get(f"/booking/{'x' * 43}/?paid=1&session={till.session_of(held)}").status_code == 404
    assert status_of(held) == "pending_payment"


@pytest.mark.rule("R16")
def test_the_way_back_opened_by_another_client_is_404_and_changes_nothing(held: Booking) -> None:
    till.pay(held)
    bob = Browser()
    bob.force_login(make_client("bob@example.com", stage=Stage.ONGOING).user)
    assert bob.get(way_back(held)).status_code == 404
    assert bob.get(way_back(held, "cancel_url")).status_code == 404
    assert status_of(held) == "pending_payment"
    assert at_stripe(held)["status"] == "complete"


def test_with_stripe_silent_the_way_back_waits_and_looks_again_by_itself(
    client: Browser, held: Booking, vendors
) -> None:
    till.pay(held)
    back = way_back(held)
    vendors.down("stripe")
    page = client.get(back).text
    assert "One moment, please" in page
    assert 'hx-trigger="load delay:2s"' in page
    assert "look=1" in page
    assert "Look again</a>" in page
    assert "http-equiv" not in page
    vendors.up("stripe")
    assert client.get(f"{back}&look=1", headers=BY_ITSELF)["HX-Refresh"] == "true"
    assert "You are booked" in client.get(back).text


# --- A bank that takes its time --------------------------------------------------------------------------------------


def test_a_debit_waits_kindly_and_looks_again_but_not_for_ever_until_the_bank_has_paid(
    client: Browser, held: Booking
) -> None:
    session_id = till.debit(held)
    page = words(client.get(way_back(held)).text)
    assert "Your payment is on its way" in page
    assert "The time stays yours meanwhile, until" in page
    assert "Waiting for payment" not in page
    assert "Go on to pay" not in page
    assert "look=2" in client.get(f"{way_back(held)}&look=1").text  # nothing new: it goes on looking
    for enough in ("8", "99999", "x"):
        last = client.get(f"{way_back(held)}&look={enough}").text
        assert "hx-get" not in last
        assert "Look again</a>" in last
    stripe_sessions.settle(session_id, is_paid=True)
    assert client.get(f"{way_back(held)}&look=2", headers=BY_ITSELF)["HX-Refresh"] == "true"
    assert "You are booked" in client.get(f"{way_back(held)}&look=2").text
    assert "You are booked" in client.get(way_back(held)).text


def test_a_debit_that_the_bank_refuses_is_told_and_the_time_is_free(client: Browser, held: Booking) -> None:
    session_id = till.debit(held)
    client.get(way_back(held))
    assert client.post(pay_of(held)).status_code == 409
    stripe_sessions.settle(session_id, is_paid=False)
    page = words(client.get(way_back(held)).text)
    assert "Your bank did not pay this" in page
    assert "Nothing was taken from you." in page
    assert status_of(held) == "expired"


# --- Away from Stripe ------------------------------------------------------------------------------------------------


def test_cancel_at_stripe_ends_it_there_and_frees_the_time_at_once_and_offers_another(
    client: Browser, held: Booking
) -> None:
    stopped = way_back(held, "cancel_url")
    assert client.head(stopped).status_code == 303
    assert status_of(held) == "pending_payment"
    answer = client.get(stopped)
    assert answer.status_code == 303
    assert status_of(held) == "expired"
    assert at_stripe(held)["status"] == "expired"
    page = client.get(answer["Location"]).text
    assert "This time is free again" in page
    assert "nothing was charged" in page
    assert 'href="/book/session/"' in page
    day = held.starts_at.date().isoformat()
    listed = client.get(f"/book/session/slots/?from={day}&days=1&tz=UTC").json()["days"][0]["slots"]
    assert held.starts_at.isoformat() in [slot["start"] for slot in listed]
    assert client.get(stopped)["Location"] == answer["Location"]


def test_cancel_at_stripe_of_what_was_paid_meanwhile_leaves_it_booked(client: Browser, held: Booking) -> None:
    stopped = way_back(held, "cancel_url")
    till.pay(held)
    assert "It is confirmed" in client.get(stopped, follow=True).text
    assert status_of(held) == "confirmed"


def test_with_stripe_silent_cancel_is_503_and_the_time_stays_kept(client: Browser, held: Booking, vendors) -> None:
    stopped = way_back(held, "cancel_url")
    vendors.down("stripe")
    answer = client.get(stopped)
    assert answer.status_code == 503
    assert "the time is still kept for you" in answer.text
    assert status_of(held) == "pending_payment"


def test_while_a_bank_is_at_it_cancel_changes_nothing(client: Browser, held: Booking) -> None:
    stopped = way_back(held, "cancel_url")
    till.debit(held)
    assert "Your payment is on its way" in client.get(stopped, follow=True).text
    assert status_of(held) == "pending_payment"


def test_back_to_a_time_that_is_kept_resumes_the_same_session_and_says_how_long(client: Browser, held: Booking) -> None:
    page = words(client.get(page_of(held)).text)
    assert "We keep it for 30 more minutes, until" in page
    assert "Go on to pay" in page
    again = client.post(pay_of(held))
    assert again.status_code == 303
    assert again["Location"] == Payment.objects.get().checkout_url
    assert client.post(pay_of(held))["Location"] == again["Location"]
    assert len(store.all(stripe_sessions.KIND)) == 1


def test_a_page_of_stripes_that_has_run_out_is_not_opened_once_more(client: Browser, held: Booking) -> None:
    stripe_sessions.close(till.session_of(held))
    late = client.post(pay_of(held))
    assert late.status_code == 409
    assert "This time is not kept any more, so there is nothing to pay for it." in late.text
    assert status_of(held) == "expired"
    assert len(store.all(stripe_sessions.KIND)) == 1


def test_back_and_another_time_gives_the_first_one_up(client: Browser, held: Booking) -> None:
    first = at_stripe(held)["id"]
    choosing = words(client.get("/book/session/").text)
    assert "is kept for you and not paid yet. Choosing another time lets it go." in choosing
    assert "/sandbox/stripe/pay/" in take(client, held.starts_at + timedelta(hours=1))["Location"]
    assert status_of(held) == "expired"
    assert stripe_sessions.look(first)["session"]["status"] == "expired"
    assert Booking.objects.filter(status="pending_payment").count() == 1


# --- Stripe does not answer ------------------------------------------------------------------------------------------


def test_with_stripe_silent_a_booking_is_503_kept_and_paid_by_trying_again(
    client: Browser, alice: Client, noon, vendors
) -> None:
    vendors.down("stripe")
    answer = take(client, noon)
    assert answer.status_code == 503
    assert "The payment page does not answer just now. Nothing was charged." in answer.text
    assert "Go on to pay €70" in answer.text
    booking = Booking.objects.get()
    assert f'action="{pay_of(booking)}"' in answer.text
    assert booking.status == "pending_payment"
    assert client.post(pay_of(booking)).status_code == 503
    vendors.up("stripe")
    assert "/sandbox/stripe/pay/" in client.post(pay_of(booking))["Location"]
    assert len(store.all(stripe_sessions.KIND)) == 1


def test_with_stripe_silent_another_time_is_503_with_what_was_typed(client: Browser, held: Booking, vendors) -> None:
    vendors.down("stripe")
    answer = take(client, held.starts_at + timedelta(hours=1), reason="I do not sleep")
    assert answer.status_code == 503
    assert "it could not be let go just now" in answer.text
    assert "I do not sleep" in answer.text
    assert 'name="start"' in answer.text
    assert status_of(held) == "pending_payment"
    assert Booking.objects.count() == 1


def test_with_stripe_silent_kept_money_buys_no_time_while_another_is_held_and_stays_kept(
    client: Browser, held: Booking, alice: Client, vendors
) -> None:
    gone = make_booking(alice, held.session_type, starts_at=held.starts_at, status="expired")
    money = payment(gone, state="unplaced")
    vendors.down("stripe")
    start = (held.starts_at + timedelta(hours=2)).isoformat()
    answer = client.post(page_of(gone), {"action": "place", "money": str(money.public_id), "start": start})
    assert answer.status_code == 503
    assert "it could not be let go just now. Nothing was changed." in answer.text
    money.refresh_from_db()
    assert money.state == "unplaced"
    assert status_of(held) == "pending_payment"
    vendors.up("stripe")
    again = client.post(page_of(gone), {"action": "place", "money": str(money.public_id), "start": start})
    assert again.status_code == 303
    assert status_of(held) == "expired"
    assert at_stripe(held)["status"] == "expired"


# --- The payment link ------------------------------------------------------------------------------------------------


def test_the_payment_link_opens_a_fresh_page_by_its_button_and_paying_thanks(client: Browser, owed: Booking) -> None:
    page = words(client.get(pay_of(owed)).text)
    assert "€70 for your session" in page
    assert "Fifty minutes" in page
    assert "Go on to pay €70" in page
    client.head(pay_of(owed))
    assert not Payment.objects.exists()
    first = client.post(pay_of(owed), headers={"Accept-Language": "xx,pt-PT;q=0.9,de;q=0.5"})
    second = client.post(pay_of(owed), headers={"Accept-Language": "de-AT"})
    assert first.status_code == second.status_code == 303
    assert first["Location"] != second["Location"]
    sessions = [kept["session"] for kept in store.all(stripe_sessions.KIND).values()]
    assert sorted(one["status"] for one in sessions) == ["expired", "open"]
    assert {one["locale"] for one in sessions} == {"pt", "de"}
    till.pay(owed)
    page = words(client.get(way_back(owed)).text)
    assert "Thank you" in page
    assert "You are booked" not in page
    assert "To be paid" not in page
    assert "There is nothing left to pay for this session." in client.get(pay_of(owed)).text
    late = client.post(pay_of(owed))
    assert late.status_code == 409
    assert "There is nothing left to pay for this session." in late.text
    assert len(store.all(stripe_sessions.KIND)) == 2


def test_cancel_at_stripe_of_what_is_owed_leaves_the_session_as_it_is(client: Browser, owed: Booking) -> None:
    client.post(pay_of(owed))
    page = words(client.get(way_back(owed, "cancel_url"), follow=True).text)
    assert "Nothing was charged, and your session stands." in page
    assert "€70 is open for this session." in page
    assert status_of(owed) == "confirmed"
    assert at_stripe(owed)["status"] == "expired"


def test_a_debit_for_what_is_owed_is_on_its_way_and_is_not_asked_for_again(client: Browser, owed: Booking) -> None:
    client.post(pay_of(owed))
    session_id = till.debit(owed)
    page = words(client.get(way_back(owed)).text)
    assert "Your payment is on its way" in page
    assert "Your session stands as it is." in page
    assert "nothing more to do" in client.get(pay_of(owed)).text
    assert client.post(pay_of(owed)).status_code == 409
    stripe_sessions.settle(session_id, is_paid=False)
    page = words(client.get(way_back(owed)).text)
    assert "Your bank did not carry out the payment" in page
    assert "You can pay it here" in page
    assert status_of(owed) == "confirmed"
