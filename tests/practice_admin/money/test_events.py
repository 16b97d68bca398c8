"""Stripe's events: kept first, acted on once, by whatever way they come, and seen when they do not work (R11)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import Stage
from integrations import payments
from integrations.outbox.models import Effect
from integrations.outbox.operations import run
from integrations.sandbox import stripe_sessions
from practice_admin.domain import stripe_events as acting
from practice_admin.domain.queries.money_needs import failed_events
from practice_admin.domain.settling import settle_checkout
from practice_admin.domain.stripe_inbox import BeingProcessed, process_again
from practice_admin.models import Booking, Dispute, Payment, StripeEvent
from tests.factories import make_client
from tests.practice_admin.money.till import (
    book,
    checkout,
    deliver,
    dispute,
    events,
    pay,
    returned,
    session_of,
    told,
    work,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R11")]


@pytest.fixture
def paying(alice, session_type, noon) -> Booking:
    """Held, and paid at Stripe; nobody here knows yet."""
    booking = book(alice, session_type, noon)
    checkout(booking)
    pay(booking)
    return booking


def said(kind: str, subject: dict, event_id: str = "evt_1") -> dict:
    return {"id": event_id, "object": "event", "type": kind, "created": 1, "data": {"object": subject}}


def test_an_event_that_cannot_be_acted_on_is_kept_with_its_error_tried_again_and_done(paying, stripe) -> None:
    stripe.down("stripe")
    told()
    [failed] = failed_events()
    assert failed.error.startswith("Stripe: ")
    assert (failed.state, failed.done_at) == ("failed", None)
    paying.refresh_from_db()
    assert paying.status == "pending_payment"
    stripe.up("stripe")
    work(timezone.now() + timedelta(minutes=1))  # by itself, after its pause
    paying.refresh_from_db()
    assert (paying.status, failed_events()) == ("confirmed", [])
    assert StripeEvent.objects.get().state == "done"


def test_process_again_acts_on_an_event_whatever_came_of_it(paying, stripe) -> None:
    told()
    event = StripeEvent.objects.get()
    for _ in range(2):
        process_again(event_id=event.event_id, now=timezone.now())
        work()
    event.refresh_from_db()
    assert (event.state, Effect.objects.filter(kind="stripe_event").count()) == ("done", 3)
    assert Effect.objects.filter(subject=paying.subject).count() == 5  # confirmed once


def test_process_again_of_one_that_was_given_up_makes_it_due_at_once(paying, stripe) -> None:
    stripe.down("stripe")
    told()
    Effect.objects.filter(kind="stripe_event").update(state="failed", attempts=13)
    stripe.up("stripe")
    process_again(event_id=StripeEvent.objects.get().event_id, now=timezone.now())
    work()
    assert (StripeEvent.objects.get().state, Effect.objects.filter(kind="stripe_event").count()) == ("done", 1)


def test_an_event_that_is_being_processed_is_left_to_whoever_does_it(paying) -> None:
    for event in events():
        deliver(event)
    Effect.objects.filter(kind="stripe_event").update(state="running", claimed_at=timezone.now())
    with pytest.raises(BeingProcessed):
        process_again(event_id=StripeEvent.objects.get().event_id, now=timezone.now())


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("customer.created", {"id": "cus_1", "object": "customer"}),
        ("checkout.session.completed", {"id": "cs_test_of_somebody_else", "object": "checkout.session"}),
        ("refund.updated", {"id": "re_1", "object": "refund", "payment_intent": "pi_of_somebody_else"}),
        ("refund.failed", {"id": "re_1", "object": "refund"}),
        ("charge.refunded", {"id": "ch_1", "object": "charge", "payment_intent": "pi_of_somebody_else"}),
        ("something.new", {}),
    ],
)
def test_what_is_not_ours_or_not_known_is_kept_and_changes_nothing(paying, kind, subject) -> None:
    assert deliver(said(kind, subject)) == 200
    work()
    kept = StripeEvent.objects.get()
    assert (kept.state, kept.kind) == ("ignored", kind)
    paying.refresh_from_db()
    assert (paying.status, Payment.objects.get().state) == ("pending_payment", "open")


def test_what_an_event_claims_of_another_clients_booking_counts_for_nothing(paying, session_type, noon) -> None:
    """Signed, and naming a session of ours, but with somebody else's booking and amount in it."""
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    his = book(bob, session_type, noon + timedelta(hours=2))
    checkout(his)
    lie = {"id": session_of(his), "payment_status": "paid", "status": "complete", "amount_total": 1}
    lie |= {"object": "checkout.session", "client_reference_id": str(paying.public_id)}
    assert deliver(said("checkout.session.completed", lie)) == 200
    work()
    his.refresh_from_db()
    paying.refresh_from_db()
    assert (his.status, paying.status) == ("pending_payment", "pending_payment")


