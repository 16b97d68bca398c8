"""Refunds at Stripe: sent once, asked about until they are decided, and found where they were made by hand (R10).

Stripe forgets an idempotency key after a day at the earliest, and the answer to a refund may be lost on its way. So
whatever was told to Stripe before is looked for among the payment's refunds, by the id of ours that each carries,
before it is ever told again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from integrations.errors import VendorError
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import Refunded, RefundRequest, StripeGateway
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.refunds import left_of, put_failed_aside
from practice_admin.models import Payment, Refund

State = Refund.State
ON_FAILED_REFUND = ("refund_failed_notice",)
ASK_AGAIN_AFTER = timedelta(hours=1)
OURS = "refund"  # the metadata by which a refund at Stripe names ours: its public id

# How Stripe's states read here (https://docs.stripe.com/api/refunds/object, "status").
STATES: Mapping[str, State] = {
    "succeeded": State.DONE,
    "pending": State.PENDING,
    "requires_action": State.PENDING,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


def send_refund(*, refund_id: int, gateway: StripeGateway, now: datetime) -> Refund:
    """Have Stripe pay it back, or ask how it stands; however often, it is paid back once.

    One that was done is asked about all the same: a bank may send it back days later. What Stripe refuses has failed,
    with its reason. Raises VendorError where Stripe cannot be asked; the refund then stays as it is.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state == State.FAILED:
        return refund
    if refund.stripe_id:
        return _apply(refund, gateway.refund_state(refund.stripe_id), now)
    if refund.tried_at is not None:
        found = _ours(gateway.refunds_of(refund.payment.payment_intent), refund)
        if found is not None:
            return _apply(refund, found, now)
    Refund.objects.filter(pk=refund.pk, tried_at=None).update(tried_at=now)
    try:
        sent = gateway.refund(_request(refund))
    except VendorError as error:
        if error.retryable:
            raise
        return _refused(refund, error.reason, now)
    return _apply(refund, sent, now)


def agree_refunds(*, payment_intent: str, gateway: StripeGateway, now: datetime) -> bool:
    """Make our refunds of a payment agree with Stripe's, those made in its dashboard included; False: not ours.

    Raises VendorError where Stripe cannot be asked.
    """
    known = Payment.objects.filter(payment_intent=payment_intent, state__in=Payment.CAME)
    ours = known.first() if payment_intent else None
    if ours is None:
        return False
    for refunded in gateway.refunds_of(payment_intent):
        _agree(ours.pk, refunded, now)
    return True


def refunds_to_ask_about(now: datetime) -> list[int]:
    """The refunds (by id) that are on their way and that nobody has asked about for an hour."""
    asked = Q(checked_at=None) | Q(checked_at__lt=now - ASK_AGAIN_AFTER)
    return list(Refund.objects.filter(asked, state=State.PENDING).order_by("pk").values_list("pk", flat=True))


def _request(refund: Refund) -> RefundRequest:
    return RefundRequest(
        payment_intent=refund.payment.payment_intent,
        amount_minor=refund.amount_minor,
        idempotency_key=f"refund/{refund.public_id}",
        metadata={OURS: str(refund.public_id)},
    )


def _ours(refunds: list[Refunded], refund: Refund) -> Refunded | None:
    return next((each for each in refunds if each.metadata.get(OURS) == str(refund.public_id)), None)


def _apply(refund: Refund, told: Refunded, now: datetime) -> Refund:
    with transaction.atomic(durable=True):
        lock_diary()
        return write_state(refund.pk, told, now)


def write_state(refund_id: int, told: Refunded, now: datetime) -> Refund:
    """Write what Stripe says of a refund, where it can go there from where it is. A step: under the diary's lock."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    state = STATES[told.status]
    refund.stripe_id, refund.checked_at = told.id, now
    if state in Refund.WAYS[refund.state]:
        refund.state = state
        if state == State.DONE:
            refund.done_at = now
        if state == State.FAILED:
            _mark_failed(refund, told.failure_reason, now)
    refund.save()
    return refund


def _refused(refund: Refund, reason: str, now: datetime) -> Refund:
    with transaction.atomic(durable=True):
        lock_diary()
        refund = Refund.objects.select_related("payment").get(pk=refund.pk)
        if refund.state == State.ASKED:  # else an event came first, and knows better
            refund.state = State.FAILED
            _mark_failed(refund, reason, now)
            refund.save()
    return refund


def _mark_failed(refund: Refund, reason: str, now: datetime) -> None:
    refund.failure_reason, refund.failed_at = reason[:200], now
    owe(ON_FAILED_REFUND, subject=refund.subject, version=1, now=now)


def _agree(payment_id: int, told: Refunded, now: datetime) -> None:
    """One refund of Stripe's: ours by its id, or by the name that it carries, or one that was made by hand."""
    with transaction.atomic(durable=True):
        lock_diary()
        related = Payment.objects.select_related("booking").defer("booking__reason")
        payment = related.prefetch_related("refunds", "disputes").get(pk=payment_id)
        known = next((each for each in payment.refunds.all() if each.stripe_id == told.id), None)
        named = next((each for each in payment.refunds.all() if _is_named(each, told)), None)
        refund = known or named or _made_by_hand(payment, told)
        write_state(refund.pk, told, now)


def _is_named(refund: Refund, told: Refunded) -> bool:
    return not refund.stripe_id and told.metadata.get(OURS) == str(refund.public_id)


def _made_by_hand(payment: Payment, told: Refunded) -> Refund:
    """A row for a refund that was made in Stripe's dashboard; it lowers the fee as one of hers does."""
    counts = STATES[told.status] != State.FAILED
    if counts and told.amount_minor > left_of(payment):
        # One of ours is still to be sent, and will be refused: then there is room for this one.
        raise VendorError("Stripe", "Another refund of this payment is under way.", retryable=True)
    is_placed = payment.state == Payment.State.PAID
    lowered = max(0, owed_for(payment.booking) + told.amount_minor) if is_placed and counts else 0
    made = Refund.objects.create(
        payment=payment,
        amount_minor=told.amount_minor,
        origin=Refund.Origin.STRIPE,
        stripe_id=told.id,
        created_at=told.made_at,
        tried_at=told.made_at,
        lowers_fee_minor=min(told.amount_minor, lowered),
    )
    if counts and is_placed:
        put_failed_aside(payment.booking, told.amount_minor, now=told.made_at)
    return made
