"""What of the money waits for the therapist, for *Today*: each asked in a constant number of queries."""

from datetime import datetime

from django.db.models import QuerySet

from practice_admin.domain.holds import silent_holds
from practice_admin.domain.queries.owed import BookingWithMoney, owing, with_money
from practice_admin.domain.queries.payments import unplaced_payments
from practice_admin.domain.refunds import STUCK, left_of
from practice_admin.models import Booking, Dispute, Payment, Refund, StripeEvent

A_HANDFUL = 8

__all__ = [
    "credits_by_hand",
    "debts",
    "disputes_to_answer",
    "failed_events",
    "failed_refunds",
    "money_to_place",
    "silent_holds",
]


def money_to_place() -> list[Payment]:
    """Money that came for a time that was gone, or twice, and has found no place yet; oldest first."""
    return [payment for payment in unplaced_payments() if left_of(payment)]


def disputes_to_answer() -> QuerySet[Dispute]:
    """Open disputes, the one to be answered soonest first; those that wait for the bank (`needs_answer` False) too."""
    opened = Dispute.objects.filter(standing=Dispute.Standing.OPEN)
    related = opened.select_related("payment__client__user", "payment__booking__session_type")
    return related.defer("payment__booking__reason").order_by("answer_by", "opened_at")


def failed_refunds() -> QuerySet[Refund]:
    """Refunds that did not work and were not settled since, oldest first, with Stripe's reason on each."""
    failed = Refund.objects.filter(STUCK)
    # One that was made in the dashboard was seen there, and is tried again there.
    ours = failed.exclude(origin=Refund.Origin.STRIPE).select_related("payment__client__user", "payment__booking")
    return ours.defer("payment__booking__reason").order_by("failed_at", "pk")


def failed_events() -> list[StripeEvent]:
    """Events that could not be acted on so far, newest first: a handful, and one more where there are more."""
    return list(StripeEvent.objects.filter(state=StripeEvent.State.FAILED).defer("body")[: A_HANDFUL + 1])


def debts(now: datetime) -> "QuerySet[BookingWithMoney]":
    """Sessions that are over and not paid for, the oldest first, each with its `owed_minor`: the quieter need.

    Those offered anew are left out: they did not take place.
    """
    return owing().filter(ends_at__lte=now, awaits_new_time=False)


def credits_by_hand() -> "QuerySet[BookingWithMoney]":
    """Sessions for which more was received by hand than is due, a cancelled one's fee say: hers to give back by hand.

    `owed_minor` is less than nought by as much. What came by card goes back by itself.
    """
    settled = Booking.objects.filter(settlements__isnull=False).distinct()
    found = with_money(settled).filter(owed_minor__lt=0, received_minor__gt=0)
    return found.select_related("client__user", "session_type").defer("reason").order_by("starts_at", "pk")
