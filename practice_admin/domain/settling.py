"""What Stripe says of a Checkout session, and making the booking agree with it: once, whoever asks first (R10, R11).

Webhook, return page, sweep and every act that ends a session come through here. Stripe is asked outside the
transaction; its answer may be old by the time it is written, so nothing that money decided is ever taken back by it.
"""

from datetime import datetime

from django.db import transaction

from integrations.errors import VendorError
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import CheckoutSession, StripeGateway
from practice_admin.domain.confirming import confirm
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.hold_times import awaited_until
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.stripe_inbox import reconsider
from practice_admin.models import Booking, Payment

State, Status = Payment.State, Booking.Status

ON_UNPLACED = ("payment_unplaced", "payment_unplaced_client", "payment_unplaced_notices")
ON_NO_MONEY = ("payment_failed_client", "payment_failed_notices")
NEWS_FAILED, NEWS_LATE = 1, 2  # the two things that version of ON_NO_MONEY can tell of one payment


def settle_checkout(*, session_id: str, gateway: StripeGateway, now: datetime) -> Payment | None:
    """Ask Stripe how a Checkout session stands and make the booking agree; None where the session is not ours.

    Doing it again changes nothing. Raises VendorError where Stripe cannot be asked, or answers for another booking
    than the one that the session was opened for.
    """
    if not Payment.objects.filter(checkout_session_id=session_id).exists():
        return None
    return apply(gateway.checkout(session_id), now=now)


def end_checkout(*, session_id: str, gateway: StripeGateway, now: datetime, keeps_hold: bool = False) -> Payment:
    """End one of our sessions at Stripe, so that it cannot be paid any more, and act on its answer; it may be paid."""
    return apply(gateway.expire_checkout(session_id), now=now, keeps_hold=keeps_hold)


def apply(session: CheckoutSession, *, now: datetime, keeps_hold: bool = False) -> Payment:
    """Make payment and booking agree with what Stripe has just said of one of our sessions.

    A session that ended unpaid sets its held time free, unless that `keeps_hold`.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        related = Payment.objects.select_related("booking__client", "came_for").defer("booking__reason")
        payment = related.get(checkout_session_id=session.id)
        _ensure_same(payment, session)
        match session.money:
            case "paid" if payment.state not in Payment.CAME:
                _take(payment, session, now)
            case "awaited" if payment.state in {State.OPEN, State.EXPIRED}:
                _await(payment, session, now)
            case "failed" if payment.state in Payment.UNDECIDED:
                _fail(payment, session, now)
            case "none" if session.status == "expired" and payment.state == State.OPEN:
                _close(payment, State.EXPIRED, now, keeps_hold=keeps_hold)
            case "none" if session.status == "expired" and payment.state == State.AWAITED:
                _fail(payment, session, now)
    return payment


def _ensure_same(payment: Payment, session: CheckoutSession) -> None:
    if session.reference != str((payment.came_for or payment.booking).public_id):
        raise VendorError("Stripe", "The session is for another booking than ours.", retryable=False)


def _take(payment: Payment, session: CheckoutSession, now: datetime) -> None:
    """The money is there: for the booking where that waits for just this, else to be placed."""
    is_as_asked = (session.amount_minor, session.currency) == (payment.amount_minor, payment.currency)
    payment.amount_minor, payment.currency = session.amount_minor, session.currency
    payment.payment_intent, payment.receipt_url, payment.paid_at = session.payment_intent, session.receipt_url, now
    if is_as_asked and payment.booking.status == Status.PENDING_PAYMENT:
        payment.state = State.PAID
        confirm(payment.booking, now=now)
    elif is_as_asked and owed_for(payment.booking) >= payment.amount_minor:
        payment.state = State.PAID
    else:
        payment.state = State.UNPLACED
        owe(ON_UNPLACED, subject=payment.subject, version=1, now=now)
    payment.save(update_fields=["amount_minor", "currency", "payment_intent", "receipt_url", "paid_at", "state"])
    reconsider(payment.payment_intent, now=now)


def _await(payment: Payment, session: CheckoutSession, now: datetime) -> None:
    """The client did their part and the bank takes its time: the hold waits with it, within bounds."""
    payment.state, payment.awaited_at, payment.payment_intent = State.AWAITED, now, session.payment_intent
    payment.save(update_fields=["state", "awaited_at", "payment_intent"])
    held = Booking.objects.filter(pk=payment.booking_id, status=Status.PENDING_PAYMENT)
    held.update(hold_expires_at=awaited_until(now, payment.booking.starts_at))


def _fail(payment: Payment, session: CheckoutSession, now: datetime) -> None:
    """The bank said no after all: the time is free, and the client hears."""
    payment.payment_intent, payment.failure_code = session.payment_intent, session.failure_code[:100]
    payment.save(update_fields=["payment_intent", "failure_code"])
    _close(payment, State.FAILED, now)
    owe(ON_NO_MONEY, subject=payment.subject, version=NEWS_FAILED, now=now)


def _close(payment: Payment, state: Payment.State, now: datetime, *, keeps_hold: bool = False) -> None:
    """Nothing can come of this session any more; its booking is let go where no other session is open for it."""
    payment.state = state
    payment.save(update_fields=["state"])
    others = Payment.objects.filter(booking=payment.booking_id, state__in=Payment.UNDECIDED)
    if not keeps_hold and not others.exists():
        expire(payment.booking, now=now)


def expire(booking: Booking, *, now: datetime) -> None:
    """Set a held time free. A step: belongs under the diary's lock, with nothing left at Stripe that can be paid."""
    held = Booking.objects.filter(pk=booking.pk, status=Status.PENDING_PAYMENT)
    held.update(status=Status.EXPIRED, ended_at=now, changed_at=now, hold_expires_at=None)
