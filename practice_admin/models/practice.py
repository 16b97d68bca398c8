"""The practice itself: one row, made by a migration, which is also the one lock of the diary."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

CANCELLATION_POLICY = (
    "You can move or cancel here until 24 hours before the session begins, and what you paid is paid back. "
    "Later than that, please write."
)
WELCOME_TEXT = "Welcome. This is a quiet place for what belongs to our work together."
CRISIS_TEXT = "In an emergency call 112. This practice cannot answer at once."
NO_TIMES_TEXT = "New times open every week, mostly on Mondays. If you would rather not wait, write a line to us."


class CalendarTitles(models.TextChoices):
    """What the title of a session's calendar event shows of the client (R22)."""

    INITIALS = "initials", "Initials"
    NAMES = "names", "Full name"


class Practice(models.Model):
    """Settings that the therapist sets herself. Exactly one row, id 1."""

    id = models.SmallIntegerField(primary_key=True, default=1, db_default=1, editable=False)
    name = models.CharField(max_length=100, default="The practice", db_default="The practice")
    therapist = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_email = models.EmailField(default="", db_default="", blank=True)
    time_zone = models.CharField(max_length=64, default="Europe/Lisbon", db_default="Europe/Lisbon")
    cancellation_notice_hours = models.PositiveSmallIntegerField(default=24, db_default=24)
    cancellation_policy = models.TextField(default=CANCELLATION_POLICY, db_default=CANCELLATION_POLICY)
    most_moves = models.PositiveSmallIntegerField(default=3, db_default=3)  # of one booking, by its client
    reminder_hours = models.PositiveSmallIntegerField(default=24, db_default=24)  # before a session begins
    second_reminder_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    no_times_text = models.TextField(default=NO_TIMES_TEXT, db_default=NO_TIMES_TEXT, blank=True)
    crisis_text = models.TextField(default=CRISIS_TEXT, db_default=CRISIS_TEXT, blank=True)
    welcome_text = models.TextField(
        default=WELCOME_TEXT,
        db_default=WELCOME_TEXT,
    )
    calendar_titles = models.CharField(
        max_length=8,
        choices=CalendarTitles.choices,
        default=CalendarTitles.INITIALS,
        db_default=CalendarTitles.INITIALS.value,
    )
    mirror_max_age_minutes = models.PositiveSmallIntegerField(default=60, db_default=60)  # of what Google said (R14)
    looked_at = models.DateTimeField(null=True, blank=True)  # "new since you last looked" counts from here

    class Meta:
        verbose_name_plural = "practice"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="practice_admin_practice_single"),
            models.CheckConstraint(
                condition=Q(calendar_titles__in=["initials", "names"]), name="practice_admin_practice_titles_known"
            ),
            models.CheckConstraint(
                condition=Q(mirror_max_age_minutes__gte=30),  # two cycles: less would cry at each hiccup
                name="practice_admin_practice_mirror_age",
            ),
            models.CheckConstraint(
                condition=Q(reminder_hours__gt=0)
                & (
                    Q(second_reminder_hours__isnull=True)
                    | Q(second_reminder_hours__gt=0, second_reminder_hours__lt=F("reminder_hours"))
                ),
                name="practice_admin_practice_reminders_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name
