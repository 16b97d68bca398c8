"""The practice's connection to Google Calendar: the grant, her choices, and how reading it goes."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.models import EncryptedTextField

PRIMARY = "primary"  # Google's word for the account's own calendar, until its id is known


class CalendarConnection(models.Model):
    """One row while a calendar is connected. The refresh token is encrypted; a revoked grant stays, marked so.

    `grant_id` names this very consent: what was begun under an earlier one finds that it is no longer meant. `cycle`
    numbers the cycles that read the calendar; whoever holds the newest number, and the lease with it, may write.
    """

    class State(models.TextChoices):
        CONNECTED = "connected", "Connected"
        REVOKED = "revoked", "Reconnect needed"

    id = models.SmallIntegerField(primary_key=True, default=1, db_default=1, editable=False)
    grant_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)
    account_email = models.EmailField(default="", db_default="", blank=True)
    calendar_id = models.CharField(max_length=255, default=PRIMARY, db_default=PRIMARY)  # which receives the sessions
    tentative_blocks = models.BooleanField(default=True, db_default=True)
    refresh_token = EncryptedTextField()
    access_token = EncryptedTextField()  # the newest one: saves asking for another before each question
    access_expires_at = models.DateTimeField(null=True, blank=True)
    access_lease_until = models.DateTimeField(null=True, blank=True)  # somebody is fetching the next one
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.CONNECTED, db_default=State.CONNECTED.value
    )
    connected_at = models.DateTimeField(db_default=Now(), editable=False)

    cycle = models.BigIntegerField(default=0, db_default=0)
    cycle_lease_until = models.DateTimeField(null=True, blank=True)  # a cycle is under way
    tried_at = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)  # when the last good cycle began: the mirror's age
    report = models.JSONField(default=dict, db_default={}, blank=True)  # of the last good cycle; domain.calendar_report
    last_error = models.CharField(max_length=500, default="", db_default="", blank=True)  # "" after a good one
    stale_told_at = models.DateTimeField(null=True, blank=True)  # she was told that the mirror is old; None: it is not

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="practice_admin_calendarconnection_single"),
            models.CheckConstraint(
                condition=Q(state__in=["connected", "revoked"]), name="practice_admin_calendarconnection_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.account_email or self.calendar_id

    @property
    def is_connected(self) -> bool:
        """Whether Google still honours the grant, as far as is known."""
        return self.state == self.State.CONNECTED

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"calendar:{self.grant_id}"


class KnownCalendar(models.Model):
    """One calendar of the connected account, as it was last listed, and whether it blocks time."""

    calendar_id = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255, default="", db_default="", blank=True)
    is_primary = models.BooleanField(default=False, db_default=False)
    can_receive = models.BooleanField(default=False, db_default=False)
    blocks_time = models.BooleanField(default=False, db_default=False)
    is_gone = models.BooleanField(default=False, db_default=False)  # chosen once, and no longer in the account

    class Meta:
        ordering = ["-is_primary", "name", "calendar_id"]

    def __str__(self) -> str:
        return self.name or self.calendar_id


class ConsentAsked(models.Model):
    """She was sent to Google's consent page. Gone as soon as she is back: each state is good for once.

    Of the state only the digest is kept; the verifier (PKCE) is encrypted, and never leaves the server before the code
    is traded.
    """

    state_digest = models.CharField(max_length=64, unique=True)
    session_key = models.CharField(max_length=40)
    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code_verifier = EncryptedTextField()
    asked_at = models.DateTimeField()


class PendingRevocation(models.Model):
    """A grant that is to be ended at Google. The token lives here, encrypted, until that is done, and nowhere else."""

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    account_email = models.EmailField(default="", db_default="", blank=True)
    token = EncryptedTextField()
    asked_at = models.DateTimeField()

    @property
    def subject(self) -> str:
        """How effects name it."""
        return f"revocation:{self.public_id}"
