"""What a booking leaves inside the house: notifications for both sides, and the welcome thread."""

from django.urls import reverse

from clients.care.domain.messages import open_welcome_thread
from clients.care.domain.notifications import notify
from clients.models import User
from integrations.outbox.registry import Turn, handles
from practice_admin.domain import wording
from practice_admin.handlers.bookings import SUPERSEDED, booking_of, is_superseded, the_practice
from practice_admin.models import Booking

HELD_OR_COMING = (Booking.Status.CONFIRMED, Booking.Status.COMPLETED)


@handles("notifications")
def notify_both(turn: Turn) -> str:
    """Tell client and therapist inside the system, each in their own zone, each once."""
    booking, practice = booking_of(turn), the_practice()
    if is_superseded(turn, booking):
        return SUPERSEDED
    recipients: list[tuple[User, str]] = [(booking.client.user, reverse("portal:appointments"))]
    if practice.therapist:
        recipients.append((practice.therapist, reverse("admin:index")))
    verb = "cancelled" if booking.status == Booking.Status.CANCELLED else "booked"
    for user, path in recipients:
        zone = wording.zone_or(user.time_zone, practice.time_zone)
        text = f"{booking.session_type.name} {verb}: {wording.short_text(booking.starts_at, zone)}"
        notify(recipient=user, key=turn.key, text=text, path=path, now=turn.now)
    return ""


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
