"""The cancellation policy as it was when a session was booked (R19)."""

from datetime import datetime, timedelta

from practice_admin.models import Booking, Practice


def notice_hours(booking: Booking, practice: Practice) -> int:
    """Until how many hours before it begins it can be moved and cancelled freely."""
    return practice.cancellation_notice_hours if booking.notice_hours is None else booking.notice_hours


def is_in_notice(booking: Booking, practice: Practice, now: datetime) -> bool:
    """Whether it can still be moved and cancelled freely."""
    return booking.starts_at - now >= timedelta(hours=notice_hours(booking, practice))
