"""What was put aside as not a real enquiry."""

from django.db.models import Prefetch, QuerySet

from clients.models import Client
from practice_admin.models import Booking

LATEST = 100  # addresses, and calls of one address


def quiet_clients() -> list[Client]:
    """The addresses that were put aside, the latest first, each with its calls as `calls`; in two queries."""
    calls = Booking.objects.filter(is_quiet=True).select_related("session_type").defer("reason")
    put_aside = Client.objects.exclude(quieted_at=None).select_related("user").order_by("-quieted_at")
    newest = Prefetch("bookings", calls.order_by("-starts_at")[:LATEST], to_attr="calls")
    return list(put_aside.prefetch_related(newest)[:LATEST])


def other_calls(booking: Booking) -> QuerySet[Booking]:
    """The booked calls of the same address beside this one."""
    booked = Booking.objects.filter(client=booking.client_id, status=Booking.Status.CONFIRMED)
    return booked.exclude(pk=booking.pk)
