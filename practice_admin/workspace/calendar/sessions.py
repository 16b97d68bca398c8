"""Where a session is seen to on the desk."""

from uuid import UUID

from django.urls import reverse


def session_url(booking_id: UUID, client_id: UUID) -> str:
    """The page on which this session is moved and cancelled. The one place that knows it."""
    return f"{reverse('admin:client_record', args=[client_id])}?session={booking_id}"
