"""Payments by Stripe Checkout (R10), and what goes back out of them."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from clients.models import Client
from practice_admin.models.booking import Booking

# Money that came stays: it is on a booking, or waits to be placed on one. What goes back is a refund of its own.
_MONEY_STAYS = """
IF (OLD.state = 'paid' AND NEW.state <> 'paid') OR (OLD.state = 'unplaced' AND NEW.state NOT IN ('unplaced', 'paid'))
THEN
    RAISE EXCEPTION 'money that came stays recorded as such'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_admin_payment_money_stays',
              TABLE = 'practice_admin_payment';
END IF;
RETURN NEW;
"""

# The one list of a refund's ways: whatever else is written of it, by whomever, is refused. `Refund.WAYS` says the same.
_WAYS = """
IF OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN
   ('asked>pending', 'asked>done', 'asked>failed', 'pending>done', 'pending>failed', 'done>failed')
THEN
    RAISE EXCEPTION 'a refund cannot go from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_admin_refund_ways',
              TABLE = 'practice_admin_refund';
END IF;
RETURN NEW;
"""

# The payment's row is locked first: of two refunds at once the second sees the first.
_WITHIN_PAYMENT = """
IF NEW.state = 'failed' THEN
    RETURN NEW;
END IF;
PERFORM 1 FROM public.practice_admin_payment payment WHERE payment.id = NEW.payment_id FOR UPDATE;
IF NEW.amount_minor + COALESCE((
       SELECT SUM(other.amount_minor) FROM public.practice_admin_refund other
        WHERE other.payment_id = NEW.payment_id AND other.id <> NEW.id AND other.state <> 'failed'), 0)
   > (SELECT payment.amount_minor FROM public.practice_admin_payment payment WHERE payment.id = NEW.payment_id)
THEN
    RAISE EXCEPTION 'more would go back than was paid'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_admin_refund_within_payment',
              TABLE = 'practice_admin_refund';
