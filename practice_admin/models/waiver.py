"""The therapist's recorded exceptions: a stage waived for one client (R2), a rule passed over for one booking (R4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import Client, EncryptedTextField, Stage
from practice_admin.models.booking import Booking


class Waiver(models.Model):
    """Lets one client book what opens at a later stage; kept with who, when and why. Ended, it is kept all the same.

    It opens nothing before the discovery call (R1), and nothing to a closed client.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="waivers")
    stage = models.CharField(
        max_length=12, choices=[(each.value, each.label) for each in (Stage.INTAKE, Stage.ONGOING)]
    )
    reason = EncryptedTextField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["intake", "ongoing"]), name="practice_admin_waiver_stage_known"
            ),
            models.UniqueConstraint(
                fields=["client", "stage"], condition=Q(ended_at=None), name="practice_admin_waiver_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} for {self.client}"


class RuleOverride(models.Model):
    """A rule of availability that the therapist passed over for one booking: which, who, when and why."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="overrides")
    rule = models.CharField(max_length=20)  # a value of availability.Rule
    starts_at = models.DateTimeField()  # of the booking, when it was passed over: a later move is judged anew
    reason = EncryptedTextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.rule} for {self.booking}"
