"""SIGKILL for the real worker after an event was kept and before it was acted on: not lost, not doubled (R11)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Stage
from integrations import payments
from integrations.outbox.models import Effect
from integrations.outbox.operations import LEASE
from integrations.sandbox import faults, stripe_sessions
from practice_admin.domain.bookings import book_session
from practice_admin.domain.payments import ReturnAddresses, open_checkout
from practice_admin.models import Booking, Payment, StripeEvent
from tests.factories import make_client, make_session, open_every_day, therapist
from tests.worker import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R11")]


def test_a_worker_killed_over_an_event_leaves_it_to_the_next_one(vendors, worker) -> None:
    therapist()
    open_every_day()
    now = timezone.now()
    noon = (now + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)
    alice = make_client("alice@example.com", stage=Stage.ONGOING)
    booking = book_session(client=alice, session_type=make_session(minimum_notice_minutes=0), starts_at=noon, now=now)
    back = ReturnAddresses("https://example.com/ok", "https://example.com/back")
    open_checkout(public_id=booking.public_id, gateway=payments.gateway(), back_to=back, now=now)
    faults.set_fault("stripe", "slow", 8)  # holds the worker fast in its question to Stripe
    stripe_sessions.pay(str(Payment.objects.get().checkout_session_id))
    until(lambda: Effect.objects.filter(kind="stripe_event", state="running").exists())
    worker.kill()
    assert StripeEvent.objects.get().state == "received"
    assert Booking.objects.get().status == "pending_payment"

    vendors.up("stripe")
    # The claim of a dead worker is taken over when its lease is over: here, by turning the clock of the row back.
    Effect.objects.filter(state="running").update(claimed_at=timezone.now() - 2 * LEASE)
    worker.start()
    until(lambda: Booking.objects.get().status == "confirmed", seconds=90)
    until(lambda: StripeEvent.objects.get().state == "done")
    assert Payment.objects.get().state == "paid"
    assert Effect.objects.get(kind="stripe_event").attempts == 2
    assert Effect.objects.filter(subject=booking.subject).count() == 5
