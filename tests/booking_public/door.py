"""What a visitor types, and how to see that nothing came of it."""

from clients.models import User
from integrations.outbox.models import Effect
from practice_admin.models import Booking

START = "2026-11-30T09:00:00+00:00"
DETAILS = "/book/discovery/details/"


def typed(**changes: str) -> dict[str, str]:
    return {
        "start": START,
        "name": "Alice Example",
        "email": "alice@example.com",
        "phone": "+351 912 345 678",
        "time_zone": "Europe/Lisbon",
        "reason": "I do not sleep",
        "consent": "on",
    } | changes


def nothing_happened() -> bool:
    return not (Booking.objects.exists() or User.objects.exists() or Effect.objects.exists())
