"""When the practice is open: weekly hours in its own wall time, overrides for single dates, blocks (R20)."""

from django.db import models
from django.db.models import F, Q

from practice_admin.models.catalogue import SessionType
from practice_admin.models.finite import finite


class Weekday(models.IntegerChoices):
    """Days as Python's date.weekday() counts them."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class WeeklyHours(models.Model):
    """One span of one weekday, in the practice's wall time; a day may have several.

    `session_types` limits it to some types; with none named it is for all.
    """

    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    session_types = models.ManyToManyField(SessionType, blank=True, related_name="+")

    class Meta:
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="practice_admin_weeklyhours_order"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="practice_admin_weeklyhours_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M} to {self.closes_at:%H:%M}"


class HoursOverride(models.Model):
    """Other hours on one date, in place of the weekly ones; without times the date is closed.

    `session_types` limits them to some types; with none named they are for all. The weekly hours of that date are out
    of force for every type, either way.
    """

    on = models.DateField()
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    session_types = models.ManyToManyField(SessionType, blank=True, related_name="+")

    class Meta:
        ordering = ["on", "opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True, closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                name="practice_admin_hoursoverride_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.opens_at:%H:%M} to {self.closes_at:%H:%M}" if self.opens_at else f"{self.on}: closed"


class Block(models.Model):
    """Time that is not offered: set by hand, or mirrored from a personal event in Google (R13).

    A mirrored one bears the event's identity (calendar, event, instance) and the number of the cycle that saw it.
    """

    class Source(models.TextChoices):
        MANUAL = "manual", "By hand"
        GOOGLE = "google", "Google Calendar"

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.MANUAL, db_default="manual")
    label = models.CharField(max_length=100, default="", db_default="", blank=True)
    calendar_id = models.TextField(default="", db_default="", blank=True, editable=False)
    event_id = models.TextField(default="", db_default="", blank=True, editable=False)
    instance = models.TextField(default="", db_default="", blank=True, editable=False)  # which one, where it recurs
    cycle = models.BigIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="practice_admin_block_order"),
            models.CheckConstraint(condition=finite("starts_at", "ends_at"), name="practice_admin_block_finite"),
            models.CheckConstraint(condition=Q(source__in=["manual", "google"]), name="practice_admin_block_source"),
            models.UniqueConstraint(
                fields=["calendar_id", "event_id", "instance"],
                condition=Q(source="google") & ~Q(event_id=""),
                name="practice_admin_block_event_once",
            ),
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="practice_admin_block_span")]

    def __str__(self) -> str:
        return self.label or self.get_source_display()
