"""What is between a session and her calendar: its event there, personal events over it, pages on their way."""

from django.db import models
from django.db.models import F, Q

from practice_admin.models.booking import Booking


class PulledSpan(models.Model):
    """A span that a cycle under way has read. It counts for nothing until the whole cycle replaces the mirror."""

    cycle = models.BigIntegerField(db_index=True)
    calendar_id = models.TextField()
    event_id = models.TextField()
    instance = models.TextField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    label = models.CharField(max_length=100)


class SessionEvent(models.Model):
    """A booking's event in her calendar: where it stands and what it was told, and what she has done to it since.

    `is_settled` once Google has taken what was told; `cycle` is the number of the newest cycle at that moment, so that
    only a later one can tell a difference. `seen_…` are the times that she gave it, where she moved it.
    """

    class Difference(models.TextChoices):
        MOVED = "moved", "Moved in Google"
        DELETED = "deleted", "Deleted in Google"

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="calendar_entry")
    account_email = models.EmailField(default="", db_default="", blank=True)
    calendar_id = models.CharField(max_length=255)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_settled = models.BooleanField(default=False, db_default=False)
    cycle = models.BigIntegerField(default=0, db_default=0)

    difference = models.CharField(max_length=7, choices=Difference.choices, default="", db_default="", blank=True)
    seen_starts_at = models.DateTimeField(null=True, blank=True)
    seen_ends_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    is_ignored = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(difference__in=["", "moved", "deleted"]),
                name="practice_admin_sessionevent_difference_known",
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="practice_admin_sessionevent_order"),
        ]


class ClashDecision(models.Model):
    """She has seen that this personal event lies over this session, and lets it be (R13).

    Kept apart from the blocks, which each cycle replaces. An event that gets other times is another matter.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="+")
    calendar_id = models.TextField()
    event_id = models.TextField()
    instance = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "calendar_id", "event_id", "instance", "starts_at", "ends_at"],
                name="practice_admin_clashdecision_once",
            )
        ]
