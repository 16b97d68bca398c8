"""The cancellation policy as it was when a session was booked (R19)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from practice_admin.domain import wording
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


def policy_words(booking: Booking, practice: Practice, now: datetime, zone: ZoneInfo) -> str:
    """What of the policy is true of it now, for its client: the text it was booked under, of money only where it costs
    any, and of moving only while that is still free; "" once it has begun.
    """
    if booking.starts_at <= now:
        return ""
    hours = notice_hours(booking, practice)
    if not is_in_notice(booking, practice, now):
        if booking.status == Booking.Status.PENDING_PAYMENT:
            return fixed_words(hours)
        return f"It begins within {_hours_text(hours)}, so it can no longer be moved or cancelled here."
    if booking.price_minor:
        return booking.policy_text
    until = wording.short_text(booking.starts_at - timedelta(hours=hours), zone)
    return f"You can move or cancel it here until {until}. Later than that, please write."


def fixed_words(hours: int) -> str:
    """Said before a time is booked that begins sooner than the notice."""
    return f"It begins within {_hours_text(hours)}: once booked, it cannot be moved or cancelled here."


def _hours_text(hours: int) -> str:
    return "an hour" if hours == 1 else f"{hours} hours"
