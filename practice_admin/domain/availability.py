"""When a session can begin: one pure function, the only judge of it (R3, R4, R20).

Instants are whole seconds since 1970 (UTC) in here: cheap to compare, and free of the traps of wall time. Wall time
comes in at one place only, `opening_spans`, where the practice's hours become instants by its own zone.

The judge works on spans rather than on single times: what forbids a start is gathered and merged, and the grid is laid
into the gaps that are left. So its cost grows with what is offered, not with what was ever booked.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

Span = tuple[int, int]  # seconds since 1970; the first belongs to it, the last does not
DAY = 24 * 3600


@dataclass(frozen=True)
class Hours:
    """Wall-time hours of the practice: spans by weekday (Monday 0), and for single dates in place of them."""

    zone: ZoneInfo
    weekly: Mapping[int, Sequence[tuple[time, time]]]
    overrides: Mapping[date, Sequence[tuple[time, time]]] = field(default_factory=dict)

    def of(self, day: date) -> Sequence[tuple[time, time]]:
        """The spans of one date; an override without spans closes it."""
        return self.overrides.get(day, self.weekly.get(day.weekday(), ()))


@dataclass(frozen=True)
class Busy:
    """What is taken: blocks, and live bookings with their buffers.

    `starts` are the begins of the live bookings of this very type, by which the caps count; `ahead` is how many of them
    the client who asks has before them.
    """

    blocks: Sequence[Span] = ()
    bookings: Sequence[Span] = ()
    starts: Sequence[int] = ()
    ahead: int = 0


@dataclass(frozen=True)
class SlotRules:
    """What a session type asks for. Minutes; a cap or limit of None is none."""

    duration: int
    buffer_before: int
    buffer_after: int
    step: int
    minimum_notice: int
    horizon_days: int
    daily_cap: int | None = None
    weekly_cap: int | None = None
    limit_ahead: int | None = None


class Slot(NamedTuple):
    """A time that can be booked, in seconds since 1970; and the same as instants (UTC)."""

    begins: int
    ends: int

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return instant(self.begins)

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return instant(self.ends)


def open_slots(
    hours: Hours, busy: Busy, rules: SlotRules, *, window: tuple[datetime, datetime], now: datetime
) -> list[Slot]:
    """Every slot that begins within `window` (aware; first instant in, last out), in order.

    A slot begins on the grid (the step, counted from the opening of its span), lies whole within one span of opening
    hours, begins no sooner than the notice and no later than the horizon allows, touches no block, keeps its own
    buffers clear of other bookings' (theirs are in their spans already), and falls on a date and in a week (Monday to
    Sunday, by the practice's calendar) whose cap is not reached. Buffers may reach over blocks and the edges of opening
    hours. A client at their limit ahead is offered nothing.
    """
    earliest = max(_ceil(window[0]), earliest_start(rules, now))
    latest = min(_ceil(window[1]) - 1, latest_start(rules, now))
    if earliest > latest or is_limit_reached(busy, rules):
        return []
    length, step = rules.duration * 60, rules.step * 60
    forbidden = merged([*starts_against_blocks(busy, rules), *starts_against_bookings(busy, rules)])
    full = FullDates(busy, rules, hours.zone)
    starts: set[int] = set()
    for day, (opens, closes) in opening_spans(hours, earliest, latest):
        if day not in full:
            for begin, end in _gaps((max(opens, earliest), min(closes - length, latest) + 1), forbidden):
                starts.update(range(opens - (opens - begin) // step * step, end, step))
    return [Slot(start, start + length) for start in sorted(starts)]


def earliest_start(rules: SlotRules, now: datetime) -> int:
    """The first instant that the notice allows."""
    return _ceil(now) + rules.minimum_notice * 60


def latest_start(rules: SlotRules, now: datetime) -> int:
    """The last instant that the horizon allows."""
    return int(now.timestamp()) + rules.horizon_days * DAY


def is_limit_reached(busy: Busy, rules: SlotRules) -> bool:
    """Whether whoever asks has as many bookings ahead as one client may."""
    return rules.limit_ahead is not None and busy.ahead >= rules.limit_ahead


def starts_against_blocks(busy: Busy, rules: SlotRules) -> Iterator[Span]:
    """The starts whose session would touch a block."""
    length = rules.duration * 60
    return ((begin - length + 1, end) for begin, end in busy.blocks)


def starts_against_bookings(busy: Busy, rules: SlotRules) -> Iterator[Span]:
    """The starts whose session, with its own buffers, would touch another booking with its own."""
    after, before = (rules.duration + rules.buffer_after) * 60, rules.buffer_before * 60
    return ((begin - after + 1, end + before) for begin, end in busy.bookings)


class FullDates:
    """The dates on which the day's or the week's cap is reached: `date in FullDates(...)`."""

    def __init__(self, busy: Busy, rules: SlotRules, zone: ZoneInfo) -> None:
        self.daily_cap, self.weekly_cap = rules.daily_cap, rules.weekly_cap
        is_capped = self.daily_cap is not None or self.weekly_cap is not None
        dates = [instant(start).astimezone(zone).date() for start in busy.starts] if is_capped else []
        self.of_day, self.of_week = Counter(dates), Counter(map(monday_of, dates))

    def __contains__(self, day: date) -> bool:
        return self.is_day_full(day) or self.is_week_full(day)

    def is_day_full(self, day: date) -> bool:
        """Whether this date has as many as the daily cap allows."""
        return self.daily_cap is not None and self.of_day[day] >= self.daily_cap

    def is_week_full(self, day: date) -> bool:
        """Whether the week of this date has as many as the weekly cap allows."""
        return self.weekly_cap is not None and self.of_week[monday_of(day)] >= self.weekly_cap


def opening_spans(hours: Hours, earliest: int, latest: int) -> Iterable[tuple[date, Span]]:
    """The opening spans of each date that can matter between two instants, with the date they belong to.

    A wall time that a clock change skips is the change itself; of one that it repeats, a span opens at the first and
    closes at the last reading (PEP 495: fold 0 and fold 1).
    """
    day = instant(earliest).astimezone(hours.zone).date() - timedelta(days=1)
    last = instant(latest).astimezone(hours.zone).date()
    while day <= last:
        for opens, closes in hours.of(day):
            begins, ends = wall_instants(day, opens, hours.zone)[0], wall_instants(day, closes, hours.zone)[1]
            if begins < ends:
                yield day, (begins, ends)
        day += timedelta(days=1)


@lru_cache(maxsize=8192)  # the same two months of the same hours are asked for again and again
def wall_instants(day: date, wall: time, zone: ZoneInfo) -> tuple[int, int]:
    """The first and last instant at which clocks in `zone` read `wall` on `day`; twice the change where none does."""
    first = datetime.combine(day, wall.replace(fold=0), zone)
    last = first.replace(fold=1)
    if first.timestamp() <= last.timestamp():
        return int(first.timestamp()), int(last.timestamp())
    # In a gap fold 0 is read with the offset before the change and lies after it; fold 1 the other way round.
    span = range(int(last.timestamp()), int(first.timestamp()) + 1)  # at a gap's very beginning the change is the last
    change = span[
        bisect_left(span, True, key=lambda second: instant(second).astimezone(zone).utcoffset() == last.utcoffset())
    ]
    return change, change


def merged(spans: Iterable[Span]) -> tuple[list[int], list[int]]:
    """Overlapping and touching spans made one: the starts and the ends, each in order."""
    starts: list[int] = []
    ends: list[int] = []
    for begin, end in sorted(spans):
        if ends and begin <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(begin)
            ends.append(end)
    return starts, ends


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def instant(seconds: int) -> datetime:
    """Seconds since 1970 as an aware instant (UTC)."""
    return datetime.fromtimestamp(seconds, UTC)


def _gaps(span: Span, forbidden: tuple[list[int], list[int]]) -> Iterator[Span]:
    """What is left of a span of starts when the forbidden ones (merged) are taken out."""
    begin, end = span
    starts, ends = forbidden
    place = bisect_right(ends, begin)
    while begin < end:
        free_until = min(end, starts[place]) if place < len(starts) else end
        if begin < free_until:
            yield begin, free_until
        if place == len(starts):
            return
        begin, place = max(begin, ends[place]), place + 1


def _ceil(moment: datetime) -> int:
    return -int(-moment.timestamp() // 1)
