"""Closing a session that took place, or did not: what became of it, of the fee, and of the gate (R1, R19)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.domain.stages import change_stage
from clients.models import Client, Stage, StageChange, User
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.moving import booking_as_known
from practice_admin.domain.refunds import ask_refund, refundable
from practice_admin.models import Booking

Fee = Booking.Fee


class NotClosable(Refusal):
    """The session cannot be closed now."""

    public_message = "This session is closed already."


def why_not_closable(booking: Booking, now: datetime) -> str:
    """Why this booking cannot be closed with an outcome now, in a sentence; "" where it can."""
    if not booking.session_type.is_open_to_newcomers:
        return "Only a discovery call is closed with an outcome."
    if booking.outcome:
        return f"This call is closed already: {booking.get_outcome_display().lower()}."
    if booking.status != Booking.Status.CONFIRMED:
        return f"There is nothing to close: this booking is marked “{booking.get_status_display().lower()}”."
    if booking.starts_at > now:
        return "This call has not begun yet. It can be closed once its time has come."
    return ""


def close_discovery(*, public_id: UUID, outcome: Booking.Outcome, now: datetime) -> Booking:
    """Close a discovery call that has begun, with its outcome; "proceed" opens the gate and the intake (R1).

    Any other outcome closes the relationship of a newcomer; someone already in care stays as they are. Raises
    NotClosable where it is no confirmed discovery call, or has not begun.
    """
    with transaction.atomic(durable=True):
        practice = lock_diary()
        booking = Booking.objects.select_related("client", "session_type").get(public_id=public_id)
        reason = why_not_closable(booking, now)
        if reason:
            raise NotClosable(reason)
        booking.status = Booking.Status.COMPLETED
        booking.outcome = outcome
        booking.ended_at = now  # her own doing is no news to her: `changed_at` stays
        booking.save(update_fields=["status", "outcome", "ended_at"])
        _follow_outcome(booking.client, outcome, practice.therapist, now)
    return booking


def _follow_outcome(client: Client, outcome: Booking.Outcome, therapist: User | None, now: datetime) -> None:
    """Somebody in intake or ongoing care stays there: for them the gate is open (CHECK), whatever the outcome."""
    if outcome == Booking.Outcome.PROCEED and client.stage in {Stage.DISCOVERY, Stage.CLOSED}:
        client.discovery_completed_at = client.discovery_completed_at or now
        client.feed_taken_at = None
        change_stage(client, to=Stage.INTAKE, how=StageChange.How.CALL, actor=therapist, now=now)
    elif outcome != Booking.Outcome.PROCEED and client.stage == Stage.DISCOVERY:
        change_stage(client, to=Stage.CLOSED, how=StageChange.How.CALL, actor=therapist, now=now)


def why_not_held(booking: Booking, now: datetime) -> str:
    """Why it cannot be said now that the client came, or did not, in a sentence; "" where it can."""
    if booking.status != Booking.Status.CONFIRMED:
        return f"There is nothing to close: this booking is marked “{booking.get_status_display().lower()}”."
    if booking.starts_at > now:
        return "This session has not begun yet. It can be closed once its time has come."
    if booking.awaits_new_time:
        return "This session was offered anew and did not take place. Move it, or cancel it."
    return ""


def complete_session(*, public_id: UUID, now: datetime, known_version: int | None = None) -> Booking:
    """The client came. For sessions of care; a discovery call is closed with its outcome. Raises Stale, NotClosable."""
    with transaction.atomic(durable=True):
        booking = _begun(public_id, now, known_version)
        if booking.session_type.is_open_to_newcomers:
            raise NotClosable("A discovery call is closed with its outcome: how do you go on?")
        _end(booking, Booking.Status.COMPLETED, now)
    return booking


def mark_no_show(*, public_id: UUID, fee: Booking.Fee, now: datetime, known_version: int | None = None) -> Booking:
    """The client did not come. CHARGED keeps what was paid or leaves it owed; WAIVED pays back.

    No mail is owed for it: whatever there is to say, she says. Raises Stale, NotClosable.
    """
    with transaction.atomic(durable=True):
        booking = _begun(public_id, now, known_version)
        booking.fee = fee if booking.price_minor else ""
        _end(booking, Booking.Status.NO_SHOW, now)
        if fee == Fee.WAIVED:
            ask_refund(booking, refundable(booking), now=now)
    return booking


def _begun(public_id: UUID, now: datetime, known_version: int | None) -> Booking:
    """The booking under the diary's lock. Raises Stale, and NotClosable unless it is confirmed and has begun."""
    lock_diary()
    booking = booking_as_known(public_id, known_version)
    reason = why_not_held(booking, now)
    if reason:
        raise NotClosable(reason)
    return booking


def _end(booking: Booking, status: Booking.Status, now: datetime) -> None:
    booking.status, booking.ended_at = status, now  # her own doing is no news to her: `changed_at` stays
    booking.save(update_fields=["status", "ended_at", "fee"])
