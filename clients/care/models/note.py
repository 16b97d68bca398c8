"""The therapist's notes: hers alone, encrypted from the first day (R18)."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from clients.models import Client, EncryptedTextField
from practice_admin.models import Booking


class Note(models.Model):
    """What the therapist wrote about a client, perhaps on one session. Signing and its lock are to come."""

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notes")
    booking = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    body = EncryptedTextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
