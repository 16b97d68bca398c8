"""What tests of money do at both counters: ours, by its own operations, and Stripe's, by its stand-in."""

import json
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from integrations import payments
from integrations.outbox.models import Effect
from integrations.outbox.operations import run
from integrations.sandbox import store, stripe_disputes, stripe_events, stripe_refunds, stripe_sessions
from practice_admin.domain.arranging import Arrangement, arrange_session
from practice_admin.domain.bookings import book_session
from practice_admin.domain.payments import ReturnAddresses, ask_about_payment, open_checkout, open_payment_link
from practice_admin.domain.refunds import refund_booking
from practice_admin.domain.settlements import Receipt, record_settlement
from practice_admin.models import Booking, Payment, Refund, SessionType, Settlement
from tests.factories import therapist

BACK = ReturnAddresses("https://example.com/ok", "https://example.com/back")
MONEY = ("stripe_event", "refund")  # what the worker does of money; the news of it is proved elsewhere


def book(client: Client, session_type: SessionType, starts_at: datetime, now: datetime | None = None) -> Booking:
    """Take a time, as a client does."""
    return book_session(
        client=client,
        session_type=session_type,
        starts_at=starts_at,
        now=now or timezone.now(),
        gateway=payments.gateway(),
    )


def arranged(client: Client, session_type: SessionType, starts_at: datetime) -> Booking:
    """Booked by the therapist: confirmed and owed."""
    arrangement = Arrangement(actor=therapist(), reason="Agreed on the telephone")
    return arrange_session(
        client=client, session_type=session_type, starts_at=starts_at, arrangement=arrangement, now=timezone.now()
    )


def checkout(booking: Booking, now: datetime | None = None) -> str:
    """Stripe's page for a held time."""
    return open_checkout(
        public_id=booking.public_id, gateway=payments.gateway(), back_to=BACK, now=now or timezone.now()
    )


def pay_link(booking: Booking) -> str:
    """Stripe's page for what is owed."""
    return open_payment_link(public_id=booking.public_id, gateway=payments.gateway(), back_to=BACK, now=timezone.now())


def session_of(booking: Booking) -> str:
    """The id of the newest Checkout session that was opened for it."""
    newest = Payment.objects.filter(booking=booking).exclude(checkout_session_id=None).order_by("-attempt")
    return str(newest[0].checkout_session_id)


def pay(booking: Booking) -> str:
    """The client pays by card on Stripe's page: the session's id."""
    session_id = session_of(booking)
    stripe_sessions.pay(session_id)
    return session_id


def debit(booking: Booking) -> str:
    """The client pays by a way that takes the bank days."""
    session_id = session_of(booking)
    stripe_sessions.pay_by_debit(session_id)
    return session_id


def returned(booking: Booking, now: datetime | None = None) -> Booking:
    """The client comes back from Stripe's page."""
    ask_about_payment(booking=booking, gateway=payments.gateway(), now=now or timezone.now())
    booking.refresh_from_db()
    return booking


def paid(client: Client, session_type: SessionType, starts_at: datetime) -> Booking:
    """Booked, and paid by card."""
    booking = book(client, session_type, starts_at)
    checkout(booking)
    pay(booking)
    return returned(booking)


def refund(booking: Booking, minor: int, *, key: Any = None, currency: str = "EUR", **more: Any) -> list[Refund]:
    """Her refund of a part, or all."""
    return refund_booking(
        public_id=booking.public_id,
        amount_minor=minor,
        currency=currency,
        ask_key=key or uuid4(),
        asked_by=therapist(),
        now=timezone.now(),
        **more,
    )


def receipt(minor: int, **more: Any) -> Receipt:
    """What she says of money that came by bank today."""
    said = {"currency": "EUR", "manner": Settlement.Manner.BANK, "paid_on": timezone.now().date(), "note": ""}
    return Receipt(amount_minor=minor, recorded_by=therapist(), form_key=uuid4(), **said | more)


def settle(booking: Booking, minor: int, **more: Any) -> Settlement:
    """She records that it was paid otherwise."""
    return record_settlement(
        booking_id=booking.public_id, receipt=receipt(minor, **more), gateway=payments.gateway(), now=timezone.now()
    )


def events() -> list[dict[str, Any]]:
    """Every event that Stripe's stand-in has to tell, in the order in which things happened."""
    return [kept["event"] for kept in store.all(stripe_events.KIND).values()]


def deliver(event: dict[str, Any]) -> int:
    """Post one event to our door, signed as Stripe signs: the status of the answer."""
    body = json.dumps(event).encode()
    signature = stripe_events.sign(body, settings.STRIPE_WEBHOOK_SECRET, int(time.time()))
    answer = Browser().post(
        "/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    return answer.status_code


def work(now: datetime | None = None) -> None:
    """The worker does what is due of money; the rest of its work is left."""
    now = now or timezone.now()
    for effect in Effect.objects.filter(kind__in=MONEY, state=Effect.State.DUE, due_at__lte=now).order_by("pk"):
        run(effect.pk, now)


def told() -> None:
    """Every event is delivered and acted on."""
    for event in events():
        deliver(event)
    work(timezone.now() + timedelta(seconds=1))


def dispute(booking: Booking, *, days: int = 10) -> dict[str, Any]:
    """The client takes it up with the bank."""
    return stripe_disputes.begin(session_of(booking), "fraudulent", days, is_inquiry=False)


def dashboard_refund(booking: Booking, minor: int) -> dict[str, Any]:
    """She pays back in Stripe's dashboard, past this system."""
    payment = booking.payments.filter(state__in=Payment.CAME).latest("pk")
    return stripe_refunds.create({"payment_intent": payment.payment_intent, "amount": minor})


def refunds_at_stripe(session_id: str) -> list[dict[str, Any]]:
    """What Stripe knows to have gone back."""
    kept = store.get(stripe_sessions.KIND, session_id)
    return stripe_refunds.made(kept) if kept else []
