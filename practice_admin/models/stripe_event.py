"""What Stripe sends about payments, kept before anything is done about it (R11)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import EncryptedTextField


class StripeEvent(models.Model):
    """What Stripe sent, as it came. `object_id` is what it is about; `payment_intent` the payment behind that, or "".

    FAILED means that acting on it has not worked so far; `error` says why. The worker goes on trying by itself.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        DONE = "done", "Done"
        IGNORED = "ignored", "Not for us"
        FAILED = "failed", "Did not work"

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=255)
    object_id = models.CharField(max_length=255, default="", db_default="", blank=True)
    payment_intent = models.CharField(max_length=255, default="", db_default="", blank=True)
    body = EncryptedTextField()  # it holds the payer's address
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.RECEIVED, db_default=State.RECEIVED.value
    )
    error = models.CharField(max_length=500, default="", db_default="", blank=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["received", "done", "ignored", "failed"]),
                name="practice_admin_stripeevent_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.event_id})"

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"stripe:{self.event_id}"
