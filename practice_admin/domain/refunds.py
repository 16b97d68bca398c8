"""Paying back: asked in the transaction that gives the reason, sent to Stripe by the worker, once (R10, R19)."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Sum

from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import RefundRequest, StripeGateway
from practice_admin.models import Booking, Payment, Refund

REFUND = "refund"
# How Stripe's states read here (https://docs.stripe.com/api/refunds/object, "status").
STATES = {
    "succeeded": Refund.State.DONE,
    "pending": Refund.State.PENDING,
    "requires_action": Refund.State.PENDING,
    "failed": Refund.State.FAILED,
    "canceled": Refund.State.FAILED,
}


def paid_for(booking: Booking) -> Payment | None:
    """The payment that confirmed the booking, if it was paid."""
    return booking.payments.filter(state=Payment.State.PAID).first()


def paid_back(booking: Booking) -> int:
    """What has gone back to whoever paid for it, or is on its way, in minor units; refunds that failed do not count."""
    refunds = Refund.objects.filter(payment__booking=booking, payment__state=Payment.State.PAID)
    back: int | None = refunds.exclude(state=Refund.State.FAILED).aggregate(sum=Sum("amount_minor"))["sum"]
    return back or 0


def refundable(booking: Booking) -> int:
    """What is left of what was paid for it, in minor units."""
    payment = paid_for(booking)
    return max(0, payment.amount_minor - paid_back(booking)) if payment else 0


def ask_refund(booking: Booking, amount_minor: int, *, now: datetime) -> Refund | None:
    """Record that this much goes back to whoever paid, and owe the sending; nothing for nought.

    A step: belongs under the diary's lock, in the transaction that gives the reason.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("ask_refund() belongs into the transaction that gives the reason.")
    payment = paid_for(booking)
    if payment is None or not amount_minor:
        return None
    refund = Refund.objects.create(payment=payment, amount_minor=amount_minor)
    owe([REFUND], subject=refund.subject, version=1, now=now)
    return refund


def send_refund(*, refund_id: int, gateway: StripeGateway, now: datetime) -> Refund:
    """Have Stripe pay it back; asking again finds the same refund, by its key. Raises VendorError.

    What Stripe refuses for good is kept with its reason, for the therapist to see.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state not in {Refund.State.ASKED, Refund.State.PENDING}:
        return refund
    if refund.stripe_id:
        sent = gateway.refund_state(refund.stripe_id)
    else:
        sent = gateway.refund(
            RefundRequest(
                payment_intent=refund.payment.payment_intent,
                amount_minor=refund.amount_minor,
                idempotency_key=f"refund/{refund.pk}",
                metadata={"refund": str(refund.pk)},
            )
        )
    refund.stripe_id, refund.failure_reason = sent.id, sent.failure_reason[:200]
    refund.state = STATES.get(sent.status, Refund.State.PENDING)
    refund.done_at = now if refund.state == Refund.State.DONE else None
    refund.save(update_fields=["stripe_id", "failure_reason", "state", "done_at"])
    return refund
