"""What the worker does by the clock."""

import structlog
from django.utils import timezone

from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.payments import holds_run_out, release_hold

log = structlog.get_logger(__name__)


def expire_holds() -> tuple[int, int]:
    """Release every hold whose time is over: how many were, and how many must wait until Stripe can be asked."""
    now, gateway = timezone.now(), payments.gateway()
    waiting = 0
    booking_ids = holds_run_out(now)
    for booking_id in booking_ids:
        try:
            release_hold(booking_id=booking_id, gateway=gateway, now=now)
        except VendorError as error:
            waiting += 1
            log.warning("hold_not_released", booking_id=booking_id, error=str(error))
    return len(booking_ids) - waiting, waiting
