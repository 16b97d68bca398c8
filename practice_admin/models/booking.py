"""A booking: one client, one session type, one span of the diary. PostgreSQL itself holds R1, R2 and R3."""

import uuid
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from clients.models import Client, EncryptedTextField
from practice_admin.models.catalogue import SessionType
from practice_admin.models.finite import finite

GATE = "practice_admin_booking_gate"
NO_OVERLAP = "practice_admin_booking_no_overlap"

FILLED: Any = None  # no default of the column's own: the trigger below fills what was left out

# What the caller left out is taken from the session type as it stands now, so that later changes to the type change
# no booking; and the range that R3 compares is always the one that belongs to the times and buffers.
_FILL = """
IF NEW.buffer_before_minutes IS NULL OR NEW.buffer_after_minutes IS NULL
   OR NEW.price_minor IS NULL OR NEW.currency IS NULL THEN
    SELECT COALESCE(NEW.buffer_before_minutes, kind.buffer_before_minutes),
           COALESCE(NEW.buffer_after_minutes, kind.buffer_after_minutes),
           COALESCE(NEW.price_minor, kind.price_minor),
           COALESCE(NEW.currency, kind.currency)
      INTO NEW.buffer_before_minutes, NEW.buffer_after_minutes, NEW.price_minor, NEW.currency
      FROM public.practice_admin_sessiontype kind
     WHERE kind.id = NEW.session_type_id;
END IF;
IF NEW.starts_at < NEW.ends_at THEN
    NEW.busy := tstzrange(
        NEW.starts_at - make_interval(mins => NEW.buffer_before_minutes),
        NEW.ends_at + make_interval(mins => NEW.buffer_after_minutes));
ELSE
    NEW.busy := 'empty';  -- the constraint on the order of times refuses the row, by its name
END IF;
RETURN NEW;
"""

# Tables are named with their schema: a temporary table of the same name would be found first, and believed.
# FOR SHARE: a stage that is being changed by another transaction is waited for, not overlooked. A client or type that
# cannot be seen is refused here, because its foreign key is only checked at COMMIT.
_JUDGE_GATE = f"""
IF TG_OP = 'UPDATE'
   AND NEW.client_id = OLD.client_id AND NEW.session_type_id = OLD.session_type_id
   AND NOT (NEW.status IN ('pending_payment', 'confirmed') AND OLD.status NOT IN ('pending_payment', 'confirmed'))
THEN
    RETURN NEW;
END IF;
PERFORM 1 FROM public.practice_admin_sessiontype kind
  WHERE kind.id = NEW.session_type_id AND kind.opens_at_stage = 'discovery';
IF FOUND THEN
    RETURN NEW;
END IF;
PERFORM 1
   FROM public.clients_client client, public.practice_admin_sessiontype kind
  WHERE client.id = NEW.client_id AND kind.id = NEW.session_type_id
    AND client.discovery_completed_at IS NOT NULL
    AND (client.stage = 'ongoing' OR client.stage = kind.opens_at_stage
         OR (client.stage <> 'closed' AND EXISTS (
             SELECT 1 FROM public.practice_admin_waiver waiver
              WHERE waiver.client_id = client.id AND waiver.stage = kind.opens_at_stage
                AND waiver.ended_at IS NULL)))
    FOR SHARE OF client;
IF NOT FOUND THEN
    RAISE EXCEPTION 'this session type is not open to this client yet'
        USING ERRCODE = 'check_violation', CONSTRAINT = '{GATE}', TABLE = 'practice_admin_booking';
END IF;
RETURN NEW;
"""  # noqa: S608  (the one value in it is a constant of this module)


