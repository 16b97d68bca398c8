"""That a client was reminded of a session (R21)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from practice_admin.models.booking import Booking


class Reminder(models.Model):
    """One reminder of one booking at one start time: PostgreSQL itself refuses a second one.

    `ordinal` 1 is the practice's first reminder, 2 the later one that it may also send.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="reminders")
    starts_at = models.DateTimeField()
    ordinal = models.PositiveSmallIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "starts_at", "ordinal"], name="practice_admin_reminder_once"),
            models.CheckConstraint(condition=Q(ordinal__in=[1, 2]), name="practice_admin_reminder_first_or_second"),
        ]

    def __str__(self) -> str:
        return f"{self.booking}, reminder {self.ordinal}"

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"reminder:{self.pk}"
