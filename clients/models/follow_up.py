"""What the therapist means to do about a client on a day, and the calls and letters there were."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models.client import Client
from clients.models.encrypted import EncryptedTextField


class FollowUp(models.Model):
    """A line and the day on which it is to be done, in the practice's zone.

    `origin` names the effect that could not go by mail and so asks her to tell the client; empty for her own.
    """

    class Ending(models.TextChoices):
        DONE = "done", "Done"
        SUPERSEDED = "superseded", "Overtaken by a later change"

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="follow_ups")
    line = EncryptedTextField()
    due_on = models.DateField()
    origin = models.CharField(max_length=200, default="", db_default="", blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    ending = models.CharField(max_length=10, choices=Ending.choices, default="", db_default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ending="", ended_at=None) | Q(ending__in=["done", "superseded"], ended_at__isnull=False),
                name="clients_followup_ended_somehow",
            ),
            models.UniqueConstraint(
                fields=["origin"], condition=~Q(origin=""), name="clients_followup_handed_over_once"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(ended_at=None), name="clients_followup_due")]


class ContactEntry(models.Model):
    """A call or a letter, as she wrote it down."""

    class Kind(models.TextChoices):
        CALL_OUT = "call_out", "You rang them"
        CALL_IN = "call_in", "They rang you"
        LETTER_OUT = "letter_out", "You sent a letter"
        LETTER_IN = "letter_in", "A letter came from them"
        OTHER = "other", "Something else"

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    happened_at = models.DateTimeField()
    words = EncryptedTextField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-happened_at", "-id"]
        verbose_name_plural = "contact entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["call_out", "call_in", "letter_out", "letter_in", "other"]),
                name="clients_contactentry_kind_known",
            )
        ]
