"""The week as a drawing to scale, and what is set for single dates and for time off, each ready to be shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.utils import timezone

from practice_admin.models import Block, Booking, HoursOverride, SessionType, Weekday, WeeklyHours
from practice_admin.workspace.hours import words

EARLIEST, LATEST = 8, 18  # the hours that are drawn in any case


@dataclass(frozen=True)
class DrawnSpan:
    """One span of hours: where it lies (minutes since midnight), and what it says."""

    begins: int
    ends: int
    times: str
    types: Sequence[SessionType]

    @property
    def limit(self) -> str:
        """For which types it is; empty where it is for all."""
        return words.types_text(self.types)

    @property
    def names(self) -> str:
        """The same, where its look says "only"."""
        return ", ".join(map(str, self.types))

    @property
    def colour(self) -> str:
        """The colour of the one type that it is for; empty where it is for several."""
        return self.types[0].colour if len(self.types) == 1 else ""


@dataclass(frozen=True)
class DrawnDay:
    """One weekday with its spans."""

    name: str
    spans: Sequence[DrawnSpan]


@dataclass(frozen=True)
class Plan:
    """Seven days on one scale, which reaches from one full hour to another (minutes since midnight)."""

    days: Sequence[DrawnDay]
    begins: int
    ends: int

    @property
    def is_empty(self) -> bool:
        """Whether no day has hours."""
        return not any(day.spans for day in self.days)

    @property
    def hours(self) -> Sequence[tuple[int, str]]:
        """The full hours of the scale that are labelled: where, and how each is read."""
        return [(minute, f"{minute // 60:02}:00") for minute in range(self.begins, self.ends + 1, 120)]


@dataclass(frozen=True)
class OtherDay:
    """A date with hours of its own, or none."""

    on: date
    name: str
    spans: Sequence[DrawnSpan]


@dataclass(frozen=True)
class TimeOff:
    """A block that is not over, and the sessions that stay booked in it."""

    block: Block
    when: str
    staying: Sequence[Booking]


def plan_of(weekly: Iterable[WeeklyHours]) -> Plan:
    """The week's drawing."""
    spans: dict[int, list[DrawnSpan]] = {day.value: [] for day in Weekday}
    for row in weekly:
        spans[row.weekday].append(_drawn(row, row.opens_at, row.closes_at))
    every = [span for of_day in spans.values() for span in of_day]
    first = min([EARLIEST, *(span.begins // 60 for span in every)])
    last = max([LATEST, *(-(-span.ends // 60) for span in every)])
    return Plan([DrawnDay(day.label, spans[day.value]) for day in Weekday], first * 60, last * 60)


def other_days(overrides: Iterable[HoursOverride], today: date) -> list[OtherDay]:
    """The overrides by date, in order."""
    return [
        OtherDay(
            on,
            words.date_text(on, today),
            [_drawn(row, row.opens_at, row.closes_at) for row in rows if row.opens_at and row.closes_at],
        )
        for on, rows in groupby(overrides, key=lambda row: row.on)
    ]


def time_off(blocks: Iterable[Block], staying: Mapping[int, Sequence[Booking]], now: datetime) -> list[TimeOff]:
    """The blocks as they are told."""
    today = timezone.localdate(now)
    return [
        TimeOff(
            block,
            words.span_text(timezone.localtime(block.starts_at), timezone.localtime(block.ends_at), today),
            staying.get(block.pk, ()),
        )
        for block in blocks
    ]


def _drawn(row: WeeklyHours | HoursOverride, opens: time, closes: time) -> DrawnSpan:
    return DrawnSpan(_minute(opens), _minute(closes), f"{opens:%H:%M} to {closes:%H:%M}", words.types_of(row))


def _minute(wall: time) -> int:
    return wall.hour * 60 + wall.minute