class Booking(models.Model):
    """One span of the diary, held or past. Times are UTC; `time_zone` is the one in which the person chose it.

    What a visitor typed (name, phone) stays here and never changes the person's own record (R9).
    """

    class Status(models.TextChoices):
        PENDING_PAYMENT = "pending_payment", "Waiting for payment"
        CONFIRMED = "confirmed", "Confirmed"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Not paid in time"
        COMPLETED = "completed", "Held"
        NO_SHOW = "no_show", "Did not come"

    class Outcome(models.TextChoices):
        """How a discovery call ended; only `proceed` opens the gate (R1)."""

        PROCEED = "proceed", "We go on together"
        REFER = "refer", "Refer elsewhere"
        DECLINE = "decline", "Not now"

    class Side(models.TextChoices):
        """Who did something with it."""

        CLIENT = "client", "Client"
        THERAPIST = "therapist", "Therapist"

    class Fee(models.TextChoices):
        """What became of the fee when the session did not take place (R19)."""

        CHARGED = "charged", "Charged"
        WAIVED = "waived", "Waived"

    LIVE = (Status.PENDING_PAYMENT, Status.CONFIRMED)

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="bookings")
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status.choices)

    # Filled by the database where they are not given
    buffer_before_minutes = models.PositiveSmallIntegerField(db_default=FILLED, editable=False)
    buffer_after_minutes = models.PositiveSmallIntegerField(db_default=FILLED, editable=False)
    price_minor = models.PositiveIntegerField(db_default=FILLED, editable=False)
    currency = models.CharField(max_length=3, db_default=FILLED, editable=False)
    busy = DateTimeRangeField(db_default=FILLED, editable=False)

    guest_name = models.CharField(max_length=200, default="", db_default="", blank=True)
    guest_phone = models.CharField(max_length=40, default="", db_default="", blank=True)
    time_zone = models.CharField(max_length=64, default="", db_default="", blank=True)
    reason = EncryptedTextField()
    consented_at = models.DateTimeField(null=True, blank=True)
    awaits_owner = models.BooleanField(default=False, db_default=False)
    booked_by = models.CharField(max_length=9, choices=Side.choices, default=Side.CLIENT, db_default=Side.CLIENT.value)
    series_id = models.UUIDField(null=True, blank=True, editable=False)  # what was booked in one series shares it
    is_quiet = models.BooleanField(default=False, db_default=False)  # not a real enquiry: told to nobody (R9)

    # The policy as it stood when it was booked (R19); hours None: the practice's present ones
    policy_text = models.TextField(default="", db_default="", blank=True)
    notice_hours = models.PositiveSmallIntegerField(null=True, blank=True)

    moves = models.PositiveSmallIntegerField(default=0, db_default=0)  # by the client
    previous_starts_at = models.DateTimeField(null=True, blank=True)  # before the latest move
    awaits_new_time = models.BooleanField(default=False, db_default=False)  # offered anew: it will not be held as it is
    cancelled_by = models.CharField(max_length=9, choices=Side.choices, default="", db_default="", blank=True)
    fee = models.CharField(max_length=7, choices=Fee.choices, default="", db_default="", blank=True)
    version = models.PositiveIntegerField(default=1, db_default=1)  # of what was told: effects and .ics go by it
    link_version = models.PositiveIntegerField(default=1, db_default=1)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="", db_default="", blank=True)
    meet_url = models.URLField(default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            ExclusionConstraint(
                name=NO_OVERLAP,
                expressions=[("busy", RangeOperators.OVERLAPS)],
                condition=Q(status__in=["pending_payment", "confirmed"]),
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="practice_admin_booking_order"),
            models.CheckConstraint(condition=finite("starts_at", "ends_at"), name="practice_admin_booking_finite"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "proceed", "refer", "decline"]),
                name="practice_admin_booking_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(fee__in=["", "charged", "waived"]), name="practice_admin_booking_fee_known"
            ),
            models.CheckConstraint(
                condition=Q(booked_by__in=["client", "therapist"]) & Q(cancelled_by__in=["", "client", "therapist"]),
                name="practice_admin_booking_side_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["pending_payment", "confirmed", "cancelled", "expired", "completed", "no_show"]
                ),
                name="practice_admin_booking_status_known",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="practice_admin_booking_starts"),
            models.Index(fields=["changed_at"], name="practice_admin_booking_changed"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="booking_fill",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_FILL,
            ),
            pgtrigger.Trigger(
                name="booking_gate",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_JUDGE_GATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_type}, {self.starts_at:%a %d %b %Y, %H:%M} UTC"

    @property
    def is_live(self) -> bool:
        """Whether it holds its span of the diary."""
        return self.status in self.LIVE

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"booking:{self.public_id}"
