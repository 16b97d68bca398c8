"""Payments that a payer took up with the bank: recorded from Stripe's word, and told to the therapist at once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import Dispute as Told
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.diary import lock_diary
from practice_admin.models import Dispute, Payment

ON_DISPUTE = ("dispute_email", "dispute_notice")
NEWS_OPENED, NEWS_CLOSED = 1, 2
ASK_AGAIN_AFTER = timedelta(hours=1)


def record_dispute(*, stripe_id: str, gateway: StripeGateway, now: datetime) -> Dispute | None:
    """Ask Stripe how a dispute stands and write it down; None where it is about no payment of ours.

    The therapist is told when it opens, and when it closes. A lost one takes its money out of the ledger. Doing it
    again changes nothing, and an answer that is older than what is known does not open a closed one. Raises
    VendorError where Stripe cannot be asked.
    """
    told = gateway.dispute(stripe_id)
    with transaction.atomic(durable=True):
        lock_diary()
        ours = Payment.objects.filter(state__in=Payment.CAME).exclude(payment_intent="")
        payment = ours.filter(payment_intent=told.payment_intent).first()
        if payment is None:
            return None
        return _write(payment, told, now)


def disputes_to_ask_about(now: datetime) -> list[str]:
    """The open disputes (by Stripe's id) that nobody has asked about for an hour."""
    asked = Q(checked_at=None) | Q(checked_at__lt=now - ASK_AGAIN_AFTER)
    found = Dispute.objects.filter(asked, standing=Dispute.Standing.OPEN).order_by("pk")
    return list(found.values_list("stripe_id", flat=True))


def _write(payment: Payment, told: Told, now: datetime) -> Dispute:
    dispute, is_new = Dispute.objects.get_or_create(
        stripe_id=told.id,
        defaults={
            "payment": payment,
            "amount_minor": told.amount_minor,
            "currency": told.currency,
            "reason": told.reason[:100],
            "status": told.status[:100],
            "answer_by": told.answer_by,
            "opened_at": now,
        },
    )
    if is_new:
        owe(ON_DISPUTE, subject=dispute.subject, version=NEWS_OPENED, now=now)
    if dispute.standing == Dispute.Standing.OPEN:
        _follow(dispute, told, now)
    return dispute


def _follow(dispute: Dispute, told: Told, now: datetime) -> None:
    dispute.status, dispute.answer_by, dispute.amount_minor = told.status[:100], told.answer_by, told.amount_minor
    dispute.standing, dispute.checked_at = Dispute.Standing(told.standing), now
    if dispute.standing != Dispute.Standing.OPEN:
        dispute.closed_at = now
        owe(ON_DISPUTE, subject=dispute.subject, version=NEWS_CLOSED, now=now)
    dispute.save(update_fields=["status", "answer_by", "amount_minor", "standing", "checked_at", "closed_at"])
