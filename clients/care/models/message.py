"""One thread of messages a client (R17). What they say is encrypted (R18)."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import Client, EncryptedTextField


class Thread(models.Model):
    """The one conversation with one client."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="thread")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)


class Message(models.Model):
    """Plain text from one side to the other.

    `form_key` names the form that it was typed into: sent twice, it is one message. `mailed_by` names the effect that
    took it upon itself to mail that this message waits, `mailed_at` when it did.
    """

    class Sender(models.TextChoices):
        CLIENT = "client", "Client"
        THERAPIST = "therapist", "Therapist"

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    sender = models.CharField(max_length=9, choices=Sender.choices)
    body = EncryptedTextField()
    form_key = models.UUIDField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailed_by = models.CharField(max_length=120, default="", db_default="", blank=True, editable=False)

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(sender__in=["client", "therapist"]), name="care_message_sender_known"),
            models.UniqueConstraint(fields=["thread", "form_key"], name="care_message_sent_once"),
        ]
        indexes = [models.Index(fields=["thread", "sender"], condition=Q(read_at=None), name="care_message_unread")]

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"message:{self.public_id}"


class SavedReply(models.Model):
    """Words of hers to begin an answer with. They hold nothing about anybody."""

    title = models.CharField(max_length=60, unique=True)
    body = models.TextField()
    position = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["position", "title"]
        verbose_name_plural = "saved replies"

    def __str__(self) -> str:
        return self.title
