"""Effects: what the practice owes the world, as rows (R12)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Effect(models.Model):
    """One side effect owed: of this kind, for this subject, once per version.

    `subject` names what it is about ("booking:<uuid>"), never a person and never a secret. `due_at` is when it may next
    be tried; `claimed_at` when a worker took it, by which a crashed worker's claim is known to be stale.
    """

    class State(models.TextChoices):
        DUE = "due", "Due"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    version = models.PositiveIntegerField(default=1, db_default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE, db_default=State.DUE.value)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, default="", db_default="", blank=True)
    last_error = models.CharField(max_length=500, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "version"], name="outbox_effect_owed_once"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "running", "done", "failed"]), name="outbox_effect_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["due", "running"]), name="outbox_effect_open"),
            models.Index(fields=["subject"], name="outbox_effect_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.subject} (version {self.version})"


class WorkerHeartbeat(models.Model):
    """When the worker last showed that it lives: one row, read by /readyz."""

    id = models.SmallAutoField(primary_key=True)
    beat_at = models.DateTimeField()
