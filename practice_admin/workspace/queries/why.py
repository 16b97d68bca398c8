"""What stands around one time: the facts beside the verdicts, in seven queries at most."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Value

from practice_admin.domain.availability import SlotRules
from practice_admin.models import Block, Booking, HoursOverride, WeeklyHours

A_HANDFUL = 8  # of what stands in the way


@dataclass(frozen=True)
class OpenSpan:
    """One span of a date's hours on the wall clock; `only_for` names the types it is limited to, none for all."""

    opens: time
    closes: time
    only_for: list[str]


@dataclass(frozen=True)
class DayHours:
    """The hours of one date for every type: its own ones, or else those of its weekday."""

    spans: list[OpenSpan]
    is_override: bool


def hours_on(day: date) -> DayHours:
    """The hours in force on a date, whomever they are for."""
    own = list(HoursOverride.objects.filter(on=day).prefetch_related("session_types"))
    weekly = WeeklyHours.objects.filter(weekday=day.weekday()).prefetch_related("session_types")
    spans: list[HoursOverride | WeeklyHours] = [*own] if own else [*weekly]
    told = [
        OpenSpan(span.opens_at, span.closes_at, [str(each) for each in span.session_types.all()])
        for span in spans
        if span.opens_at is not None and span.closes_at is not None
    ]
    return DayHours(told, is_override=bool(own))


def blocks_on(starts_at: datetime, ends_at: datetime) -> list[Block]:
    """The blocks that a session between these instants would touch."""
    return list(Block.objects.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)[:A_HANDFUL])


def bookings_near(
    starts_at: datetime, ends_at: datetime, rules: SlotRules, *, but: Booking | None = None
) -> list[Booking]:
    """The live bookings, `but` left out, whose span with its buffers meets that of such a session with its own."""
    before, after = timedelta(minutes=rules.buffer_before), timedelta(minutes=rules.buffer_after)
    wanted = Value(DateTimeTZRange(starts_at - before, ends_at + after), output_field=DateTimeRangeField())
    others = Booking.objects.exclude(pk=but.pk) if but else Booking.objects
    met = others.filter(status__in=Booking.LIVE, busy__overlap=wanted)
    return list(met.select_related("client__user", "session_type").defer("reason").order_by("starts_at")[:A_HANDFUL])
