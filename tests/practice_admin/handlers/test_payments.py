"""Paying, by Stripe's own library against the stand-in: only Stripe's word confirms, and once (R10, R11)."""

import json
import time
from datetime import timedelta

import pytest
import requests
import time_machine
from django.test import Client as Browser

from clients.models import Stage
from integrations import payments
from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from integrations.sandbox import faults, stripe_events
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.bookings import book_session
from practice_admin.domain.holds import release_hold
from practice_admin.domain.payments import NothingToPay, ReturnAddresses, open_checkout
from practice_admin.domain.settling import settle_checkout
from practice_admin.handlers.sweeps import expire_holds
from practice_admin.models import Booking, Payment, StripeEvent
from tests.factories import make_client, make_session, open_every_day, therapist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]


@pytest.fixture
def now():
    """The true present: Stripe judges a session's end by its own clock."""
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def held(vendors, now) -> Booking:
    """A priced session, held and not paid; webhooks wait until a test lets them go."""
    therapist()
    open_every_day()
    faults.set_delivery("hold")
    session_type = make_session(minimum_notice_minutes=0)
    client = make_client("oscar@example.com", stage=Stage.ONGOING)
    tomorrow = (now + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    return book_session(client=client, session_type=session_type, starts_at=tomorrow, now=now)


def checkout(booking: Booking, now) -> str:
    back = ReturnAddresses("https://example.com/ok", "https://example.com/back")
    return open_checkout(public_id=booking.public_id, gateway=payments.gateway(), back_to=back, now=now)


def run_out(now) -> None:
    """Let the time for paying be over, by a second."""
    Booking.objects.update(hold_expires_at=now - timedelta(seconds=1))
    Payment.objects.update(expires_at=now - timedelta(seconds=1))


def pay(address: str, *, button: str = "pay") -> None:
    """Press a button on Stripe's page, as a browser would."""
    session = requests.Session()
    page = session.get(address, timeout=10)
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    session.post(
        address,
        {"csrfmiddlewaretoken": token, "action": button},
        headers={"Referer": address},
        allow_redirects=False,
        timeout=10,
    )


def post_event(vendors, settings, event: dict, *, secret: str = "") -> requests.Response:
    body = json.dumps(event).encode()
    signature = stripe_events.sign(body, secret or settings.STRIPE_WEBHOOK_SECRET, int(time.time()))
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return requests.post(f"{vendors.url}/webhooks/stripe/", body, headers=headers, timeout=10)


def completed(session_id: str, event_id: str = "evt_1", kind: str = "checkout.session.completed") -> dict:
    subject = {"id": session_id, "object": "checkout.session"}
    return {"id": event_id, "object": "event", "type": kind, "created": 1, "data": {"object": subject}}


def test_coming_back_resumes_the_same_checkout_session(held, now) -> None:
    assert checkout(held, now) == checkout(held, now)
    assert Payment.objects.count() == 1


def test_opening_the_page_confirms_nothing(held, now) -> None:
    requests.get(checkout(held, now), timeout=10)
    settle_checkout(session_id=Payment.objects.get().checkout_session_id, gateway=payments.gateway(), now=now)
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT
    assert not Effect.objects.exists()


@pytest.mark.rule("R11")
def test_a_paid_session_is_confirmed_by_the_webhook_and_by_nothing_sooner(held, now, vendors, settings) -> None:
    pay(checkout(held, now))
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT
    session_id = Payment.objects.get().checkout_session_id
    assert post_event(vendors, settings, completed(session_id)).status_code == 200
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT  # stored and answered; acted on by the worker
    run_due(now + timedelta(seconds=1))
    held.refresh_from_db()
    assert (held.status, Payment.objects.get().state) == (Booking.Status.CONFIRMED, Payment.State.PAID)
    assert Effect.objects.filter(subject=held.subject).count() == 5


@pytest.mark.rule("R11")
def test_the_same_event_many_times_is_one_row_one_effect_one_confirmation(held, now, vendors, settings) -> None:
    pay(checkout(held, now))
    event = completed(Payment.objects.get().checkout_session_id)
    for _ in range(3):
        assert post_event(vendors, settings, event).status_code == 200
        run_due(now + timedelta(minutes=1))
    held.refresh_from_db()
    confirmed_at = held.confirmed_at
    assert post_event(vendors, settings, event | {"id": "evt_2"}).status_code == 200
    run_due(now + timedelta(minutes=2))
    held.refresh_from_db()
    assert held.confirmed_at == confirmed_at
    assert StripeEvent.objects.count() == 2
    assert Effect.objects.filter(subject=held.subject).count() == 5
    assert len(vendors.mails("oscar@example.com")) == 1


@pytest.mark.rule("R11")
def test_a_lying_event_confirms_nothing(held, now, vendors, settings) -> None:
    """Stripe is asked; what the event claims does not count."""
    checkout(held, now)
    post_event(vendors, settings, completed(Payment.objects.get().checkout_session_id))
    run_due(now + timedelta(seconds=1))
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT


@pytest.mark.rule("R11")
@pytest.mark.parametrize(
    "event",
    [completed("cs_test_of_somebody_else"), completed("cs_test_1", kind="customer.created")],
    ids=["a session that is not ours", "an event nobody asked for"],
)
def test_what_is_not_ours_is_kept_and_ignored(vendors, settings, now, event: dict) -> None:
    assert post_event(vendors, settings, event).status_code == 200
    run_due(now + timedelta(seconds=5))
    assert StripeEvent.objects.get().state == StripeEvent.State.IGNORED
    assert not Booking.objects.exists()


@pytest.mark.rule("R11")
def test_a_bad_or_old_signature_is_400_and_leaves_nothing(vendors, settings) -> None:
    event = completed("cs_test_1")
    assert post_event(vendors, settings, event, secret="whsec_guessed").status_code == 400
    body = json.dumps(event).encode()
    old = stripe_events.sign(body, settings.STRIPE_WEBHOOK_SECRET, int(time.time()) - 301)
    address = f"{vendors.url}/webhooks/stripe/"
    assert requests.post(address, body, headers={"Stripe-Signature": old}, timeout=10).status_code == 400
    assert requests.post(address, body, timeout=10).status_code == 400
    assert requests.get(address, timeout=10).status_code == 405
    assert not StripeEvent.objects.exists()
    assert not Effect.objects.exists()


def test_the_return_page_asks_stripe_and_shows_what_is_true(held, now, client: Browser) -> None:
    address = checkout(held, now)
    page = f"/booking/{booking_token(held)}/?paid=1"
    assert "One moment" in client.get(page).text
    pay(address)
    assert "You are booked" in client.get(page).text
    held.refresh_from_db()
    assert held.status == Booking.Status.CONFIRMED
    assert client.get(page).status_code == 200
    assert Effect.objects.filter(subject=held.subject).count() == 5


def test_with_stripe_down_the_time_stays_held_and_paying_can_be_tried_again(held, now, vendors) -> None:
    vendors.down("stripe")
    with pytest.raises(VendorError):
        checkout(held, now)
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT
    vendors.up("stripe")
    assert checkout(held, now).startswith(vendors.url)
    assert Payment.objects.filter(state=Payment.State.OPEN).count() == 1


def test_a_try_that_comes_too_late_for_its_first_session_opens_a_new_one(held, now, vendors) -> None:
    vendors.down("stripe")
    with pytest.raises(VendorError):
        checkout(held, now)
    vendors.up("stripe")
    with time_machine.travel(now + timedelta(minutes=5), tick=True):
        assert checkout(held, now + timedelta(minutes=5))
    held.refresh_from_db()
    assert list(Payment.objects.values_list("attempt", "state")) == [(1, "expired"), (2, "open")]
    assert held.hold_expires_at > now + timedelta(minutes=35)


def test_an_unpaid_hold_is_released_at_stripe_first_and_cannot_be_paid_any_more(held, now, vendors) -> None:
    address = checkout(held, now)
    assert expire_holds() == (0, 0)
    run_out(now)
    assert expire_holds() == (1, 0)
    held.refresh_from_db()
    assert (held.status, Payment.objects.get().state) == (Booking.Status.EXPIRED, Payment.State.EXPIRED)
    pay(address)
    settle_checkout(session_id=Payment.objects.get().checkout_session_id, gateway=payments.gateway(), now=now)
    held.refresh_from_db()
    assert held.status == Booking.Status.EXPIRED
    with pytest.raises(NothingToPay):
        checkout(held, now)


def test_a_hold_stays_while_stripe_cannot_be_asked(held, now, vendors) -> None:
    checkout(held, now)
    run_out(now)
    vendors.down("stripe")
    assert expire_holds() == (0, 1)
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT


def test_a_hold_that_was_paid_after_all_is_confirmed_by_the_sweep(held, now) -> None:
    pay(checkout(held, now))
    run_out(now)
    expire_holds()
    held.refresh_from_db()
    assert held.status == Booking.Status.CONFIRMED


def test_money_for_a_time_that_is_gone_is_kept_and_both_sides_are_told(held, now, vendors, client: Browser) -> None:
    pay(checkout(held, now))
    Booking.objects.filter(pk=held.pk).update(status="expired")
    settle_checkout(session_id=Payment.objects.get().checkout_session_id, gateway=payments.gateway(), now=now)
    payment = Payment.objects.get()
    assert (payment.state, payment.amount_minor) == (Payment.State.UNPLACED, 7000)
    assert payment.payment_intent
    run_due(now + timedelta(seconds=1))
    assert [mail.subject for mail in vendors.mails("therapist@example.com")] == ["A payment needs you"]
    held.refresh_from_db()
    assert held.status == "expired"
    page = client.get(f"/booking/{booking_token(held)}/").text
    assert "The money is safe" in page
    assert "not been charged" not in page


def test_a_hold_that_was_renewed_while_the_sweep_was_on_its_way_is_left_alone(held, now, vendors) -> None:
    """The sweep lists a hold, its client comes back and opens a new attempt, the sweep arrives."""
    vendors.down("stripe")
    with pytest.raises(VendorError):
        checkout(held, now)
    vendors.up("stripe")
    later = now + timedelta(minutes=36)
    with time_machine.travel(later, tick=True):
        assert checkout(held, later)
        release_hold(booking_id=held.pk, gateway=payments.gateway(), now=later)
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT
    assert list(Payment.objects.values_list("attempt", "state")) == [(1, "expired"), (2, "open")]


def test_a_client_lets_a_hold_go_and_it_cannot_be_paid_any_more(held, now, client: Browser) -> None:
    address = checkout(held, now)
    page = f"/booking/{booking_token(held)}/"
    assert "let it go" in client.get(page).text.lower()
    assert client.get(f"{page}?ask=cancel").status_code == 200
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT
    assert client.post(page, {"action": "cancel"}).status_code == 303
    held.refresh_from_db()
    assert (held.status, Payment.objects.get().state) == (Booking.Status.EXPIRED, Payment.State.EXPIRED)
    pay(address)
    settle_checkout(session_id=Payment.objects.get().checkout_session_id, gateway=payments.gateway(), now=now)
    held.refresh_from_db()
    assert held.status == Booking.Status.EXPIRED


def test_with_stripe_down_a_hold_is_not_let_go_and_the_person_is_told(held, now, vendors, client: Browser) -> None:
    checkout(held, now)
    vendors.down("stripe")
    answer = client.post(f"/booking/{booking_token(held)}/", {"action": "cancel"})
    assert answer.status_code == 503
    assert "nothing was changed" in answer.text
    held.refresh_from_db()
    assert held.status == Booking.Status.PENDING_PAYMENT


def test_back_from_the_payment_page_leads_to_the_same_booking_and_not_to_a_second(held, now, client: Browser) -> None:
    client.force_login(held.client.user)
    checkout(held, now)
    start = held.starts_at.isoformat()
    looked = client.get("/book/session/details/", {"start": start})
    pressed = client.post("/book/session/details/", {"start": start, "consent": "on"})
    assert looked.status_code == pressed.status_code == 303
    assert looked["Location"].startswith("/booking/")
    assert Booking.objects.count() == 1
