"""What Stripe's events ask for, done by the worker (R11).

An event is only a trigger. What counts is what Stripe says of the thing when asked, so that events may be late,
doubled, out of order or lies without doing harm.
"""

from datetime import datetime

from django.db import transaction

from integrations.errors import VendorError
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.disputes import record_dispute
from practice_admin.domain.sending_refunds import agree_refunds
from practice_admin.domain.settling import settle_checkout
from practice_admin.domain.stripe_inbox import reconsider
from practice_admin.models import Payment, Refund, StripeEvent

ABOUT_A_CHECKOUT = "checkout.session."
ABOUT_A_DISPUTE = "charge.dispute."
ABOUT_REFUNDS = ("refund.", "charge.refund")  # charge.refunded, charge.refund.updated
State = StripeEvent.State


def act_on_event(*, event_id: str, gateway: StripeGateway, now: datetime) -> StripeEvent:
    """Do what a kept event asks for; what is not about a payment of ours, or of no kind we know, is ignored.

    Where it does not work the event is marked FAILED with the reason, and the error is raised: VendorError, or
    whatever else it was. Doing it again does no harm.
    """
    event = StripeEvent.objects.defer("body").get(event_id=event_id)
    was_known = _is_known(event)
    try:
        is_ours = _act(event, gateway, now)
    except Exception as error:
        # A vendor's reason is written for people; of any other error the kind alone: its text may quote a person.
        told = str(error) if isinstance(error, VendorError) else f"Unexpected: {type(error).__name__}"
        _mark(event, State.FAILED, told, None)
        raise
    return _mark(event, State.DONE, "", now) if is_ours else _ignore(event, now, was_known=was_known)


def _act(event: StripeEvent, gateway: StripeGateway, now: datetime) -> bool:
    """Whether it was about something of ours."""
    if event.kind.startswith(ABOUT_A_CHECKOUT):
        return settle_checkout(session_id=event.object_id, gateway=gateway, now=now) is not None
    if event.kind.startswith(ABOUT_A_DISPUTE):
        return record_dispute(stripe_id=event.object_id, gateway=gateway, now=now) is not None
    if event.kind.startswith(ABOUT_REFUNDS):
        return agree_refunds(payment_intent=_payment_intent(event), gateway=gateway, now=now)
    return False


def _payment_intent(event: StripeEvent) -> str:
    """The payment that a refund's event is about: as it says, or by the refund, where that is known here."""
    if event.payment_intent:
        return event.payment_intent
    known = Refund.objects.filter(stripe_id=event.object_id).exclude(stripe_id="").select_related("payment").first()
    return known.payment.payment_intent if known else ""


def _ignore(event: StripeEvent, now: datetime, *, was_known: bool) -> StripeEvent:
    """It is about nothing of ours; where its payment became known meanwhile, it is acted on once more.

    The payment is written under the same lock, and has what was ignored by then reconsidered: neither misses the other.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        _mark(event, State.IGNORED, "", now)
        if not was_known and _is_known(event):
            reconsider(event.payment_intent, now=now)
    return event


def _is_known(event: StripeEvent) -> bool:
    """Whether the money of the payment that it names has come, as far as is written here."""
    came = Payment.objects.filter(payment_intent=event.payment_intent, state__in=Payment.CAME)
    return came.exclude(payment_intent="").exists()


def _mark(event: StripeEvent, state: State, error: str, done_at: datetime | None) -> StripeEvent:
    event.state, event.error, event.done_at = state, error[:500], done_at
    event.save(update_fields=["state", "error", "done_at"])
    return event
