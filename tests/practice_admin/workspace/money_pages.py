"""What the tests of the pages about money share."""

import re
from uuid import uuid4

from django.urls import reverse

from practice_admin.domain.refunds import refundable
from practice_admin.models import Booking, Payment, Refund, Settlement
from tests.factories import MONDAY, make_booking, make_client, make_session


def owed(minor: int = 7000, *, name: str = "Oscar Nunes", starts_at=MONDAY, slug: str = "", **fields) -> Booking:
    """A confirmed session of this price, for which nothing has come yet."""
    kind = make_session(slug or f"session-{uuid4().hex[:8]}", name="Session", price_minor=minor, **fields)
    booking = make_booking(make_client(name=name, stage="ongoing"), kind, starts_at=starts_at)
    booking.refresh_from_db()
    return booking


def act(booking: Booking, name: str) -> str:
    return reverse(f"admin:{name}_booking", args=[booking.public_id])


def send(desk, booking: Booking, name: str, **typed):
    """Send the form of an act as it is shown now, with a key of its own unless one is given."""
    shown = {"form_key": str(uuid4())} | ({"known_left": refundable(booking)} if name == "refund" else {})
    return desk.post(act(booking, name), shown | typed, follow=True)


def beside(page, field: str) -> str:
    """What stands beside a field."""
    return " ".join(page.context["form"].errors.get(field, ()))


def value_of(page, field: str) -> str:
    """What a field of the page holds, as it was rendered."""
    tag = re.search(rf'<input[^>]*name="{field}"[^>]*>', page.content.decode())
    found = re.search(r'value="([^"]*)"', tag[0]) if tag else None
    return found[1] if found else ""


def moved() -> int:
    """How many rows say that money moved, or is to."""
    return Payment.objects.count() + Refund.objects.count() + Settlement.objects.count()
