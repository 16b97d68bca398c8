"""How the payment of a booking stands, in one word, for whoever comes back from Stripe's page."""

from enum import StrEnum

from django.db.models import QuerySet

from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.refunds import left_of
from practice_admin.models import Booking, Payment

Status, State = Booking.Status, Payment.State


class Standing(StrEnum):
    """What the page has to say."""

    SETTLED = "settled"  # confirmed, and nothing owed
    OWED = "owed"  # confirmed, and something is owed for it: the payment link is the way
    AWAITED = "awaited"  # the client did their part; the bank takes hours or days, and may outlast a held time
    HELD = "held"  # the time is kept, nothing is paid yet
    FAILED = "failed"  # the bank refused after all; a held time is free again
    ENDED = "ended"  # not paid in time, or given up: the time is free again
    UNPLACED = "unplaced"  # the money came and its time was gone: choose another, or have it back
    RETURNED = "returned"  # it came so, and is on its way back


def standing_of(booking: Booking) -> Standing:
    """How its payment stands by what is known here; where somebody comes back from Stripe, ask it first."""
    payments = list(booking.payments.prefetch_related("refunds", "disputes").order_by("-attempt"))
    unplaced = [payment for payment in payments if payment.state == State.UNPLACED]
    if any(left_of(payment) for payment in unplaced):
        return Standing.UNPLACED
    if unplaced and booking.status in {Status.EXPIRED, Status.CANCELLED}:
        return Standing.RETURNED
    if any(payment.state == State.AWAITED for payment in payments):
        return Standing.AWAITED
    if booking.status == Status.PENDING_PAYMENT:
        return Standing.HELD
    latest = payments[0] if payments else None
    if latest is not None and latest.state == State.FAILED and _is_owed_or_gone(booking):
        return Standing.FAILED
    if booking.status == Status.EXPIRED:
        return Standing.ENDED
    return Standing.OWED if owed_for(booking) > 0 else Standing.SETTLED


def _is_owed_or_gone(booking: Booking) -> bool:
    """Whether a payment that failed was not made good otherwise."""
    return booking.status == Status.EXPIRED or owed_for(booking) > 0


def unplaced_of(booking: Booking) -> list[Payment]:
    """The money that came for this booking, or beside what was owed for it, and has no place."""
    return [payment for payment in unplaced_payments().filter(booking=booking) if left_of(payment)]


def unplaced_payments() -> QuerySet[Payment]:
    """Payments without a booking to count for, oldest first; `left_of` says what is left of each. In three queries."""
    related = Payment.objects.filter(state=State.UNPLACED).select_related("client__user", "booking__session_type")
    found = related.defer("booking__reason").prefetch_related("refunds", "disputes")
    return found.order_by("paid_at", "id")
