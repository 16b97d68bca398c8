"""Her hours, week by week and on single dates: each change replaces a whole week or a whole date (R20).

Whatever is booked stays booked. Each operation answers with the sessions ahead that it leaves outside the hours.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.domain.refusals import Refusal
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.queries.hours import opening_hours, sessions_outside
from practice_admin.models import Booking, HoursOverride, Practice, SessionType, WeeklyHours

FURTHEST_AHEAD = timedelta(days=3 * 365)


@dataclass(frozen=True, kw_only=True)
class OpenSpan:
    """A span of opening hours, in the practice's wall time; `session_types` (ids) limits it, none is for all."""

    opens_at: time
    closes_at: time
    session_types: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return f"{self.opens_at:%H:%M} to {self.closes_at:%H:%M}"


class SpanRefused(Refusal):
    """One span that cannot stand: the one at place `row` (from 0) of what was given for its day."""

    public_message = "This span cannot stand as it is."

    def __init__(self, public_message: str = "", *, row: int, weekday: int) -> None:
        super().__init__(public_message)
        self.row = row
        self.weekday = weekday


class ClosesTooSoon(SpanRefused):
    """It ends before, or as, it begins."""

    public_message = "It has to close after it opens. Midnight is 23:59."


class SpansOverlap(SpanRefused):
    """It shares time with another span of its day, whichever types the two are for."""

    public_message = "This overlaps another span of that day."


class UnknownType(SpanRefused):
    """It is limited to a session type that there is not, or not any more."""

    public_message = "One of these session types is gone. Please choose again."


class HoursRefused(Refusal):
    """Hours that do not fit together: `problems` says of each span why. Nothing was changed."""

    public_message = "Nothing was saved yet. Please look at what is marked."

    def __init__(self, problems: Sequence[SpanRefused]) -> None:
        super().__init__()
        self.problems = list(problems)


class DayIsOver(Refusal):
    """Hours of a past date say nothing any more."""

    public_message = "That day is over."


class TooFarAhead(Refusal):
    """The date is beyond any plan, and perhaps mistyped."""

    public_message = "Please choose a day within the next three years."


def misfits(weekday: int, spans: Sequence[OpenSpan]) -> list[SpanRefused]:
    """What is wrong with the spans of one day: each by itself, and beside those that open before it."""
    problems: list[SpanRefused] = []
    latest: OpenSpan | None = None
    for row, span in sorted(enumerate(spans), key=lambda pair: (pair[1].opens_at, pair[0])):
        if span.closes_at <= span.opens_at:
            problems.append(ClosesTooSoon(row=row, weekday=weekday))
            continue
        if latest is not None and span.opens_at < latest.closes_at:
            words = f"This overlaps {latest}. One span can be for several kinds of session."
            problems.append(SpansOverlap(words, row=row, weekday=weekday))
        if latest is None or span.closes_at > latest.closes_at:
            latest = span
    return problems


def set_week(*, spans: Mapping[int, Sequence[OpenSpan]], now: datetime) -> list[Booking]:
    """Put these spans, by weekday (Monday 0), in place of the whole week; a day that is left out is closed.

    Returns the sessions ahead that lay within the hours and no longer do. Raises HoursRefused, changing nothing.
    """
    _ensure_fitting(spans)
    with transaction.atomic(durable=True):
        practice = lock_diary()
        _ensure_known_types(spans)
        outside = _outside(practice, now)
        WeeklyHours.objects.all().delete()
        for weekday, of_day in spans.items():
            for span in of_day:
                row = WeeklyHours.objects.create(weekday=weekday, opens_at=span.opens_at, closes_at=span.closes_at)
                row.session_types.set(span.session_types)
        return _newly_outside(outside, practice, now)


def set_override(*, on: date, spans: Sequence[OpenSpan], now: datetime) -> list[Booking]:
    """Let these spans stand on one date in place of its weekday's, and of whatever was set for it; none closes it.

    Returns the sessions ahead that lay within the hours and no longer do. Raises HoursRefused, DayIsOver for a date
    before the practice's today, TooFarAhead; changing nothing.
    """
    _ensure_fitting({on.weekday(): spans})
    with transaction.atomic(durable=True):
        practice = lock_diary()
        _ensure_settable(on, practice, now)
        _ensure_known_types({on.weekday(): spans})
        outside = _outside(practice, now)
        HoursOverride.objects.filter(on=on).delete()
        for span in spans:
            row = HoursOverride.objects.create(on=on, opens_at=span.opens_at, closes_at=span.closes_at)
            row.session_types.set(span.session_types)
        if not spans:
            HoursOverride.objects.create(on=on)
        return _newly_outside(outside, practice, now)


def remove_override(*, on: date, now: datetime) -> list[Booking]:
    """Let a date follow the week again; nothing happens where it does already. Returns and raises as `set_override`."""
    with transaction.atomic(durable=True):
        practice = lock_diary()
        _ensure_settable(on, practice, now)
        outside = _outside(practice, now)
        HoursOverride.objects.filter(on=on).delete()
        return _newly_outside(outside, practice, now)


def _ensure_fitting(spans: Mapping[int, Sequence[OpenSpan]]) -> None:
    problems = [problem for weekday, of_day in spans.items() for problem in misfits(weekday, of_day)]
    if problems:
        raise HoursRefused(problems)


def _ensure_known_types(spans: Mapping[int, Sequence[OpenSpan]]) -> None:
    known = set(SessionType.objects.values_list("pk", flat=True))
    problems = [
        UnknownType(row=row, weekday=weekday)
        for weekday, of_day in spans.items()
        for row, span in enumerate(of_day)
        if not span.session_types <= known
    ]
    if problems:
        raise HoursRefused(problems)


def _ensure_settable(on: date, practice: Practice, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(practice.time_zone)).date()
    if on < today:
        raise DayIsOver
    if on - today > FURTHEST_AHEAD:
        raise TooFarAhead


def _outside(practice: Practice, now: datetime) -> list[Booking]:
    return sessions_outside(opening_hours(practice, now=now), now=now)


def _newly_outside(known: Collection[Booking], practice: Practice, now: datetime) -> list[Booking]:
    return [booking for booking in _outside(practice, now) if booking not in known]
