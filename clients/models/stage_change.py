"""That a client's stage changed: from what to what, when, by whom, how."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from clients.models.client import Client, Stage
from clients.models.encrypted import EncryptedTextField


class StageChange(models.Model):
    """One change of one client's stage; `from_stage` is empty for somebody who was added at a stage.

    `held_on` and `manner` tell of a discovery that was held elsewhere (R1): its day in the practice's zone, and how.
    """

    class How(models.TextChoices):
        CALL = "call", "after the discovery call"
        ELSEWHERE = "elsewhere", "discovery held elsewhere"
        BEGAN = "began", "care begun"
        MOVED = "moved", "moved by hand"
        CLOSED = "closed", "closed by hand"
        REOPENED = "reopened", "reopened"
        ADDED = "added", "added by hand"

    class Manner(models.TextChoices):
        PHONE = "phone", "By telephone"
        PERSON = "person", "In person"
        VIDEO = "video", "By video call"
        WRITING = "writing", "In writing"
        COLLEAGUE = "colleague", "With a colleague who sent them"

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="stage_changes")
    from_stage = models.CharField(max_length=12, choices=Stage.choices, default="", db_default="", blank=True)
    to_stage = models.CharField(max_length=12, choices=Stage.choices)
    how = models.CharField(max_length=9, choices=How.choices)
    held_on = models.DateField(null=True, blank=True)
    manner = models.CharField(max_length=9, choices=Manner.choices, default="", db_default="", blank=True)
    words = EncryptedTextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_stage__in=["", *Stage.values]) & Q(to_stage__in=Stage.values),
                name="clients_stagechange_stages_known",
            ),
            models.CheckConstraint(condition=~Q(from_stage=F("to_stage")), name="clients_stagechange_is_a_change"),
            models.CheckConstraint(
                condition=Q(how__in=["call", "elsewhere", "began", "moved", "closed", "reopened", "added"]),
                name="clients_stagechange_how_known",
            ),
            models.CheckConstraint(
                condition=Q(held_on=None, manner="")
                | Q(held_on__isnull=False, manner__in=["phone", "person", "video", "writing", "colleague"]),
                name="clients_stagechange_day_and_manner",
            ),
            models.CheckConstraint(
                condition=~Q(how="elsewhere") | Q(held_on__isnull=False), name="clients_stagechange_elsewhere_when"
            ),
        ]
