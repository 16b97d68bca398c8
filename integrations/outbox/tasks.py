"""What the queue calls. Arguments name rows; no task holds a secret or a person's data."""

from datetime import timedelta

from django.utils import timezone
from django_q.tasks import async_task

from integrations.outbox import operations
from integrations.outbox.models import WorkerHeartbeat

HEARTBEAT_MAX_AGE = timedelta(minutes=3)  # the sweep comes every minute


def run_subject(subject: str) -> None:
    """Do what is due for one subject, just after the transaction that owed it."""
    operations.run_due(timezone.now(), subject=subject)


def sweep() -> None:
    """Every minute: show that the worker lives, and do whatever is due, a crashed worker's leavings among it."""
    show_life()
    operations.run_due(timezone.now())


def begin(**_kwargs: object) -> None:
    """As a worker process begins: be seen at once, and pick up what a crashed one left, without waiting a minute."""
    show_life()
    async_task("integrations.outbox.tasks.sweep", q_options={"save": False})


def show_life() -> None:
    """Write the heartbeat, which /readyz reads."""
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})
