"""In-app notifications for both sides (R12)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Notification(models.Model):
    """Something that happened, told to one person. `key` makes telling it twice impossible."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120)
    text = models.CharField(max_length=200)  # no clinical content, no message's words (R22)
    path = models.CharField(max_length=200, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="care_notification_told_once")]
