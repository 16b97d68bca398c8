"""The picker: a month, one day of it and that day's free times, in the visitor's zone; for booking and for moving."""

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.http import urlencode

from booking_public import presenters
from booking_public.reading import read_day, read_month, read_start
from practice_admin.domain import wording
from practice_admin.domain.availability import Slot
from practice_admin.models import SessionType

Window = tuple[datetime, datetime]
WEEKDAYS = list(calendar.day_name)


@dataclass(frozen=True)
class Address:
    """Where the picker stands: a path, and what its links keep of the query."""

    path: str
    kept: Mapping[str, str] = field(default_factory=dict)

    def asking(self, **wish: str) -> str:
        """The same page for another wish."""
        return f"{self.path}?{urlencode({**self.kept, **wish})}"


@dataclass(frozen=True)
class Time:
    """One free time of the day that is shown."""

    start_iso: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Day:
    """One day of the month; `url` is "" where nothing is free."""

    on: date
    count: int
    url: str
    is_chosen: bool
    is_today: bool

    @property
    def weekday(self) -> str:
        """Its name: "Tuesday"."""
        return f"{self.on:%A}"

    @property
    def rest(self) -> str:
        """What is to be heard after the number: "December, today, 5 free times"."""
        today = ", today" if self.is_today else ""
        return f"{self.on:%B}{today}, {_times_text(self.count)}"


@dataclass(frozen=True)
class Wish:
    """What the address asks for: an instant, a day or a month; whatever cannot be read is not asked for."""

    start: datetime | None
    day: date | None
    month: date | None


