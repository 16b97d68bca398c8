"""One thread of messages a client (R17). What they say is encrypted (R18)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import Client, EncryptedTextField


class Thread(models.Model):
    """The one conversation with one client."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="thread")
    opened_at = models.DateTimeField(db_default=Now(), editable=False)


class Message(models.Model):
    """Plain text from one side to the other."""

    class Sender(models.TextChoices):
        CLIENT = "client", "Client"
        THERAPIST = "therapist", "Therapist"

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    sender = models.CharField(max_length=9, choices=Sender.choices)
    body = EncryptedTextField()
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(sender__in=["client", "therapist"]), name="care_message_sender_known")
        ]
