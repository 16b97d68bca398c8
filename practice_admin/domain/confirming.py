"""What a confirmation is, and what follows from it and from each later change (R12)."""

from datetime import datetime

from integrations.outbox.operations import owe
from practice_admin.models import Booking

ON_CHANGE = ("client_email", "therapist_email", "notifications", "calendar_event")
ON_CONFIRMATION = (*ON_CHANGE, "welcome_thread")


def confirm(booking: Booking, *, now: datetime) -> None:
    """Turn a held booking into a confirmed one and owe what follows. A step: belongs under the diary's lock."""
    booking.status = Booking.Status.CONFIRMED
    booking.confirmed_at = booking.changed_at = now
    booking.hold_expires_at = None
    booking.save(update_fields=["status", "confirmed_at", "changed_at", "hold_expires_at"])
    owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)
