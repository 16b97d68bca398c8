"""What the queue calls. Arguments name rows; no task holds a secret or a person's data."""

from datetime import timedelta

from django.utils import timezone
from django_q.tasks import async_task

from integrations.outbox import operations
from integrations.outbox.models import Effect, WorkerHeartbeat

HEARTBEAT_MAX_AGE = timedelta(minutes=3)  # the sweep comes every minute
MOST_AT_ONCE = 100  # called for by one sweep, the oldest first: a long outage must not fill the queue


def run_effect(kind: str, subject: str, version: int) -> None:
    """Try one effect, if it is due and nobody else has it."""
    effect_id = Effect.objects.filter(kind=kind, subject=subject, version=version).values_list("pk", flat=True).first()
    if effect_id is not None:
        operations.run(effect_id, timezone.now())


def call_for_each(names: list[tuple[str, str, int]]) -> None:
    """Call for each of these effects (kind, subject, version) by itself: a slow one holds up no other."""
    for name in names:
        async_task("integrations.outbox.tasks.run_effect", *name, q_options={"save": False})


def sweep() -> None:
    """Every minute: show that the worker lives, and call it for whatever is due, a crashed one's leavings among it."""
    show_life()
    for effect in operations.due(timezone.now())[:MOST_AT_ONCE]:
        operations.call_worker(effect)


def begin(**_kwargs: object) -> None:
    """As a worker process begins: be seen at once, and pick up what a crashed one left, without waiting a minute."""
    show_life()
    async_task("integrations.outbox.tasks.sweep", q_options={"save": False})


def show_life() -> None:
    """Write the heartbeat, which /readyz reads."""
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})
