"""Paying for a held session with Stripe Checkout, and believing nobody but Stripe about it (R10, R11).

Stripe is never asked inside a transaction. Each step leaves a row behind that the next one, or the sweep, can go on
from: a held booking, then an open payment, then Stripe's session on it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from clients.domain.contact import why_no_mail
from clients.domain.refusals import Refusal
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import CheckoutRequest, CheckoutSession, StripeGateway
from integrations.payments.webhooks import IncomingEvent
from practice_admin.domain.bookings import CHECKOUT_LIFETIME, HOLD_LIFETIME, STRIPE_MINIMUM, confirm
from practice_admin.domain.diary import lock_diary
from practice_admin.models import Booking, Payment, StripeEvent

STRIPE_EVENT = "stripe_event"
PAYMENT_UNPLACED = "payment_unplaced"
SETTLED = frozenset({"paid", "no_payment_required"})


class NothingToPay(Refusal):
    """The booking is not waiting for a payment."""

    public_message = "There is nothing to pay for here any more."


@dataclass(frozen=True)
class ReturnAddresses:
    """Where Stripe sends the person afterwards."""

    success_url: str
    cancel_url: str


def open_checkout(*, public_id: UUID, gateway: StripeGateway, back_to: ReturnAddresses, now: datetime) -> str:
    """The address of Stripe's payment page for a held booking; coming back resumes the same Checkout session.

    Raises NothingToPay, and VendorError where Stripe cannot be asked: the booking then stays held, and this can be
    called again.
    """
    payment = _open_payment(public_id, now)
    if payment.checkout_url:
        return payment.checkout_url
    booking = payment.booking
    session = gateway.create_checkout(
        CheckoutRequest(
            reference=str(booking.public_id),
            description=str(booking.session_type),
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            customer_email="" if why_no_mail(booking.client) else booking.client.user.email,  # Stripe mails receipts
            success_url=back_to.success_url,
            cancel_url=back_to.cancel_url,
            expires_at=payment.expires_at,
            idempotency_key=f"checkout/{booking.public_id}/{payment.attempt}",
            metadata={"booking": str(booking.public_id)},
        )
    )
    Payment.objects.filter(pk=payment.pk).update(checkout_session_id=session.id, checkout_url=session.url)
    return session.url


def settle_checkout(*, session_id: str, gateway: StripeGateway, now: datetime) -> Payment | None:
    """Ask Stripe how a Checkout session stands and make the booking agree; None where the session is not ours.

    Webhook, return page and sweep all call this; whichever comes first wins and the others change nothing. Raises
    VendorError where Stripe cannot be asked.
    """
    if not Payment.objects.filter(checkout_session_id=session_id).exists():
        return None
    return _apply(gateway.checkout(session_id), now)


def ask_about_payment(*, booking: Booking, gateway: StripeGateway, now: datetime) -> None:
    """Settle the booking's open Checkout session, if it has one. Raises VendorError where Stripe cannot be asked."""
    waiting = booking.payments.filter(state=Payment.State.OPEN).exclude(checkout_session_id=None)
    for session_id in waiting.values_list("checkout_session_id", flat=True):
        settle_checkout(session_id=str(session_id), gateway=gateway, now=now)


def release_hold(*, booking_id: int, gateway: StripeGateway, now: datetime) -> None:
    """End a hold whose time is over: at Stripe first, then here. A payment that came after all confirms instead.

    A hold that was renewed meanwhile is left alone, and so is one that Stripe still waits for money on. Raises
    VendorError where Stripe cannot be asked; the hold then stays until it can be.
    """
    over = Payment.objects.filter(booking_id=booking_id, expires_at__lt=now)
    if _end_sessions(over, gateway, now):
        _let_go(Booking.objects.filter(pk=booking_id, hold_expires_at__lt=now), now)


def give_up_hold(*, public_id: UUID, gateway: StripeGateway, now: datetime) -> Booking:
    """Let go of a held time on its client's word: at Stripe first, so that it cannot be paid any more, then here.

    A payment that came first confirms instead. Raises VendorError where Stripe cannot be asked, changing nothing.
    """
    if _end_sessions(Payment.objects.filter(booking__public_id=public_id), gateway, now):
        _let_go(Booking.objects.filter(public_id=public_id), now)
    return Booking.objects.select_related("session_type", "client__user").get(public_id=public_id)


def holds_run_out(now: datetime) -> list[int]:
    """The bookings (by id) that are still held unpaid after their time."""
    held = Q(status=Booking.Status.PENDING_PAYMENT, hold_expires_at__lt=now)
    return list(Booking.objects.filter(held).order_by("hold_expires_at").values_list("pk", flat=True))


