"""What the therapist shares: an item, and one share for each client who may see it (R15)."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import Client, EncryptedTextField
from practice_admin.models import Booking


class FeedItem(models.Model):
    """Something to read, hear or do between sessions. In this version: a link."""

    class Kind(models.TextChoices):
        LINK = "link", "Link"

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.LINK, db_default=Kind.LINK.value)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=1000)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["link"]), name="content_feeditem_kind_known")]

    def __str__(self) -> str:
        return self.title


class Share(models.Model):
    """One client may see one item, perhaps as part of one session."""

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    item = models.ForeignKey(FeedItem, on_delete=models.PROTECT, related_name="shares")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="shares")
    booking = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="shares")
    words = EncryptedTextField()
    shared_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-shared_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["item", "client"], name="content_share_once")]