def test_a_session_that_answers_for_another_booking_is_not_believed(paying, session_type, noon) -> None:
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    his = book(bob, session_type, noon + timedelta(hours=2))
    checkout(his)
    theirs, other = session_of(paying), session_of(his)
    Payment.objects.filter(checkout_session_id=other).update(checkout_session_id=None)
    Payment.objects.filter(booking=paying).update(checkout_session_id="cs_gone")
    Payment.objects.filter(booking=his).update(checkout_session_id=theirs)
    told()
    his.refresh_from_db()
    assert his.status == "pending_payment"
    assert "another booking" in failed_events()[0].error


def test_an_amount_that_is_not_the_one_asked_for_confirms_nothing_and_is_not_lost(paying) -> None:
    Payment.objects.update(amount_minor=6999)
    returned(paying)
    payment = Payment.objects.get()
    assert (payment.state, payment.amount_minor, paying.status) == ("unplaced", 7000, "pending_payment")


def test_the_raw_body_is_kept_encrypted(paying) -> None:
    [event] = events()
    deliver(event)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM practice_admin_stripeevent")
        stored = bytes(cursor.fetchone()[0])
    assert b"alice@example.com" not in stored
    assert "alice@example.com" in StripeEvent.objects.get().body


def test_stripe_being_down_for_an_hour_loses_nothing(paying, stripe) -> None:
    """The clock is an argument: every pause of the worker is lived through."""
    begun = timezone.now()
    stripe.down("stripe")
    for event in events():
        assert deliver(event) == 200
    for minute in range(0, 60, 5):
        work(begun + timedelta(minutes=minute))
    paying.refresh_from_db()
    assert (paying.status, StripeEvent.objects.get().state) == ("pending_payment", "failed")
    stripe.up("stripe")
    work(begun + timedelta(hours=2))
    paying.refresh_from_db()
    assert (paying.status, Payment.objects.get().state) == ("confirmed", "paid")
    assert stripe_sessions.look(session_of(paying))["session"]["payment_status"] == "paid"


def test_two_workers_at_one_event_confirm_once(paying) -> None:
    for event in events():
        deliver(event)
    effect = Effect.objects.get(kind="stripe_event")
    run(effect.pk, timezone.now())
    assert run(effect.pk, timezone.now()) is None
    assert Effect.objects.filter(subject=paying.subject).count() == 5


def test_an_event_whose_payment_is_written_while_it_is_judged_is_acted_on_all_the_same(paying, monkeypatch) -> None:
    """Another worker takes the money between the look at the dispute and the word that it is not for us."""
    dispute(paying)
    [event] = [each for each in events() if each["type"] == "charge.dispute.created"]
    deliver(event)
    real = acting.record_dispute

    def late(**said):
        found = real(**said)
        settle_checkout(session_id=session_of(paying), gateway=payments.gateway(), now=timezone.now())
        return found

    monkeypatch.setattr(acting, "record_dispute", late)
    work(timezone.now() + timedelta(seconds=1))
    assert not Dispute.objects.exists()
    monkeypatch.undo()
    work(timezone.now() + timedelta(seconds=2))
    assert (Dispute.objects.count(), StripeEvent.objects.get().state) == (1, "done")


def test_an_event_about_nothing_of_ours_is_ignored_once(paying) -> None:
    deliver(said("refund.updated", {"id": "re_x", "object": "refund", "payment_intent": "pi_of_another"}))
    work()
    work(timezone.now() + timedelta(seconds=2))
    assert (StripeEvent.objects.get().state, Effect.objects.filter(kind="stripe_event").count()) == ("ignored", 1)
