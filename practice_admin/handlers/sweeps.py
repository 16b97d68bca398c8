"""What the worker does by the clock."""

import structlog
from django.utils import timezone

from clients.domain.forgetting import forget_the_passing
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.payments import holds_run_out, release_hold
from practice_admin.domain.reminders import remind

log = structlog.get_logger(__name__)


def expire_holds() -> tuple[int, int]:
    """Release every hold whose time is over: how many were, and how many must wait until Stripe can be asked."""
    now, gateway = timezone.now(), payments.gateway()
    booking_ids = holds_run_out(now)
    for released, booking_id in enumerate(booking_ids):
        try:
            release_hold(booking_id=booking_id, gateway=gateway, now=now)
        except VendorError as error:  # the next one would wait as long for the same answer
            log.warning("holds_not_released", waiting=len(booking_ids) - released, error=str(error))
            return released, len(booking_ids) - released
    return len(booking_ids), 0


def send_reminders() -> int:
    """Owe every reminder whose time has come: how many."""
    return remind(now=timezone.now())


def forget() -> None:
    """Once an hour: delete what was kept for a moment only."""
    forget_the_passing(now=timezone.now())
