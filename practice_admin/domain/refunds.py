"""Paying back: asked in the transaction that gives the reason, sent to Stripe by the worker, once (R10, R19)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, Q, Sum

from clients.domain.refusals import Refusal
from clients.models import User
from integrations.outbox.operations import owe
from integrations.payments.amounts import step, written
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.money import amount_text
from practice_admin.domain.queries.owed import owed_for, sum_of
from practice_admin.models import Booking, Dispute, Payment, Refund

REFUND = "refund"
Origin = Refund.Origin
STUCK = Q(state=Refund.State.FAILED, retried_as=None, put_aside_at=None)  # failed, and not settled since


class NotRefundable(Refusal):
    """This cannot be paid back."""

    public_message = "That cannot be paid back."


def paid_for(booking: Booking) -> int:
    """What Stripe was paid for the booking, in minor units, whatever went back since."""
    paid: int | None = booking.payments.filter(state=Payment.State.PAID).aggregate(sum=Sum("amount_minor"))["sum"]
    return paid or 0


def paid_back(booking: Booking) -> int:
    """What has gone back to whoever paid for it, or is on its way, in minor units; refunds that failed do not count."""
    refunds = Refund.objects.filter(payment__booking=booking, payment__state=Payment.State.PAID)
    back: int | None = refunds.exclude(state=Refund.State.FAILED).aggregate(sum=Sum("amount_minor"))["sum"]
    return back or 0


def refundable(booking: Booking) -> int:
    """What is left of what was paid for it by Stripe, in minor units."""
    return refundable_of([booking]).get(booking.pk, 0)


def refundable_of(bookings: Iterable[Booking]) -> dict[int, int]:
    """What is left of what was paid for each of these, by the booking's id; those that were never paid are left out."""
    back = Refund.objects.filter(payment=OuterRef("pk")).exclude(state=Refund.State.FAILED)
    lost = Dispute.objects.filter(payment=OuterRef("pk"), standing=Dispute.Standing.LOST)
    paid = Payment.objects.filter(booking__in=bookings, state=Payment.State.PAID)
    found: dict[int, int] = {}
    for payment in paid.annotate(gone=sum_of(back, "payment") + sum_of(lost, "payment")):
        found[payment.booking_id] = found.get(payment.booking_id, 0) + max(0, payment.amount_minor - payment.gone)
    return found


def left_of(payment: Payment) -> int:
    """What is left of one payment that came: refunds and lost disputes taken off."""
    back = sum(refund.amount_minor for refund in payment.refunds.all() if refund.state != Refund.State.FAILED)
    lost = sum(each.amount_minor for each in payment.disputes.all() if each.standing == Dispute.Standing.LOST)
    return max(0, payment.amount_minor - back - lost)


def refund_booking(
    *,
    public_id: UUID,
    amount_minor: int,
    currency: str,
    ask_key: UUID,
    asked_by: User,
    now: datetime,
    is_still_owed: bool = False,
) -> list[Refund]:
    """Pay back all or a part of what was paid by Stripe for a booking, on the therapist's word.

    The fee is lowered by as much, unless it `is_still_owed` (and will be paid otherwise). `ask_key` is the form's own:
    the same one again answers what it asked for and pays back once. More than one refund where it was paid in parts.
    Raises NotRefundable with a sentence for her; nothing is asked then.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        booking = Booking.objects.select_related("client").defer("reason").get(public_id=public_id)
        before = list(Refund.objects.filter(payment__booking=booking, ask_key=ask_key))
        if before:
            return before
        _ensure_refundable(booking, amount_minor, currency)
        return ask_refund(
            booking,
            amount_minor,
            now=now,
            origin=Origin.THERAPIST,
            asked_by=asked_by,
            ask_key=ask_key,
            is_still_owed=is_still_owed,
        )


def ask_refund(
    booking: Booking,
    amount_minor: int,
    *,
    now: datetime,
    origin: Origin = Origin.POLICY,
    asked_by: User | None = None,
    ask_key: UUID | None = None,
    is_still_owed: bool = False,
) -> list[Refund]:
    """Record that this much goes back to whoever paid, and owe the sending; nothing for nought.

    Never more than is left. A step: belongs under the diary's lock, in the transaction that gives the reason, after it
    was written: what goes back of a fee that still stands lowers it.
    """
    ensure_in_transaction("ask_refund()")
    asked = []
    left = amount_minor
    for payment in _paid(Q(booking=booking)):
        part = min(left, left_of(payment))
        if part:
            lowered = 0 if is_still_owed else min(part, max(0, owed_for(booking) + part))
            fields = {"origin": origin, "asked_by": asked_by, "ask_key": ask_key, "lowers_fee_minor": lowered}
            asked.append(_ask(payment, part, now, **fields))
        left -= part
    put_failed_aside(booking, amount_minor - left, now=now)
    return asked


def refund_unplaced(
    payment: Payment, *, now: datetime, origin: Origin, asked_by: User | None = None, ask_key: UUID | None = None
) -> Refund:
    """Ask for all that is left of a payment that has no booking to count for. A step, as `ask_refund`."""
    ensure_in_transaction("refund_unplaced()")
    payment.refunds.filter(STUCK).update(put_aside_at=now)  # all of it goes back
    return _ask(payment, left_of(payment), now, origin=origin, asked_by=asked_by, ask_key=ask_key)


def put_failed_aside(booking: Booking, given_minor: int, *, now: datetime) -> None:
    """Have this much that was just given back settle refunds of the booking that failed, so that none is paid twice.

    It settles each that is no larger, and all of them where nothing is left to give back. A step, as `ask_refund`.
    """
    stuck = Refund.objects.filter(STUCK, payment__booking=booking, payment__state=Payment.State.PAID)
    stuck = stuck.exclude(failed_at__gt=now)
    settled = stuck if owed_for(booking) >= 0 else stuck.filter(amount_minor__lte=given_minor)
    settled.update(put_aside_at=now)


def put_refund_aside(*, public_id: UUID, now: datetime) -> None:
    """Ask no longer about a refund that failed: it was settled otherwise, as she says. Raises NotRefundable.

    What she gave back by hand is not recorded by it.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        refund = Refund.objects.get(public_id=public_id)
        if refund.put_aside_at is not None:
            return
        if reason := why_no_retry(refund):
            raise NotRefundable(reason)
        Refund.objects.filter(pk=refund.pk).update(put_aside_at=now)


