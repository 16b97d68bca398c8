"""Moving a booking: the same row, the same event, the same payment, another time (R4, R14, R19)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from integrations.outbox.operations import owe
from practice_admin.domain.confirming import ON_CHANGE
from practice_admin.domain.diary import ensure_offered, lock_diary, translate_conflicts
from practice_admin.domain.live_calendar import LiveCalendar, ask_before
from practice_admin.domain.policy import is_in_notice
from practice_admin.domain.queries.diary import Asker
from practice_admin.models import Booking, Practice


class NotMovable(Refusal):
    """The booking cannot be moved by its client now."""

    public_message = "This can no longer be moved here. Please write to us instead."


class SameTime(NotMovable):
    """It is to be moved to where it is."""

    public_message = "That is the time you have already. Please choose another one."


class Stale(Refusal):
    """The page that asked is older than the booking's last change."""

    public_message = "This booking has changed since you opened that page. This is how it stands now."


def why_not_movable(booking: Booking, practice: Practice, now: datetime) -> str:
    """Why its client cannot move this booking now, in a sentence; "" where they can.

    One that the therapist has offered anew can always be moved, and as often as it is offered.
    """
    if booking.status != Booking.Status.CONFIRMED:
        return "Only a confirmed booking can be moved."
    if booking.awaits_new_time:
        return ""
    if booking.starts_at <= now:
        return "This session has begun already, so it can no longer be moved."
    if not is_in_notice(booking, practice, now):
        return "It is too late to move this here. Please write to us instead."
    if booking.moves >= practice.most_moves:
        times = "once" if booking.moves == 1 else f"{booking.moves} times"
        return f"This booking has been moved {times} already. Please write to us to move it again."
    return ""


def move_booking(
    *,
    public_id: UUID,
    starts_at: datetime,
    now: datetime,
    known_version: int | None = None,
    calendar: LiveCalendar | None = None,
) -> Booking:
    """Move a booking on its client's word to another time that is offered; its own time does not stand in the way.

    `known_version` is the booking's version on the page that asked: an older page changes nothing. Raises Stale,
    NotMovable (SameTime among them), SlotTaken, SlotNotOffered. Instants are aware, stored as UTC.
    """
    seen = Booking.objects.select_related("session_type").defer("reason").get(public_id=public_id)
    asked = ask_before(calendar, seen.session_type, starts_at=starts_at, now=now, moving=seen)
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        booking = booking_as_known(public_id, known_version)
        reason = why_not_movable(booking, practice, now)
        if reason:
            raise NotMovable(reason)
        if starts_at == booking.starts_at:
            raise SameTime
        asker = Asker(moving=booking, blocks=asked)
        ensure_offered(booking.session_type, practice, starts_at=starts_at, now=now, asker=asker)
        if not booking.awaits_new_time:
            booking.moves += 1
        shift(booking, starts_at=starts_at, now=now)
        owe(ON_CHANGE, subject=booking.subject, version=booking.version, now=now)
    return booking


def booking_as_known(public_id: UUID, known_version: int | None) -> Booking:
    """The booking under the diary's lock. Raises Stale where the page that asked knew an older one."""
    booking = Booking.objects.select_related("session_type", "client__user").defer("reason").get(public_id=public_id)
    if known_version is not None and known_version != booking.version:
        raise Stale
    return booking


def shift(booking: Booking, *, starts_at: datetime, now: datetime) -> None:
    """Write the new time. A step: belongs under the diary's lock, every question asked; the caller owes the effects."""
    length: timedelta = booking.ends_at - booking.starts_at
    booking.previous_starts_at = booking.starts_at
    booking.starts_at, booking.ends_at = starts_at, starts_at + length
    booking.awaits_new_time = False
    booking.changed_at = now
    booking.version += 1
    booking.save(
        update_fields=[
            *("starts_at", "ends_at", "previous_starts_at", "awaits_new_time", "changed_at", "version", "moves"),
        ]
    )
