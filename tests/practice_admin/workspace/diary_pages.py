"""What the tests of a booking's pages and of booking for a client share."""

from datetime import UTC, datetime, timedelta

from django.urls import reverse

from integrations.outbox.models import Effect
from practice_admin.models import Booking, Refund, RuleOverride
from tests.factories import MONDAY

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
NIGHT = MONDAY + 14 * HOUR  # 23:00, outside the hours
REASON = "He works by day, and asked for this once."
UNKNOWN = "00000000-0000-4000-8000-000000000000"
ACTS = ("move", "cancel", "came", "no-show", "buffers")


def page_of(booking: Booking, act: str = "") -> str:
    return reverse(f"admin:{act}_booking" if act else "admin:booking", args=[booking.public_id])


def press(desk, booking: Booking, act: str, *, known: int | None = None, follow: bool = True, **typed):
    """Send the form of an act as the page shows it for this version."""
    form = {"known_version": booking.version if known is None else known} | typed
    return desk.post(page_of(booking, act), form, follow=follow)


def typed_time(moment: datetime) -> dict[str, str]:
    """Lisbon reads UTC in winter."""
    return {"start": "typed", "on": f"{moment.astimezone(UTC):%Y-%m-%d}", "at": f"{moment.astimezone(UTC):%H:%M}"}


def seen_on(page) -> str:
    """The rules that a page showed, as its form sends them back."""
    seen: str = page.context["seen"]
    return seen


def as_it_was(booking: Booking) -> bool:
    """Nothing of it has changed, nothing was written of it, nobody is told."""
    now = Booking.objects.get(pk=booking.pk)
    fields = ("starts_at", "status", "version", "fee", "buffer_before_minutes", "buffer_after_minutes")
    is_same = all(getattr(now, field) == getattr(booking, field) for field in fields)
    return is_same and not (Effect.objects.exists() or Refund.objects.exists() or RuleOverride.objects.exists())