END IF;
RETURN NEW;
"""


class Payment(models.Model):
    """One Checkout session for one booking; `attempt` counts the sessions of a booking from 1.

    `booking` is the one that the money counts for. Money that came for another one and was placed on this one later
    keeps that one as `came_for`.
    """

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        AWAITED = "awaited", "On its way"
        PAID = "paid", "Paid"
        FAILED = "failed", "Did not arrive"
        EXPIRED = "expired", "Not paid"
        UNPLACED = "unplaced", "Paid, but the time was gone"

    UNDECIDED = (State.OPEN, State.AWAITED)
    CAME = (State.PAID, State.UNPLACED)

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="payments")
    came_for = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="payments")
    attempt = models.PositiveSmallIntegerField(default=1, db_default=1)
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, db_default=State.OPEN.value)
    checkout_session_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    checkout_url = models.URLField(max_length=2000, default="", db_default="", blank=True)
    expires_at = models.DateTimeField()  # when Stripe ends the Checkout session
    payment_intent = models.CharField(max_length=255, default="", db_default="", blank=True)
    receipt_url = models.URLField(max_length=2000, default="", db_default="", blank=True)  # Stripe's
    failure_code = models.CharField(max_length=100, default="", db_default="", blank=True)  # Stripe's word
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    asked_at = models.DateTimeField(null=True, blank=True)  # when the sweep last asked Stripe about it
    awaited_at = models.DateTimeField(null=True, blank=True)  # since when the bank has been at it
    paid_at = models.DateTimeField(null=True, blank=True)
    placed_at = models.DateTimeField(null=True, blank=True)  # on another booking than the one it came for

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "awaited", "paid", "failed", "expired", "unplaced"]),
                name="practice_admin_payment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(came_for=None, placed_at=None) | Q(came_for__isnull=False, placed_at__isnull=False),
                name="practice_admin_payment_placed_from_somewhere",
            ),
            models.UniqueConstraint(fields=["booking", "attempt"], name="practice_admin_payment_attempt"),
        ]
        indexes = [models.Index(fields=["payment_intent"], name="practice_admin_payment_intent")]
        triggers = [
            pgtrigger.Trigger(
                name="payment_money_stays", when=pgtrigger.Before, operation=pgtrigger.Update, func=_MONEY_STAYS
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} ({self.get_state_display()})"

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"payment:{self.pk}"


class Refund(models.Model):
    """Money on its way back out of one payment.

    A refund that failed stays failed; trying again makes a new one that names it as `retry_of`, under a new key:
    Stripe replays what it has refused once. `lowers_fee_minor` is how much of it is not asked for any more either;
    the rest is owed anew, or was paid too much. `ask_key` is of the form that asked for it: the same form, sent twice,
    asks once. One that failed and was settled otherwise, by another refund, by hand or as she says, is `put_aside_at`
    that moment: it is not tried again.
    """

    class State(models.TextChoices):
        ASKED = "asked", "To be sent"
        PENDING = "pending", "On its way"
        DONE = "done", "Paid back"
        FAILED = "failed", "Did not work"

    class Origin(models.TextChoices):
        """Whose word it goes back on."""

        POLICY = "policy", "Cancelled"
        THERAPIST = "therapist", "Therapist"
        CLIENT = "client", "Client"
        STRIPE = "stripe", "Stripe’s dashboard"

    WAYS: dict[str, frozenset[str]] = {
        State.ASKED: frozenset({State.PENDING, State.DONE, State.FAILED}),
        State.PENDING: frozenset({State.DONE, State.FAILED}),
        State.DONE: frozenset({State.FAILED}),  # a bank may send it back days later
        State.FAILED: frozenset(),
    }

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED, db_default=State.ASKED.value)
    origin = models.CharField(
        max_length=9, choices=Origin.choices, default=Origin.POLICY, db_default=Origin.POLICY.value
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lowers_fee_minor = models.PositiveIntegerField(default=0, db_default=0)
    ask_key = models.UUIDField(null=True, blank=True, editable=False)
    retry_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="retried_as", editable=False
    )
    stripe_id = models.CharField(max_length=255, default="", db_default="", blank=True)
    failure_reason = models.CharField(max_length=200, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    tried_at = models.DateTimeField(null=True, blank=True)  # when Stripe was first told, whatever came of it
    checked_at = models.DateTimeField(null=True, blank=True)  # when Stripe last said how it stands
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    put_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "pending", "done", "failed"]),
                name="practice_admin_refund_state_known",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["policy", "therapist", "client", "stripe"]),
                name="practice_admin_refund_origin_known",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="practice_admin_refund_of_something"),
            models.CheckConstraint(
                condition=Q(lowers_fee_minor__lte=F("amount_minor")), name="practice_admin_refund_lowers_no_more"
            ),
            models.UniqueConstraint(fields=["payment", "ask_key"], name="practice_admin_refund_asked_once"),
            models.UniqueConstraint(
                fields=["stripe_id"], condition=~Q(stripe_id=""), name="practice_admin_refund_one_row"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(name="refund_ways", when=pgtrigger.Before, operation=pgtrigger.Update, func=_WAYS),
            pgtrigger.Trigger(
                name="refund_within_payment",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_WITHIN_PAYMENT,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.payment.currency} ({self.get_state_display()})"

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"refund:{self.pk}"


class Dispute(models.Model):
    """A payment that its payer took up with the bank. The answer is given in Stripe's dashboard, by `answer_by`.

    `reason` and `status` are Stripe's own words, of which there may be new ones; `standing` is what they come to.
    """

    class Standing(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost: the money is gone"
        CLOSED = "closed", "Closed without a ruling"

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(max_length=255, unique=True)
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=100, default="", db_default="", blank=True)
    status = models.CharField(max_length=100)
    standing = models.CharField(max_length=6, choices=Standing.choices, default=Standing.OPEN)
    answer_by = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True, blank=True)  # when Stripe last said how it stands
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(standing="open", closed_at=None)
                | Q(standing__in=["won", "lost", "closed"], closed_at__isnull=False),
                name="practice_admin_dispute_standing_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} ({self.get_standing_display()})"

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"dispute:{self.pk}"

    @property
    def needs_answer(self) -> bool:
        """Whether it is the therapist's turn."""
        return self.standing == self.Standing.OPEN and self.status.endswith("needs_response")
