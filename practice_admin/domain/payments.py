"""Paying with Stripe Checkout: for a held time, and for what is still owed, by a link of our own (R10).

Stripe is never asked inside a transaction. Each step leaves a row behind that the next one, or the sweep, can go on
from: a held booking, then an open payment, then Stripe's session on it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from clients.domain.contact import why_no_mail
from clients.domain.refusals import Refusal
from integrations.payments.amounts import objection
from integrations.payments.stripe_gateway import CheckoutRequest, CheckoutSession, StripeGateway
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.hold_times import CHECKOUT_LIFETIME, HOLD_LIFETIME, STRIPE_MINIMUM
from practice_admin.domain.holds import MoneyOnItsWay, end_sessions
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.settling import settle_checkout
from practice_admin.models import Booking, Payment

State, Status = Payment.State, Booking.Status


class NothingToPay(Refusal):
    """The booking is not waiting for a payment."""

    public_message = "There is nothing to pay for here any more."


class NotByCard(Refusal):
    """What is owed cannot be paid on Stripe's page."""

    public_message = "This amount cannot be paid by card. Please pay it in person, or write to us."


@dataclass(frozen=True)
class ReturnAddresses:
    """Where Stripe sends the person afterwards."""

    success_url: str
    cancel_url: str


def open_checkout(
    *, public_id: UUID, gateway: StripeGateway, back_to: ReturnAddresses, now: datetime, locale: str = "auto"
) -> str:
    """The address of Stripe's payment page for a held booking; coming back resumes the same Checkout session.

    The price is what it was at booking. `locale` is the language of the page. Raises NothingToPay (MoneyOnItsWay where
    the bank is at it), and VendorError where Stripe cannot be asked: the booking then stays held, and this can be
    called again.
    """
    payment = _open_payment(public_id, now)
    return payment.checkout_url or _open_session(payment, gateway, back_to, locale, now)


def open_payment_link(
    *, public_id: UUID, gateway: StripeGateway, back_to: ReturnAddresses, now: datetime, locale: str = "auto"
) -> str:
    """The address of a fresh payment page for what is still owed for a booking; for one that is held, its own page.

    An earlier page of the same booking is ended first; where it was paid meanwhile, that counts. Paying marks the
    booking paid; not paying changes nothing of it. Raises NothingToPay, MoneyOnItsWay, NotByCard, VendorError.
    """
    booking = Booking.objects.only("status").get(public_id=public_id)
    if booking.status == Status.PENDING_PAYMENT:
        return open_checkout(public_id=public_id, gateway=gateway, back_to=back_to, now=now, locale=locale)
    end_sessions(booking.payments.all(), gateway=gateway, now=now)
    return _open_session(_payment_of_debt(public_id, now), gateway, back_to, locale, now)


def ask_about_payment(*, booking: Booking, gateway: StripeGateway, now: datetime) -> None:
    """Settle the booking's undecided Checkout sessions, if it has any. Raises VendorError where Stripe is silent."""
    waiting = booking.payments.filter(state__in=Payment.UNDECIDED).exclude(checkout_session_id=None)
    for session_id in list(waiting.values_list("checkout_session_id", flat=True)):
        settle_checkout(session_id=str(session_id), gateway=gateway, now=now)


def _open_session(
    payment: Payment, gateway: StripeGateway, back_to: ReturnAddresses, locale: str, now: datetime
) -> str:
    """Have Stripe open the session of this attempt. Raises NothingToPay where it was given up in the meantime."""
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
            locale=locale,
        )
    )
    if not _keep_session(payment, session):
        gateway.expire_checkout(session.id)
        raise NothingToPay
    return session.url


def _keep_session(payment: Payment, session: CheckoutSession) -> bool:
    """Write which session it is, whatever became of the attempt: what is paid on it must be found. False: given up."""
    with transaction.atomic(durable=True):
        lock_diary()
        rows = Payment.objects.filter(pk=payment.pk)
        rows.update(checkout_session_id=session.id, checkout_url=session.url)
        return rows.filter(state=State.OPEN).exists()


def _open_payment(public_id: UUID, now: datetime) -> Payment:
    """The open payment of a held booking; a new attempt where there is none that Stripe would still accept."""
    with transaction.atomic(durable=True):
        lock_diary()
        booking = _booking(public_id)
        if booking.status != Status.PENDING_PAYMENT:
            raise NothingToPay
        latest = booking.payments.order_by("-attempt").first()
        if latest is not None and latest.state == State.AWAITED:
            raise MoneyOnItsWay
        if latest is not None and _is_usable(latest, now):
            latest.booking = booking
            return latest
        Booking.objects.filter(pk=booking.pk).update(hold_expires_at=now + HOLD_LIFETIME)
        return _next_attempt(booking, booking.price_minor, now)


def _payment_of_debt(public_id: UUID, now: datetime) -> Payment:
    """A new attempt at what is owed for a booking."""
    with transaction.atomic(durable=True):
        lock_diary()
        booking = _booking(public_id)
        if booking.payments.filter(state=State.AWAITED).exists():
            raise MoneyOnItsWay("Your payment is on its way, and there is nothing to do. Thank you.")
        owed = owed_for(booking)
        if owed <= 0:
            raise NothingToPay("There is nothing left to pay for this session. Thank you.")
        if objection(owed, booking.currency):
            raise NotByCard
        return _next_attempt(booking, owed, now)


def _booking(public_id: UUID) -> Booking:
    related = Booking.objects.select_related("client__user", "session_type").defer("reason")
    return related.get(public_id=public_id)


def _is_usable(payment: Payment, now: datetime) -> bool:
    """Whether to go on with this attempt: its session stands, or may still be made with the very same words.

    An attempt whose session never came back is left behind once Stripe would refuse its end as too near: nobody was
    ever given the address of that session, so nobody can pay it.
    """
    is_fresh = payment.expires_at - now >= STRIPE_MINIMUM
    return payment.state == State.OPEN and (bool(payment.checkout_url) or is_fresh)


def _next_attempt(booking: Booking, amount_minor: int, now: datetime) -> Payment:
    unopened = Q(checkout_session_id=None, state=State.OPEN)  # never given to anybody
    booking.payments.filter(unopened).update(state=State.EXPIRED)
    latest = booking.payments.order_by("-attempt").first()
    return Payment.objects.create(
        booking=booking,
        client=booking.client,
        attempt=latest.attempt + 1 if latest else 1,
        amount_minor=amount_minor,
        currency=booking.currency,
        expires_at=now + CHECKOUT_LIFETIME,
    )
