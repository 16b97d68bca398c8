"""Payments by Stripe Checkout, and the events that Stripe sends about them (R10, R11)."""

from django.db import models
from django.db.models.functions import Now

from clients.models import Client, EncryptedTextField
from practice_admin.models.booking import Booking


class Payment(models.Model):
    """One Checkout session for one booking; `attempt` counts the sessions of a booking from 1."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        PAID = "paid", "Paid"
        EXPIRED = "expired", "Not paid"
        UNPLACED = "unplaced", "Paid, but the time was gone"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="payments")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="payments")
    attempt = models.PositiveSmallIntegerField(default=1, db_default=1)
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, db_default=State.OPEN.value)
    checkout_session_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    checkout_url = models.URLField(max_length=2000, default="", db_default="", blank=True)
    expires_at = models.DateTimeField()  # when Stripe ends the Checkout session
    payment_intent = models.CharField(max_length=255, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "paid", "expired", "unplaced"]),
                name="practice_admin_payment_state_known",
            ),
            models.UniqueConstraint(fields=["booking", "attempt"], name="practice_admin_payment_attempt"),
            models.UniqueConstraint(
                fields=["booking"], condition=models.Q(state="paid"), name="practice_admin_payment_paid_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} ({self.get_state_display()})"


class Refund(models.Model):
    """Money on its way back out of one payment: by the policy when a session is cancelled, or by the therapist."""

    class State(models.TextChoices):
        ASKED = "asked", "To be sent"
        PENDING = "pending", "On its way"
        DONE = "done", "Paid back"
        FAILED = "failed", "Did not work"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED, db_default=State.ASKED.value)
    stripe_id = models.CharField(max_length=255, default="", db_default="", blank=True)
    failure_reason = models.CharField(max_length=200, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "pending", "done", "failed"]),
                name="practice_admin_refund_state_known",
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="practice_admin_refund_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.payment.currency} ({self.get_state_display()})"

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"refund:{self.pk}"


class StripeEvent(models.Model):
    """What Stripe sent, kept as it came before anything is done about it. `object_id` is the session it is about."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        DONE = "done", "Done"
        IGNORED = "ignored", "Not for us"

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=100)
    object_id = models.CharField(max_length=255, default="", db_default="", blank=True)
    body = EncryptedTextField()  # it holds the payer's address
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.RECEIVED, db_default=State.RECEIVED.value
    )
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["received", "done", "ignored"]),
                name="practice_admin_stripeevent_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.event_id})"
