"""What a visitor types, and how to see that nothing came of it."""

from typing import Any

from clients.models import Stage, User
from integrations.outbox.models import Effect
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking, Payment, SessionType
from tests.factories import NOW, make_booking, make_client

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


def page_of(booking: Booking, **asked: str) -> str:
    """The booking's address."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/booking/{booking_token(booking)}/" + (f"?{query}" if query else "")


def booked(slug: str = "discovery", **fields: Any) -> Booking:
    """A booking of Bob's, on Monday at nine unless told otherwise."""
    client = fields.pop("client", None) or make_client("bob@example.com", stage=Stage.ONGOING)
    return make_booking(client, SessionType.objects.get(slug=slug), notice_hours=24, **fields)


def paid(*, came_as: str = Payment.State.PAID, **fields: Any) -> Booking:
    """A session of his that is paid for, €70."""
    booking = booked("session", **fields)
    Payment.objects.create(
        booking=booking,
        client=booking.client,
        amount_minor=7000,
        currency="EUR",
        state=came_as,
        expires_at=NOW,
        payment_intent="pi_1",
    )
    return booking


def late(**fields: Any) -> Booking:
    """A session of his whose time was gone when its €70 came."""
    return paid(came_as=Payment.State.UNPLACED, status="expired", **fields)


def unchanged(booking: Booking) -> bool:
    """Whether the booking is as it was, and nothing is owed for it."""
    stored = Booking.objects.get(pk=booking.pk)
    names = ("starts_at", "ends_at", "status", "version", "moves", "changed_at")
    same = all(getattr(stored, name) == getattr(booking, name) for name in names)
    return same and not Effect.objects.exists()
