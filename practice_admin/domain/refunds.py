"""Paying back: asked in the transaction that gives the reason, sent to Stripe by the worker, once (R10, R19)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, Sum

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
    return refundable_of([booking]).get(booking.pk, 0)


def refundable_of(bookings: Iterable[Booking]) -> dict[int, int]:
    """What is left of what was paid for each of these, by the booking's id; those that were never paid are left out."""
    back = Sum("refunds__amount_minor", filter=~Q(refunds__state=Refund.State.FAILED), default=0)
    paid = Payment.objects.filter(booking__in=bookings, state=Payment.State.PAID).annotate(back=back)
    return {payment.booking_id: max(0, payment.amount_minor - payment.back) for payment in paid}


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
    """Have Stripe pay it back, or ask how it stands; asking again finds the same refund, by its key.

    One that was done is asked about all the same: a bank may send it back days later. Raises VendorError where Stripe
    cannot be asked or refuses; the refund then stays as it is.
    """
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state == Refund.State.FAILED:
        return refund
    if refund.stripe_id:
        sent = gateway.refund_state(refund.stripe_id)
    else:
        sent = gateway.refund(
            RefundRequest(
                payment_intent=refund.payment.payment_intent,
                amount_minor=refund.amount_minor,
                idempotency_key=f"refund/{refund.payment.payment_intent}/{refund.pk}",
                metadata={"refund": str(refund.pk)},
            )
        )
    refund.stripe_id, refund.failure_reason = sent.id, sent.failure_reason[:200]
    refund.state = STATES[sent.status]
    refund.done_at = now if refund.state == Refund.State.DONE else None
    refund.save(update_fields=["stripe_id", "failure_reason", "state", "done_at"])
    return refund
