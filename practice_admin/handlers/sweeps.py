"""What the worker does by the clock."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.utils import timezone

from clients.domain.forgetting import forget_the_passing
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.asking_stripe import ask_about, payments_to_ask_about
from practice_admin.domain.holds import holds_run_out, release_hold, tell_of_silence
from practice_admin.domain.reminders import remind
from practice_admin.domain.sending_refunds import refunds_to_ask_about, send_refund

log = structlog.get_logger(__name__)

Thing = TypeVar("Thing")


def expire_holds() -> tuple[int, int]:
    """Release every hold whose time is over: how many were, and how many must wait until Stripe can be asked."""
    now, gateway = timezone.now(), payments.gateway()
    released, waiting = _each(
        holds_run_out(now), lambda pk: release_hold(booking_id=pk, gateway=gateway, now=now), "holds_not_released"
    )
    if waiting:
        tell_of_silence(now=now)
    return released, waiting


def ask_stripe() -> tuple[int, int]:
    """Ask about payments and refunds of which no event has told: how many were, and how many must wait."""
    now, gateway = timezone.now(), payments.gateway()
    asked, waiting = _each(
        payments_to_ask_about(now),
        lambda payment: ask_about(payment=payment, gateway=gateway, now=now),
        "payments_not_asked_about",
    )
    again, left = _each(
        refunds_to_ask_about(now),
        lambda pk: send_refund(refund_id=pk, gateway=gateway, now=now),
        "refunds_not_asked_about",
    )
    return asked + again, waiting + left


def _each(things: Iterable[Thing], act: Callable[[Thing], object], complaint: str) -> tuple[int, int]:
    """Act on each: how many it worked for, and how many must wait. Where the vendor is down, the rest is not tried."""
    left, done = list(things), 0
    for thing in left:
        try:
            act(thing)
            done += 1
        except VendorError as error:
            log.warning(complaint, waiting=len(left) - done, error=str(error))
            if error.retryable:  # the next one would wait as long for the same answer
                break
    return done, len(left) - done


def send_reminders() -> int:
    """Owe every reminder whose time has come: how many."""
    return remind(now=timezone.now())


def forget() -> None:
    """Once an hour: delete what was kept for a moment only."""
    forget_the_passing(now=timezone.now())
