"""Money that did not come by Stripe: received by bank or in cash, given back so, or waived; in her own record (R10)."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import EncryptedTextField
from practice_admin.models.booking import Booking

# What a row says is said for good: a mistake is undone by a row that says the opposite. `pgtrigger.ignore` is the way
# for whoever erases a client.
_KEPT = """
IF TG_OP = 'DELETE' OR (NEW.booking_id, NEW.amount_minor, NEW.currency, NEW.manner, NEW.paid_on, NEW.undoes_id)
   IS DISTINCT FROM (OLD.booking_id, OLD.amount_minor, OLD.currency, OLD.manner, OLD.paid_on, OLD.undoes_id)
THEN
    RAISE EXCEPTION 'a settlement is undone by another one, not changed or deleted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_admin_settlement_kept',
              TABLE = 'practice_admin_settlement';
END IF;
RETURN NEW;
"""

_COUNTER = """
IF NEW.undoes_id IS NOT NULL THEN
    PERFORM 1 FROM public.practice_admin_settlement undone
      WHERE undone.id = NEW.undoes_id AND undone.undoes_id IS NULL AND undone.booking_id = NEW.booking_id
        AND undone.amount_minor = -NEW.amount_minor AND undone.currency = NEW.currency
        AND undone.manner = NEW.manner;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'it does not say the opposite of what it undoes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_admin_settlement_counter',
                  TABLE = 'practice_admin_settlement';
    END IF;
END IF;
RETURN NEW;
"""


class Settlement(models.Model):
    """What the therapist recorded of one booking's fee.

    `amount_minor` is what it takes off the debt: more than nought for money received and for a debt waived, less than
    nought for money given back by hand, and for the row that undoes another (`undoes`). `paid_on` is the day in the
    practice's zone on which the money moved. The same form, sent twice, records once (`form_key`).
    """

    class Manner(models.TextChoices):
        BANK = "bank", "Bank transfer"
        CASH = "cash", "Cash"
        OTHER = "other", "Otherwise"
        WAIVED = "waived", "Waived"

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="settlements")
    amount_minor = models.IntegerField()
    currency = models.CharField(max_length=3)
    manner = models.CharField(max_length=6, choices=Manner.choices)
    paid_on = models.DateField()
    note = EncryptedTextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="undone_by", editable=False
    )
    form_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="practice_admin_settlement_of_something"),
            models.CheckConstraint(
                condition=Q(manner__in=["bank", "cash", "other", "waived"]),
                name="practice_admin_settlement_manner_known",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) | Q(undoes__isnull=False) | ~Q(manner="waived"),
                name="practice_admin_settlement_waives_something",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="settlement_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_KEPT,
            ),
            pgtrigger.Trigger(
                name="settlement_counter", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_COUNTER
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} ({self.get_manner_display()})"

    @property
    def is_undone(self) -> bool:
        """Whether another row takes it back."""
        return hasattr(self, "undone_by")
