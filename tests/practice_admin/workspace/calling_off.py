"""What the tests of "I am ill" share: a Monday of sessions, and how to see that nothing came of a page."""

from datetime import timedelta

from integrations.outbox.models import Effect
from practice_admin.models import Block, Booking, Payment, Refund
from tests.factories import MONDAY, NOW, make_booking, make_client

AWAY = "/admin/away/"
DAY = {"when": "dates", "first": "2026-11-30", "last": "2026-11-30"}
HOUR = timedelta(hours=1)


def booked(session_type, name, *, starts_at=MONDAY, paid: int = 7000, **fields) -> Booking:
    """A session on the Monday, paid unless told otherwise."""
    booking = make_booking(make_client(name=name, stage="ongoing"), session_type, starts_at=starts_at, **fields)
    if paid:
        pay(booking, paid)
    return booking


def pay(booking: Booking, minor: int) -> Payment:
    values = {"amount_minor": minor, "currency": "EUR", "state": "paid", "expires_at": NOW, "paid_at": NOW}
    return Payment.objects.create(booking=booking, client=booking.client, **values)


def chosen(*ways: tuple[Booking, str], **more: str) -> dict[str, str]:
    return DAY | {f"way-{booking.public_id}": way for booking, way in ways} | more


def nothing_happened() -> bool:
    is_changed = Booking.objects.exclude(version=1).exists() or Booking.objects.filter(status="cancelled").exists()
    return not (is_changed or Block.objects.exists() or Effect.objects.exists() or Refund.objects.exists())
