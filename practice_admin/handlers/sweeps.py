"""What the worker does by the clock."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.utils import timezone

from clients.domain.forgetting import forget_the_passing
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.asking_stripe import ask_about, payments_to_ask_about
from practice_admin.domain.disputes import disputes_to_ask_about, record_dispute
from practice_admin.domain.holds import holds_run_out, release_hold, tell_of_silence
from practice_admin.domain.reminders import remind
from practice_admin.domain.sending_refunds import refunds_to_ask_about, send_refund

log = structlog.get_logger(__name__)

Thing = TypeVar("Thing")


def expire_holds() -> tuple[int, int]:
    """Release every hold whose time is over: how many were, and how many must wait until Stripe can be asked.

    Raises what else went wrong, once all of them were tried.
    """
    now, gateway, wrong = timezone.now(), payments.gateway(), list[Exception]()
    released, waiting = _each(
        holds_run_out(now),
        lambda pk: release_hold(booking_id=pk, gateway=gateway, now=now),
        "holds_not_released",
        wrong,
    )
    if waiting:
        tell_of_silence(now=now)
    _raise(wrong)
    return released, waiting


def ask_stripe() -> tuple[int, int]:
    """Ask about payments, refunds and disputes of which no event has told: how many were, and how many must wait.

    Raises what else went wrong, once all of them were tried.
    """
    now, gateway, wrong = timezone.now(), payments.gateway(), list[Exception]()
    told = [
        _each(
            payments_to_ask_about(now),
            lambda payment: ask_about(payment=payment, gateway=gateway, now=now),
            "payments_not_asked_about",
            wrong,
        ),
        _each(
            refunds_to_ask_about(now),
            lambda pk: send_refund(refund_id=pk, gateway=gateway, now=now),
            "refunds_not_asked_about",
            wrong,
        ),
        _each(
            disputes_to_ask_about(now),
            lambda stripe_id: record_dispute(stripe_id=stripe_id, gateway=gateway, now=now),
            "disputes_not_asked_about",
            wrong,
        ),
    ]
    _raise(wrong)
    return sum(asked for asked, _ in told), sum(waiting for _, waiting in told)


def _each(
    things: Iterable[Thing], act: Callable[[Thing], object], complaint: str, wrong: list[Exception]
) -> tuple[int, int]:
    """Act on each: how many it worked for, and how many must wait. Where the vendor is down, the rest is not tried.

    What is nobody's silence but an error goes to `wrong`, and keeps none of the others waiting.
    """
    left, done = list(things), 0
    for thing in left:
        try:
            act(thing)
            done += 1
        except VendorError as error:
            log.warning(complaint, waiting=len(left) - done, error=str(error))
            if error.retryable:  # the next one would wait as long for the same answer
                break
        except Exception as error:
            log.exception(complaint, thing=getattr(thing, "pk", thing))
            wrong.append(error)
    return done, len(left) - done


def _raise(wrong: list[Exception]) -> None:
    """Have the queue keep them as a failure: a sweep that is quiet about an error hides it."""
    if wrong:
        raise ExceptionGroup("A sweep could not act on some of its rows.", wrong)


def send_reminders() -> int:
    """Owe every reminder whose time has come: how many."""
    return remind(now=timezone.now())


def forget() -> None:
    """Once an hour: delete what was kept for a moment only."""
    forget_the_passing(now=timezone.now())
