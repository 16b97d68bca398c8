"""When a session can begin: one pure function, which the listing and the booking both ask (R3, R4, R20).

Instants are whole seconds since 1970 (UTC) in here: cheap to compare, and free of the traps of wall time. Wall time
comes in at one place only, `opening_spans`, where the practice's hours become instants by its own zone.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
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
    """What is taken: blocks, live bookings with their buffers, and how many bookings of this type each date has."""

    blocks: Sequence[Span] = ()
    bookings: Sequence[Span] = ()
    per_day: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SlotRules:
    """What a session type asks for. Minutes; `daily_cap` None is no cap."""

    duration: int
    buffer_before: int
    buffer_after: int
    step: int
    minimum_notice: int
    horizon_days: int
    daily_cap: int | None = None


@dataclass(frozen=True, order=True)
class Slot:
    """A time that can be booked, in UTC."""

    starts_at: datetime
    ends_at: datetime


def open_slots(
    hours: Hours, busy: Busy, rules: SlotRules, *, window: tuple[datetime, datetime], now: datetime
) -> list[Slot]:
    """Every slot that begins within `window` (aware; first instant in, last out), in order.

    A slot begins on the grid (the step, counted from the opening of its span), lies whole within one span of opening
    hours, begins no sooner than the notice and no later than the horizon allows, touches no block, keeps its own
    buffers clear of other bookings' (theirs are in their spans already), and falls on a date whose cap is not reached.
    Buffers may reach over blocks and the edges of opening hours.
    """
    earliest = max(_seconds(window[0]), _ceil(now) + rules.minimum_notice * 60)
    latest = min(_seconds(window[1]) - 1, _seconds(now) + rules.horizon_days * DAY)
    if earliest > latest:
        return []
    blocks, bookings = merged(busy.blocks), merged(busy.bookings)
    length, before, after = rules.duration * 60, rules.buffer_before * 60, rules.buffer_after * 60
    found: set[int] = set()
    for day, span in opening_spans(hours, earliest, latest):
        if rules.daily_cap is not None and busy.per_day.get(day, 0) >= rules.daily_cap:
            continue
        found.update(
            start
            for start in _grid(span, rules.step * 60, length, earliest, latest)
            if is_clear(start, start + length, blocks) and is_clear(start - before, start + length + after, bookings)
        )
    return [Slot(_instant(start), _instant(start + length)) for start in sorted(found)]


def opening_spans(hours: Hours, earliest: int, latest: int) -> Iterable[tuple[date, Span]]:
    """The opening spans of each date that can matter between two instants, with the date they belong to.

    A wall time that a clock change skips is the change itself; of one that it repeats, a span opens at the first and
    closes at the last reading (PEP 495: fold 0 and fold 1).
    """
    day = _instant(earliest).astimezone(hours.zone).date() - timedelta(days=1)
    last = _instant(latest).astimezone(hours.zone).date()
    while day <= last:
        for opens, closes in hours.of(day):
            begins, ends = wall_instants(day, opens, hours.zone)[0], wall_instants(day, closes, hours.zone)[1]
            if begins < ends:
                yield day, (begins, ends)
        day += timedelta(days=1)


def wall_instants(day: date, wall: time, zone: ZoneInfo) -> tuple[int, int]:
    """The first and last instant at which clocks in `zone` read `wall` on `day`; twice the change where none does."""
    first = datetime.combine(day, wall.replace(fold=0), zone)
    last = first.replace(fold=1)
    if first.timestamp() <= last.timestamp():
        return _seconds(first), _seconds(last)
    # In a gap fold 0 is read with the offset before the change and lies after it; fold 1 the other way round.
    span = range(_seconds(last), _seconds(first))
    change = span[
        bisect_left(span, True, key=lambda second: _instant(second).astimezone(zone).utcoffset() == last.utcoffset())
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


def is_clear(begin: int, end: int, taken: tuple[list[int], list[int]]) -> bool:
    """Whether [begin, end) meets none of the merged spans `taken`."""
    starts, ends = taken
    place = bisect_right(starts, begin)
    return (place == 0 or ends[place - 1] <= begin) and (place == len(starts) or starts[place] >= end)


def dates_of(starts: Iterable[datetime], zone: ZoneInfo) -> Counter[date]:
    """How many of these instants fall on each date in `zone`."""
    return Counter(start.astimezone(zone).date() for start in starts)


def _grid(span: Span, step: int, length: int, earliest: int, latest: int) -> range:
    begin, end = span
    first = begin + max(0, -(-(earliest - begin) // step)) * step
    return range(first, min(end - length, latest) + 1, step)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _ceil(moment: datetime) -> int:
    return -int(-moment.timestamp() // 1)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
