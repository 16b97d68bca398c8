"""Cancelling: by the client within the notice, by the therapist always; with the refund that the policy gives (R19)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from integrations.outbox.operations import owe
from practice_admin.domain.confirming import ON_CHANGE
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.moving import booking_as_known
from practice_admin.domain.policy import is_in_notice
from practice_admin.domain.refunds import ask_refund, refundable
from practice_admin.models import Booking, Practice

Fee, Side = Booking.Fee, Booking.Side
# The therapist needs no mail about what she has just done herself.
ON_HER_CHANGE = tuple(kind for kind in ON_CHANGE if kind != "therapist_email")


class NotCancellable(Refusal):
    """The booking cannot be cancelled by this person now."""

    public_message = "This can no longer be cancelled here. Please write to us instead."


class NotChargeable(NotCancellable):
    """It can be cancelled, but no fee can be charged for it."""

    public_message = "The fee cannot be charged."


def why_not_cancellable(booking: Booking, practice: Practice, *, is_owner: bool, now: datetime) -> str:
    """Why whoever holds its link cannot cancel it now, in a sentence; "" where they can.

    The owner of an address under which somebody else booked (`is_owner`: proved by mail) may until it begins; and so
    may the client of a session that the therapist has offered anew.
    """
    if booking.status == Booking.Status.CANCELLED:
        return "This booking is cancelled already."
    if booking.status != Booking.Status.CONFIRMED:
        return "There is nothing to cancel here any more."
    if booking.awaits_new_time:
        return ""
    if booking.starts_at <= now:
        return "This session has begun already, so it can no longer be cancelled."
    if not is_in_notice(booking, practice, now) and not (is_owner and booking.awaits_owner):
        return NotCancellable.public_message
    return ""


def why_not_called_off(booking: Booking) -> str:
    """Why the therapist cannot cancel it, in a sentence; "" where she can: at any time until it is closed."""
    if booking.status == Booking.Status.CONFIRMED:
        return ""
    return f"There is nothing to cancel: this booking is marked “{booking.get_status_display().lower()}”."


def why_not_charged(booking: Booking, practice: Practice, *, by: Booking.Side, now: datetime) -> str:
    """Why no fee can be charged where it is called off now by this side, in a sentence for her; "" where it can (R19).

    What was called off before the notice began was free by the policy that its client agreed to.
    """
    if by == Side.THERAPIST:
        return "You call it off yourself, so it cannot be charged."
    if is_free_to_go(booking, practice, now):
        return "It can still be cancelled freely, so it cannot be charged."
    return ""


def is_free_to_go(booking: Booking, practice: Practice, now: datetime) -> bool:
    """Whether its client can be charged nothing for cancelling now: before the notice, or offered anew."""
    return booking.awaits_new_time or is_in_notice(booking, practice, now)


def refund_on_cancelling(booking: Booking, practice: Practice, now: datetime) -> int:
    """What its client gets back when they cancel now, in minor units: all that was paid, within the notice; else 0."""
    return refundable(booking) if is_free_to_go(booking, practice, now) else 0


def cancel_by_link(*, public_id: UUID, is_owner: bool, now: datetime, known_version: int | None = None) -> Booking:
    """Cancel by its link: the time is free at once, and what was paid is on its way back.

    Raises Stale where the page that asked is older than the booking, and NotCancellable; changing nothing.
    """
    with transaction.atomic(durable=True):
        practice = lock_diary()
        booking = booking_as_known(public_id, known_version)
        reason = why_not_cancellable(booking, practice, is_owner=is_owner, now=now)
        if reason:
            raise NotCancellable(reason)
        amount = refund_on_cancelling(booking, practice, now)
        call_off(booking, by=Side.CLIENT, fee=_fee(booking, Fee.WAIVED), now=now)
        ask_refund(booking, amount, now=now)
        owe(ON_CHANGE, subject=booking.subject, version=booking.version, now=now)
    return booking


def cancel_by_therapist(
    *, public_id: UUID, fee: Booking.Fee, by: Booking.Side, now: datetime, known_version: int | None = None
) -> Booking:
    """Cancel a confirmed session at any time before it is closed, her own way or for a client who has told her late.

    `fee` WAIVED pays back what was paid and asks for nothing; CHARGED keeps it, or leaves it owed. `by` is who called
    it off. Raises Stale, NotCancellable; and NotChargeable where she called it off, or it was free to go.
    """
    with transaction.atomic(durable=True):
        practice = lock_diary()
        booking = booking_as_known(public_id, known_version)
        reason = why_not_called_off(booking)
        if reason:
            raise NotCancellable(reason)
        if (
            booking.price_minor
            and fee == Fee.CHARGED
            and (reason := why_not_charged(booking, practice, by=by, now=now))
        ):
            raise NotChargeable(reason)
        call_off(booking, by=by, fee=_fee(booking, fee), now=now)
        if fee == Fee.WAIVED:
            ask_refund(booking, refundable(booking), now=now)
        owe(ON_HER_CHANGE, subject=booking.subject, version=booking.version, now=now)
    return booking


def call_off(booking: Booking, *, by: Booking.Side, fee: str, now: datetime) -> None:
    """Write that it is cancelled. A step: belongs under the diary's lock; the caller owes what follows."""
    booking.status = Booking.Status.CANCELLED
    booking.cancelled_by, booking.fee = by, fee
    booking.awaits_new_time = False
    booking.ended_at = booking.changed_at = now
    booking.version += 1
    booking.save(
        update_fields=["status", "cancelled_by", "fee", "awaits_new_time", "ended_at", "changed_at", "version"]
    )


def _fee(booking: Booking, fee: Booking.Fee) -> str:
    """Nothing is charged or waived where nothing was to be paid."""
    return fee if booking.price_minor else ""
