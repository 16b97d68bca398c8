"""What a client has taken to the payment page and not paid for, said where they choose another time."""

from zoneinfo import ZoneInfo

from django.urls import reverse

from clients.models import Client
from practice_admin.domain import wording
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.holds import unpaid_holds


def own_hold(client: Client | None, *, zone: ZoneInfo) -> dict[str, str]:
    """When it is, in `zone`, and where to go on with it; empty for nothing held, and for a visitor."""
    held = unpaid_holds(client).first() if client else None
    if held is None:
        return {}
    return {
        "when_text": wording.short_text(held.starts_at, zone),
        "url": reverse("booking_public:booking", args=[booking_token(held)]),
    }
