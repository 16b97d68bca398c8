"""What the queue calls. Arguments name rows; no task holds a secret or a person's data."""

from datetime import timedelta

from django.utils import timezone

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


def show_life(**_kwargs: object) -> None:
    """Write the heartbeat: as a worker process begins, and every minute from then on."""
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})
