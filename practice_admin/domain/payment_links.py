"""The payment link by mail: our own address of what is owed, sent when the therapist asks for it (R10)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from integrations.outbox.models import Effect
from integrations.outbox.operations import owe
from integrations.payments.amounts import objection
from practice_admin.domain.booking_links import GOOD_FOR
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.queries.owed import owed_for
from practice_admin.models import Booking, Payment

PAYMENT_LINK = "payment_link"


class NoLink(Refusal):
    """There is no payment link to send."""

    public_message = "There is nothing to pay by a link."


def mail_payment_link(*, public_id: UUID, known_mails: int, now: datetime) -> bool:
    """Owe the mail with the payment link of a booking; False where the page that asks was used before.

    `known_mails` is how many had been asked for when that page was made (`mails_of`): the same page sent twice mails
    once. Raises NoLink with a sentence for her.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        booking = Booking.objects.defer("reason").get(public_id=public_id)
        if mails_of(booking) != known_mails:
            return False
        if reason := why_no_link(booking, now):
            raise NoLink(reason)
        owe([PAYMENT_LINK], subject=booking.subject, version=known_mails + 1, now=now)
    return True


def mails_of(booking: Booking) -> int:
    """How often the link was asked to be mailed."""
    return Effect.objects.filter(kind=PAYMENT_LINK, subject=booking.subject).count()


def why_no_link(booking: Booking, now: datetime) -> str:
    """Why the link of this booking would lead to no payment page, in a sentence for her; "" where it does."""
    if booking.payments.filter(state=Payment.State.AWAITED).exists():
        return "A payment for this session is on its way through Stripe already."
    is_held = booking.status == Booking.Status.PENDING_PAYMENT
    amount = booking.price_minor if is_held else owed_for(booking)
    if amount <= 0:
        return "Nothing is owed for this session."
    if booking.ends_at <= now - GOOD_FOR:
        return f"A session’s link works for {GOOD_FOR.days} days after it, and those are over."
    return objection(amount, booking.currency)
