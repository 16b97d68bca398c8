"""Owing effects, and doing them: each on its own, each until it is done, each once (R12).

The row is the truth: its state and attempts are written by conditional updates, so that two workers, a crashed worker
and a task that the queue delivers twice all come out as one execution. django-q2 only says "now".
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django_q.tasks import async_task

from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.outbox.registry import NoHandler, Turn, handler_of

log = structlog.get_logger(__name__)

# Longer than the worker's time-out for one task (60 s): a claim this old has no live worker behind it.
LEASE = timedelta(minutes=3)
BACK_OFF = [timedelta(seconds=s) for s in (10, 30, 60, 300, 900, 1800, 3600, 3600, 3600, 7200, 14400, 28800)]

_OWE = """
INSERT INTO outbox_effect (kind, subject, version, due_at)
SELECT kind, %s, %s, %s FROM unnest(%s::text[]) kind
ON CONFLICT DO NOTHING
"""


def owe(kinds: Iterable[str], *, subject: str, version: int, now: datetime) -> None:
    """Record that each of `kinds` is owed for `subject` at `version`, in the caller's transaction.

    Owing the same thing again changes nothing. The queue's task is written by the same transaction, so that nothing
    runs for a state that never came to be.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("owe() belongs into the transaction whose effects it records.")
    names = [(kind, subject, version) for kind in kinds]
    with connection.cursor() as cursor:
        cursor.execute(_OWE, [subject, version, now, [kind for kind, *_ in names]])
    if names:  # one row in the queue while whoever books is waiting; the worker gives each effect a task of its own
        async_task("integrations.outbox.tasks.call_for_each", names, q_options={"save": False})


def owe_again(kind: str, owed: Iterable[tuple[str, int]], *, now: datetime) -> int:
    """Record that `kind` is owed for each (subject, version), whether or not it was done before: how many.

    In the caller's transaction, in a few statements whatever their number. One that is running is run again after it:
    what the run under way writes of its outcome no longer counts.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "owe_again() belongs into the transaction that causes the effects."
        )
    rows = [Effect(kind=kind, subject=subject, version=version, due_at=now) for subject, version in owed]
    Effect.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["kind", "subject", "version"],
        update_fields=["state", "attempts", "due_at", "claimed_at", "done_at", "reason", "last_error"],
    )
    names = [(row.kind, row.subject, row.version) for row in rows]
    if names:
        async_task("integrations.outbox.tasks.call_for_each", names, q_options={"save": False})
    return len(rows)


def call_worker(effect: Effect) -> None:
    """Have the worker try this one effect soon: a task of its own, so that a slow one holds up no other.

    Written to the queue's table in the caller's transaction; the row is named by what is unique about it.
    """
    names = (effect.kind, effect.subject, effect.version)
    async_task("integrations.outbox.tasks.run_effect", *names, q_options={"save": False})


def due(now: datetime) -> QuerySet[Effect]:
    """Effects that may be tried at `now`, a crashed worker's among them, oldest first."""
    stale = Q(state=Effect.State.RUNNING, claimed_at__lt=now - LEASE)
    return Effect.objects.filter(Q(state=Effect.State.DUE, due_at__lte=now) | stale).order_by("due_at", "id")


def run(effect_id: int, now: datetime) -> Effect.State | None:
    """Try one effect if it is due and nobody else has it: its state afterwards, or None where it was not ours to try.

    Never raises for what the handler does: the error is kept on the row, and decides when to try again.
    """
    claimed = (
        due(now)
        .filter(pk=effect_id)
        .update(
            state=Effect.State.RUNNING,
            claimed_at=now,
            attempts=F("attempts") + 1,  # counted before the work: a crash counts
        )
    )
    if not claimed:
        return None
    effect = Effect.objects.get(pk=effect_id)
    try:
        reason = handler_of(effect.kind)(Turn(effect.kind, effect.subject, effect.version, now))
    except Exception as error:
        return _put_off(effect, error, now)
    return _settle(effect, now, state=Effect.State.DONE, done_at=now, reason=reason[:200], last_error="")


def run_due(now: datetime) -> tuple[int, int]:
    """Try every effect that is due once, here and now: how many were done, how many failed."""
    begun = monotonic()  # a claim bears the time at which it was really taken, however long the ones before it took
    outcomes = [
        run(pk, now + timedelta(seconds=monotonic() - begun)) for pk in list(due(now).values_list("pk", flat=True))
    ]
    done = outcomes.count(Effect.State.DONE)
    return done, sum(outcome is not None for outcome in outcomes) - done


def retry(effect_id: int, *, now: datetime) -> bool:
    """Make a waiting or parked effect due at once; False where it is done or running just now."""
    with transaction.atomic(durable=True):
        waiting = Effect.objects.filter(pk=effect_id, state__in=[Effect.State.DUE, Effect.State.FAILED])
        effect = waiting.select_for_update().first()
        if effect is None:
            return False
        Effect.objects.filter(pk=effect_id).update(state=Effect.State.DUE, due_at=now, attempts=0)
        call_worker(effect)
    return True


def _put_off(effect: Effect, error: Exception, now: datetime) -> Effect.State:
    """Plan the next try, or park the effect where trying again cannot help or has been tried long enough."""
    hopeless = isinstance(error, NoHandler) or (isinstance(error, VendorError) and not error.retryable)
    state = Effect.State.FAILED if hopeless or effect.attempts > len(BACK_OFF) else Effect.State.DUE
    # A vendor's reason is written for people; of any other error only the kind is kept: its text may quote a person.
    told = str(error) if isinstance(error, VendorError | NoHandler) else f"Unexpected: {type(error).__name__}"
    log.warning("effect_failed", kind=effect.kind, subject=effect.subject, attempts=effect.attempts, error=told)
    wait = BACK_OFF[min(effect.attempts, len(BACK_OFF)) - 1]
    return _settle(effect, now, state=state, due_at=now + wait, last_error=told[:500])


def _settle(effect: Effect, claimed_at: datetime, *, state: Effect.State, **fields: object) -> Effect.State:
    # Only the worker that still holds the claim may write its outcome: a stale one has been taken over. The count does
    # not tell them apart where the effect was owed again meanwhile: that begins it anew.
    claim = {"attempts": effect.attempts, "claimed_at": claimed_at}
    held = Effect.objects.filter(pk=effect.pk, state=Effect.State.RUNNING, **claim)
    held.update(state=state, **fields)
    return state