def why_no_retry(refund: Refund) -> str:
    """Why it cannot be tried again, in a sentence for her; "" where it can."""
    if refund.state != Refund.State.FAILED:
        return "This refund has not failed."
    if hasattr(refund, "retried_as"):
        return "It was tried again already."
    return "It was settled otherwise." if refund.put_aside_at else ""


def retry_refund(*, public_id: UUID, asked_by: User, now: datetime) -> Refund:
    """Try a refund again that did not work: a new one, under a new key, once. Raises NotRefundable."""
    with transaction.atomic(durable=True):
        lock_diary()
        failed = (
            Refund.objects.select_related("payment__booking").defer("payment__booking__reason").get(public_id=public_id)
        )
        again = Refund.objects.filter(retry_of=failed).first()
        if again is not None:
            return again
        if reason := why_no_retry(failed):
            raise NotRefundable(reason)
        if left_of(failed.payment) < failed.amount_minor:
            raise NotRefundable("Less than that is left of the payment by now.")
        over = -owed_for(failed.payment.booking)
        if 0 < over < failed.amount_minor - failed.lowers_fee_minor:
            raise NotRefundable("A part of it was given back since. Pay the rest back from the session itself.")
        return _ask(
            failed.payment,
            failed.amount_minor,
            now,
            origin=failed.origin,
            asked_by=asked_by,
            lowers_fee_minor=failed.lowers_fee_minor,
            retry_of=failed,
        )


def ensure_in_transaction(name: str) -> None:
    """Raise unless a transaction is open, which is the caller's."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{name} belongs into the transaction that gives the reason.")


def _paid(wanted: Q) -> list[Payment]:
    """The payments that count for their bookings, the newest first, with what went back and what was lost of each."""
    paid = Payment.objects.filter(wanted, state=Payment.State.PAID)
    return list(paid.prefetch_related("refunds", "disputes").order_by("-paid_at", "-pk"))


def _ask(payment: Payment, amount_minor: int, now: datetime, **fields: object) -> Refund:
    refund = Refund.objects.create(payment=payment, amount_minor=amount_minor, **fields)
    owe([REFUND], subject=refund.subject, version=1, now=now)
    return refund


def _ensure_refundable(booking: Booking, amount_minor: int, currency: str) -> None:
    left = refundable(booking)
    if not paid_for(booking):
        raise NotRefundable("Nothing was paid by card for this session, so nothing can be paid back to a card.")
    if currency.upper() != booking.currency.upper():
        raise NotRefundable(f"This was paid in {booking.currency}, so it goes back in {booking.currency}.")
    if amount_minor <= 0:
        raise NotRefundable("Please give an amount above nought.")
    if amount_minor > left:
        shown = amount_text(left, booking.currency)
        raise NotRefundable(f"That is more than the {shown} that is left of what was paid.")
    if amount_minor % step(currency):
        raise NotRefundable(f"Stripe pays back in steps of {written(step(currency), currency)} alone.")
