"""Session types: what can be booked, by whom, at what price."""

from django.db import models
from django.db.models import F, Q

from clients.models import Stage


class Place(models.TextChoices):
    """Where a session is held."""

    MEET = "meet", "Google Meet"
    PHONE = "phone", "Telephone"
    ROOM = "room", "In the room"


class Colour(models.TextChoices):
    """By which a type is told apart in the workspace; `static/workspace/workspace.css` says what each looks like."""

    GREEN = "green", "Green"
    BLUE = "blue", "Blue"
    PLUM = "plum", "Plum"
    OCHRE = "ochre", "Ochre"
    CLAY = "clay", "Clay"
    SLATE = "slate", "Slate"


OPENING_STAGES = [Stage.DISCOVERY, Stage.INTAKE, Stage.ONGOING]


class SessionType(models.Model):
    """A kind of session. Lengths, buffers, notice and step are minutes; the price is in minor units of its currency."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=100, default="", db_default="")
    words = models.TextField(default="", db_default="", blank=True)
    opens_at_stage = models.CharField(
        max_length=12,
        choices=[(stage.value, stage.label) for stage in OPENING_STAGES],
        default=Stage.DISCOVERY,
        db_default=Stage.DISCOVERY.value,
    )
    place = models.CharField(max_length=8, choices=Place.choices, default=Place.MEET, db_default=Place.MEET.value)
    duration_minutes = models.PositiveSmallIntegerField(default=50, db_default=50)
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    minimum_notice_minutes = models.PositiveIntegerField(default=720, db_default=720)
    horizon_days = models.PositiveSmallIntegerField(default=60, db_default=60)
    step_minutes = models.PositiveSmallIntegerField(default=30, db_default=30)
    daily_cap = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_cap = models.PositiveSmallIntegerField(null=True, blank=True)  # Monday to Sunday
    most_ahead = models.PositiveSmallIntegerField(null=True, blank=True)  # live bookings ahead of one client
    price_minor = models.PositiveIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR")
    is_shown = models.BooleanField(default=True, db_default=True)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)
    colour = models.CharField(max_length=8, choices=Colour.choices, default=Colour.GREEN, db_default=Colour.GREEN.value)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at_stage__in=OPENING_STAGES), name="practice_admin_sessiontype_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(place__in=["meet", "phone", "room"]), name="practice_admin_sessiontype_place_known"
            ),
            models.CheckConstraint(
                condition=~Q(opens_at_stage=Stage.DISCOVERY) | Q(price_minor=0),
                name="practice_admin_sessiontype_discovery_free",
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__gt=0) & Q(step_minutes__gt=0),
                name="practice_admin_sessiontype_takes_time",
            ),
            models.CheckConstraint(
                condition=Q(buffer_before_minutes__lte=1440) & Q(buffer_after_minutes__lte=1440),
                name="practice_admin_sessiontype_buffers_within_a_day",
            ),
            models.CheckConstraint(
                condition=Q(minimum_notice_minutes__lte=F("horizon_days") * 1440),
                name="practice_admin_sessiontype_notice_within_horizon",
            ),
            models.CheckConstraint(
                condition=Q(colour__in=Colour.values), name="practice_admin_sessiontype_colour_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    @property
    def is_open_to_newcomers(self) -> bool:
        """Whether someone with whom there has been no discovery call yet may book it."""
        return self.opens_at_stage == Stage.DISCOVERY

    @property
    def limit_ahead(self) -> int | None:
        """How many live bookings ahead of this type one signed-in client may have; of a newcomers' type, one (R9)."""
        return 1 if self.is_open_to_newcomers else self.most_ahead

    @property
    def is_virtual(self) -> bool:
        """Whether it is held by video."""
        return self.place == Place.MEET
