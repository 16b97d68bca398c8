"""The cancellation policy as it was when a session was booked (R19)."""

from datetime import datetime, timedelta

from practice_admin.models import Booking, Practice


def notice_hours(booking: Booking, practice: Practice) -> int:
    """Until how many hours before it begins it can be moved and cancelled freely."""
    return practice.cancellation_notice_hours if booking.notice_hours is None else booking.notice_hours


def free_from(booking: Booking, practice: Practice, now: datetime) -> datetime:
    """The first begin at which a session could still be moved and cancelled freely now; any sooner one is in notice."""
    return now + timedelta(hours=notice_hours(booking, practice))


def is_in_notice(booking: Booking, practice: Practice, now: datetime) -> bool:
    """Whether it can still be moved and cancelled freely."""
    return booking.starts_at - now >= timedelta(hours=notice_hours(booking, practice))


def was_late(booking: Booking, practice: Practice) -> bool:
    """Whether its client called it off when it could no longer be cancelled freely; False where nobody knows when."""
    by_client = booking.cancelled_by == Booking.Side.CLIENT
    return by_client and booking.ended_at is not None and not is_in_notice(booking, practice, booking.ended_at)
