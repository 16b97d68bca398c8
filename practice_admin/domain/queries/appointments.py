"""What one client has booked (R16), and what they could book."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from clients.models import Client
from practice_admin.models import Booking


def upcoming_bookings(client: Client, *, now: datetime) -> QuerySet[Booking]:
    """This client's live bookings that are not over, soonest first, each with its type."""
    return _bookings(client).filter(status__in=Booking.LIVE, ends_at__gt=now).order_by("starts_at")


def past_bookings(client: Client, *, now: datetime) -> QuerySet[Booking]:
    """All their other bookings, cancelled and unpaid ones among them, latest first, each with its type."""
    upcoming = upcoming_bookings(client, now=now).order_by().values("pk")
    return _bookings(client).exclude(pk__in=upcoming).order_by("-starts_at")


def _bookings(client: Client) -> QuerySet[Booking]:
    return Booking.objects.filter(client=client).select_related("session_type").defer("reason")


def live_booking(client: Client, *, starts_at: datetime) -> Booking | None:
    """The client's own booking that begins at this instant, held or confirmed."""
    return _bookings(client).filter(starts_at=starts_at, status__in=Booking.LIVE).first()


def is_about_to_begin(booking: Booking, *, now: datetime) -> bool:
    """Whether joining it is what comes next: from an hour before it begins."""
    return booking.starts_at - now <= timedelta(hours=1)


def has_agreed_before(client: Client) -> bool:
    """Whether they have agreed, with a booking of their own, that their details are kept."""
    agreed = Booking.objects.filter(client=client, consented_at__isnull=False)
    return agreed.filter(awaits_owner=False).exists()  # what a stranger ticked under their address is not theirs
