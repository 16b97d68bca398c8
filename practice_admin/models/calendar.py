"""The practice's connection to Google Calendar."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import EncryptedTextField


class CalendarConnection(models.Model):
    """One row while a calendar is connected. The refresh token is encrypted; a revoked grant stays, marked so."""

    class State(models.TextChoices):
        CONNECTED = "connected", "Connected"
        REVOKED = "revoked", "Reconnect needed"

    id = models.SmallIntegerField(primary_key=True, default=1, db_default=1, editable=False)
    account_email = models.EmailField(default="", db_default="", blank=True)
    calendar_id = models.CharField(max_length=255, default="primary", db_default="primary")
    refresh_token = EncryptedTextField()
    access_token = EncryptedTextField()  # the newest one: saves asking for another before each question
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.CONNECTED, db_default=State.CONNECTED.value
    )
    connected_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="practice_admin_calendarconnection_single"),
            models.CheckConstraint(
                condition=Q(state__in=["connected", "revoked"]), name="practice_admin_calendarconnection_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.account_email or self.calendar_id