def record_event(*, event: IncomingEvent, body: str, now: datetime) -> bool:
    """Keep what Stripe sent, once, and owe its processing; False where it was here before (R11)."""
    with transaction.atomic(durable=True):
        _, is_new = StripeEvent.objects.get_or_create(
            event_id=event.id, defaults={"kind": event.type, "object_id": event.object_id, "body": body}
        )
        if is_new:
            owe([STRIPE_EVENT], subject=f"stripe:{event.id}", version=1, now=now)
    return is_new


def _open_payment(public_id: UUID, now: datetime) -> Payment:
    """The open payment of a held booking; a new attempt where there is none that Stripe would still accept."""
    with transaction.atomic(durable=True):
        lock_diary()
        booking = Booking.objects.select_related("client__user", "session_type").get(public_id=public_id)
        if booking.status != Booking.Status.PENDING_PAYMENT:
            raise NothingToPay
        latest = booking.payments.order_by("-attempt").first()
        if latest is not None and _is_usable(latest, now):
            latest.booking = booking
            return latest
        return _next_attempt(booking, latest, now)


def _is_usable(payment: Payment, now: datetime) -> bool:
    """Whether to go on with this attempt: its session stands, or may still be made with the very same words.

    An attempt whose session never came back is left behind once Stripe would refuse its end as too near: nobody was
    ever given the address of that session, so nobody can pay it.
    """
    is_fresh = payment.expires_at - now >= STRIPE_MINIMUM
    return payment.state == Payment.State.OPEN and (bool(payment.checkout_url) or is_fresh)


def _next_attempt(booking: Booking, latest: Payment | None, now: datetime) -> Payment:
    if latest is not None:
        Payment.objects.filter(pk=latest.pk, state=Payment.State.OPEN).update(state=Payment.State.EXPIRED)
    Booking.objects.filter(pk=booking.pk).update(hold_expires_at=now + HOLD_LIFETIME)
    return Payment.objects.create(
        booking=booking,
        client=booking.client,
        attempt=latest.attempt + 1 if latest else 1,
        amount_minor=booking.price_minor,
        currency=booking.currency,
        expires_at=now + CHECKOUT_LIFETIME,
    )


def _apply(session: CheckoutSession, now: datetime) -> Payment:
    with transaction.atomic(durable=True):
        lock_diary()
        payment = Payment.objects.select_related("booking").get(checkout_session_id=session.id)
        if payment.state == Payment.State.OPEN or (payment.state == Payment.State.EXPIRED and _is_paid(session)):
            _settle(payment, session, now)
    return payment


def _is_paid(session: CheckoutSession) -> bool:
    # "complete" alone is not paid: some ways of paying complete first and pay, or fail, later.
    return session.status == "complete" and session.payment_status in SETTLED


def _settle(payment: Payment, session: CheckoutSession, now: datetime) -> None:
    if _is_paid(session):
        payment.payment_intent, payment.paid_at = session.payment_intent, now
        if payment.booking.status == Booking.Status.PENDING_PAYMENT:
            payment.state = Payment.State.PAID
            confirm(payment.booking, now=now)
        else:
            payment.state = Payment.State.UNPLACED
            owe([PAYMENT_UNPLACED], subject=f"payment:{payment.pk}", version=1, now=now)
    elif session.status == "expired":
        payment.state = Payment.State.EXPIRED
        _expire(payment.booking, now)
    else:
        return
    payment.save(update_fields=["state", "payment_intent", "paid_at"])


def _end_sessions(payments: QuerySet[Payment], gateway: StripeGateway, now: datetime) -> bool:
    """Expire the open sessions among these at Stripe and act on its answers; False where it still waits for money."""
    waiting = payments.filter(state=Payment.State.OPEN).exclude(checkout_session_id=None)
    ids = list(waiting.values_list("checkout_session_id", flat=True))
    return all(_apply(gateway.expire_checkout(str(each)), now).state != Payment.State.OPEN for each in ids)


def _let_go(bookings: QuerySet[Booking], now: datetime) -> None:
    with transaction.atomic(durable=True):
        lock_diary()
        for booking in bookings.filter(status=Booking.Status.PENDING_PAYMENT):
            _expire(booking, now)
            booking.payments.filter(state=Payment.State.OPEN).update(state=Payment.State.EXPIRED)


def _expire(booking: Booking, now: datetime) -> None:
    held = Booking.objects.filter(pk=booking.pk, status=Booking.Status.PENDING_PAYMENT)
    held.update(status=Booking.Status.EXPIRED, ended_at=now, changed_at=now, hold_expires_at=None)