@dataclass(frozen=True)
class Picker:
    """What `components/picker.html` shows: `free` are the begins by day, in the visitor's zone, all in order."""

    free: dict[date, list[datetime]]
    wish: Wish
    zone: ZoneInfo
    today: date
    last_day: date
    address: Address

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is free as far ahead as can be booked."""
        return not self.free

    @cached_property
    def month(self) -> date:
        """The first of the month that is shown."""
        first_free = next(iter(self.free), self.today)
        asked = self.wish.day or self.wish.month or first_free
        return min(max(asked, self.today), self.last_day).replace(day=1)

    @cached_property
    def chosen(self) -> date | None:
        """The day whose times are shown: the one asked for, or the month's next that has any."""
        of_month = [day for day in self.free if day.replace(day=1) == self.month]
        near = self.wish.day or self.month
        return min(of_month, key=lambda day: (day < near, day), default=None)

    @cached_property
    def times(self) -> list[Time]:
        """The free times of the chosen day."""
        begins = self.free[self.chosen] if self.chosen else []
        # By the clock's count: where it reads one time twice, Python calls no two zones' datetimes equal (PEP 495).
        wished = self.wish.start.timestamp() if self.wish.start else None
        return [Time(one.isoformat(), presenters.time_label(one), one.timestamp() == wished) for one in begins]

    @cached_property
    def weeks(self) -> list[list[Day | None]]:
        """The month by weeks, Monday first, those that are over left out; None where a week is in another month."""
        weeks = calendar.Calendar().monthdatescalendar(self.month.year, self.month.month)
        ahead = [week for week in weeks if week[-1] >= self.today]
        return [[self._day(on) if on.month == self.month.month else None for on in week] for week in ahead]

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The names above the columns, short and in full."""
        return [(name[:3], name) for name in WEEKDAYS]

    @property
    def month_text(self) -> str:
        """The month that is shown."""
        return f"{self.month:%B %Y}"

    @property
    def earlier(self) -> tuple[str, str] | None:
        """The address and the name of the month before, where anything could be offered in it."""
        return self._month_link(self.month - timedelta(days=1))

    @property
    def later(self) -> tuple[str, str] | None:
        """The address and the name of the month after."""
        return self._month_link(self.month + timedelta(days=31))

    @property
    def day_text(self) -> str:
        """The chosen day in full; "" where there is none."""
        return wording.day_text(self.chosen) if self.chosen else ""

    @property
    def missed_text(self) -> str:
        """Said where the day that was asked for has nothing free, and another one is shown."""
        if self.wish.day is None or self.chosen in {None, self.wish.day}:
            return ""
        return f"Nothing is free on {wording.day_text(self.wish.day)}. These are the times of another day."

    @property
    def next_free(self) -> tuple[str, str] | None:
        """The address that chooses the very next free time, and how it is said."""
        return self._link_to(next(iter(self.free), None))

    @property
    def elsewhere(self) -> tuple[str, str] | None:
        """For a month without free times: the same for the first time after it, or else the next there is."""
        return self._link_to(next((day for day in self.free if day > self.month), next(iter(self.free), None)))

    @property
    def is_last(self) -> bool:
        """Whether nothing is free in this month or after it."""
        return max(self.free, default=self.month) <= self.month and self.chosen is None

    @property
    def zone_text(self) -> str:
        """The zone with its offset on the day that is shown; a month may have two."""
        shown = self.free[self.chosen][0] if self.chosen else presenters.midnight(self.month, self.zone)
        return wording.zone_text(self.zone, shown)

    @property
    def zones(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The zones to choose from."""
        return presenters.zone_choices()

    @property
    def kept(self) -> dict[str, str]:
        """What the form that changes the zone takes along."""
        return {**self.address.kept, **self._wish_in_words()}

    @property
    def said(self) -> str:
        """What is announced when another part is shown."""
        if self.chosen is None:
            return f"No free times in {self.month_text}, {self.zone_text}."
        picked = [f" {time.label} is chosen." for time in self.times if time.is_chosen]
        return f"{self.day_text}: {_times_text(len(self.times))}, {self.zone_text}.{''.join(picked)}"

    def _wish_in_words(self) -> dict[str, str]:
        if any(time.is_chosen for time in self.times) and self.wish.start:
            return {"start": self.wish.start.isoformat()}
        return {"day": self.chosen.isoformat()} if self.chosen else {"month": f"{self.month:%Y-%m}"}

    def _asking(self, **wish: str) -> str:
        return self.address.asking(**wish, tz=self.zone.key)

    def _day(self, on: date) -> Day:
        count = len(self.free.get(on, ()))
        url = self._asking(day=on.isoformat()) if count else ""
        return Day(on, count, url, is_chosen=on == self.chosen, is_today=on == self.today)

    def _month_link(self, within: date) -> tuple[str, str] | None:
        if not self.today.replace(day=1) <= within.replace(day=1) <= self.last_day:
            return None
        return self._asking(month=f"{within:%Y-%m}"), f"{within:%B %Y}"

    def _link_to(self, day: date | None) -> tuple[str, str] | None:
        if day is None:
            return None
        begins = self.free[day][0]
        return self._asking(start=begins.isoformat()), wording.short_text(begins, self.zone)


def make_picker(
    asked: QueryDict,
    *,
    session_type: SessionType,
    zone: ZoneInfo,
    now: datetime,
    address: Address,
    find: Callable[[Window], list[Slot]],
) -> Picker:
    """The picker for what an address asks (`start`, `day` or `from`, `month`), all of it optional.

    `find` gives the free slots of a window; it is asked once, for as far ahead as the type can be booked, so that the
    month, the next free time and the months without any come out of one answer.
    """
    last = now + timedelta(days=session_type.horizon_days)
    return Picker(
        free=presenters.begins_by_day(find((now, last + timedelta(days=1))), zone),
        wish=_read_wish(asked, zone),
        zone=zone,
        today=now.astimezone(zone).date(),
        last_day=last.astimezone(zone).date(),
        address=address,
    )


def _read_wish(asked: QueryDict, zone: ZoneInfo) -> Wish:
    start = read_start(asked.get("start", ""))
    day = start.astimezone(zone).date() if start else read_day(asked.get("day", "")) or read_day(asked.get("from", ""))
    return Wish(start, day, read_month(asked.get("month", "")))


def _times_text(count: int) -> str:
    return "1 free time" if count == 1 else f"{count} free times"
