"""A client and the stage of the therapeutic relationship (R1, R2)."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models.tag import Tag
from clients.models.user import User


class Stage(models.TextChoices):
    """Where the relationship stands. Sessions open stage by stage; `closed` opens only a new discovery call."""

    DISCOVERY = "discovery", "Discovery"
    INTAKE = "intake", "Intake"
    ONGOING = "ongoing", "Ongoing care"
    CLOSED = "closed", "Closed"


class Client(models.Model):
    """Someone the therapist works with, or may come to work with."""

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="client")
    stage = models.CharField(
        max_length=12, choices=Stage.choices, default=Stage.DISCOVERY, db_default=Stage.DISCOVERY.value
    )
    discovery_completed_at = models.DateTimeField(null=True, blank=True)
    quieted_at = models.DateTimeField(null=True, blank=True)  # "not a real enquiry": later calls reach a quiet list
    feed_taken_at = models.DateTimeField(null=True, blank=True)  # with the end of the work: they read it no more
    preferred_name = models.CharField(max_length=100, default="", db_default="", blank=True)
    # How they may safely be contacted (R22). A message on a machine is heard by whoever is at home.
    may_mail = models.BooleanField(default=True, db_default=True)
    may_call = models.BooleanField(default=True, db_default=True)
    may_voicemail = models.BooleanField(default=False, db_default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="clients")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="clients_client_stage_known"),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.INTAKE, Stage.ONGOING]) | Q(discovery_completed_at__isnull=False),
                name="clients_client_stage_after_discovery",
            ),
            models.CheckConstraint(
                condition=Q(may_voicemail=False) | Q(may_call=True), name="clients_client_voicemail_by_telephone"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
