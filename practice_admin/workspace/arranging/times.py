"""The free times to choose among: the nearest to one, and those of seven days (R4)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone

from practice_admin.domain.availability import Slot
from practice_admin.domain.queries.diary import nearest_of, slots
from practice_admin.models import Booking, Practice, SessionType
from practice_admin.workspace import wording

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
NEAREST = 4


@dataclass(frozen=True)
class Time:
    """One free time. `their_text` is the client's clock, where it differs from hers."""

    starts_at: datetime
    their_text: str
    is_chosen: bool

    @property
    def their_clock(self) -> str:
        """The same without the name of the place, where that is said once for many."""
        return self.their_text.partition(" in ")[0]

    @property
    def value(self) -> str:
        """As the form sends it."""
        return self.starts_at.isoformat()


@dataclass(frozen=True)
class Times:
    """The nearest free times, and those of seven days by day; `earlier` and `later` are days with others, if any."""

    nearest: list[Time]
    days: list[tuple[date, list[Time]]]
    first: date
    earlier: date | None
    later: date | None

    @property
    def last(self) -> date:
        """The last of the seven days."""
        return self.first + A_WEEK - A_DAY

    @property
    def their_place(self) -> str:
        """Where the client's clock stands, where it differs from hers."""
        return next((one.their_text.partition(" in ")[2] for one in self.nearest), "")

    @property
    def is_chosen(self) -> bool:
        """Whether one of these is chosen already."""
        return any(one.is_chosen for one in [*self.nearest, *(one for _, times in self.days for one in times)])


@dataclass(frozen=True)
class Wish:
    """What a page is asked for: the times nearest to `near`, the days from `first` on, and what is chosen so far."""

    near: datetime
    first: date | None = None
    chosen: datetime | None = None


def free_times(
    session_type: SessionType, practice: Practice, *, wish: Wish, zone_name: str, now: datetime, moving: Booking | None
) -> Times:
    """What can be had now without passing over a rule, read once for as far ahead as the type is offered.

    The time that a booking has already is none to move it to, and the client's own limit ahead is left out of account,
    for her to pass over. Days are those of the zone in force; `zone_name` is the client's.
    """
    until = now + timedelta(days=session_type.horizon_days) + A_DAY
    found = slots(session_type, practice, window=(now, until), now=now, moving=moving)
    free = [slot for slot in found if moving is None or slot.starts_at != moving.starts_at]
    first = _first_day(wish, now, until)
    begins, ends = _midnight(first), _midnight(first + A_WEEK)
    near = nearest_of(free, to=wish.near, count=NEAREST)
    shown = [slot for slot in free if begins <= slot.starts_at < ends]
    is_near = any(slot.starts_at == wish.chosen for slot in near)  # a time is chosen once, though it stands twice

    def told(slot: Slot, *, is_chosen: bool) -> Time:
        starts_at = timezone.localtime(slot.starts_at)
        return Time(slot.starts_at, wording.their_time(starts_at, zone_name), is_chosen)

    return Times(
        nearest=[told(slot, is_chosen=slot.starts_at == wish.chosen) for slot in near],
        days=[
            (day, [told(slot, is_chosen=slot.starts_at == wish.chosen and not is_near) for slot in of_day])
            for day, of_day in groupby(shown, key=_day)
        ],
        first=first,
        earlier=_before(free, begins),
        later=next((_day(slot) for slot in free if slot.starts_at >= ends), None),
    )


def _first_day(wish: Wish, now: datetime, until: datetime) -> date:
    """The first of the days that are shown: as asked, within what can be offered at all."""
    today, last = timezone.localdate(now), timezone.localdate(until)
    return min(max(wish.first or timezone.localdate(wish.chosen or wish.near), today), last)


def _before(free: list[Slot], begins: datetime) -> date | None:
    """The day from which seven days lead up to those shown, or to the last free ones before them."""
    before = [slot for slot in free if slot.starts_at < begins]
    return min(_day(before[-1]), timezone.localdate(begins) - A_DAY) - A_WEEK + A_DAY if before else None


def _day(slot: Slot) -> date:
    return timezone.localdate(slot.starts_at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
