"""What a booking leaves inside the house: notifications for both sides, and the welcome thread."""

from zoneinfo import ZoneInfo

from django.urls import reverse

from clients.care.domain.messages import open_welcome_thread
from clients.care.domain.notifications import notify
from clients.models import User
from integrations.outbox.registry import Turn, handles
from practice_admin.domain import wording
from practice_admin.handlers.bookings import SUPERSEDED, booking_of, is_superseded, series_of, the_practice
from practice_admin.models import Booking

HELD_OR_COMING = (Booking.Status.CONFIRMED, Booking.Status.COMPLETED)


@handles("notifications")
def notify_both(turn: Turn) -> str:
    """Tell client and therapist inside the system, each in their own zone, each once."""
    booking, practice = booking_of(turn), the_practice()
    if is_superseded(turn, booking):
        return SUPERSEDED
    series = series_of(booking) if turn.version == 1 else []
    if series and series[0] != booking:
        return "told with the first of its series"
    recipients: list[tuple[User, str]] = [(booking.client.user, reverse("portal:appointments"))]
    if practice.therapist and not booking.is_quiet:
        recipients.append((practice.therapist, reverse("admin:index")))
    for user, path in recipients:
        zone = wording.zone_or(user.time_zone, practice.time_zone)
        notify(recipient=user, key=turn.key, text=what_happened(booking, zone, len(series)), path=path, now=turn.now)
    return ""


def what_happened(booking: Booking, zone: ZoneInfo, series_count: int) -> str:
    """What happened to it, and when it is."""
    when = wording.short_text(booking.starts_at, zone)
    if series_count:
        return f"{booking.session_type.name} booked, {series_count} times from {when}"
    if booking.status == Booking.Status.CANCELLED:
        return f"{booking.session_type.name} cancelled: {when}"
    if booking.awaits_new_time:
        return f"{booking.session_type.name} on {when} cannot take place: another time is to be chosen"
    return f"{booking.session_type.name} {'moved to' if booking.previous_starts_at else 'booked:'} {when}"


@handles("welcome_thread")
def open_thread(turn: Turn) -> str:
    """Open the thread of a first-time client with the practice's welcome; nothing to do for anyone else.

    Somebody already in care is not welcomed anew, least of all because a stranger typed their address.
    """
    booking, practice = booking_of(turn), the_practice()
    earlier = Booking.objects.filter(
        client=booking.client, status__in=HELD_OR_COMING, created_at__lt=booking.created_at
    )
    if earlier.exists():
        return "not their first booking"
    made = open_welcome_thread(client=booking.client, text=practice.welcome_text, now=turn.now)
    return "" if made else "there is a thread already"
