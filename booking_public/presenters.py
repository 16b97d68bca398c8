"""Domain values in the shapes and words that the templates of the booking flow expect."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from practice_admin.domain import wording
from practice_admin.domain.availability import Slot, instant
from practice_admin.models import SessionType

DAYS_A_PAGE = 7


def by_day(slots: Iterable[Slot], zone: ZoneInfo) -> list[tuple[date, list[tuple[datetime, datetime]]]]:
    """Begins and ends in `zone`'s own time by their day; only days that have any, in order."""
    local = ((slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)) for slot in slots)
    return [(day, list(of_day)) for day, of_day in groupby(local, key=lambda pair: pair[0].date())]


def slot_days(slots: Iterable[Slot], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Days as `components/slot_days.html` takes them."""
    return [
        {
            "heading": wording.day_text(day),
            "slots": [{"start_iso": begins.isoformat(), "label": f"{begins:%H:%M}"} for begins, _ in of_day],
        }
        for day, of_day in by_day(slots, zone)
    ]


def slots_json(session_type: SessionType, slots: Iterable[Slot], zone: ZoneInfo) -> str:
    """The answer of the slots address, as JSON text.

    Put together from texts that hold digits and signs alone, most of them known from the last time they were asked
    for: of the time such an answer takes, a third went into making dictionaries only to take them apart again.
    """
    days: dict[str, list[str]] = {}
    for begins, ends in slots:
        day, text = _slot_json(begins, ends, zone)
        days.setdefault(day, []).append(text)
    known = {
        "session_type": session_type.slug,
        "time_zone": zone.key,
        "duration_minutes": session_type.duration_minutes,
    }
    listed = ", ".join(f'{{"date": "{day}", "slots": [{", ".join(of_day)}]}}' for day, of_day in days.items())
    return f'{json.dumps(known)[:-1]}, "days": [{listed}]}}'


@lru_cache(maxsize=16_384)  # two months of one type are some 700
def _slot_json(begins: int, ends: int, zone: ZoneInfo) -> tuple[str, str]:
    """A slot's local date, and the slot as JSON."""
    start, end = (instant(seconds).astimezone(zone).isoformat() for seconds in (begins, ends))
    return start[:10], f'{{"start": "{start}", "end": "{end}"}}'


def nearest_views(slots: Iterable[Slot], zone: ZoneInfo) -> list[dict[str, str]]:
    """The nearest free times as buttons."""
    return [
        {"start_iso": iso(slot.starts_at, zone), "label": wording.short_text(slot.starts_at, zone)} for slot in slots
    ]


def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone that people use, by region."""
    regions = groupby(sorted(wording.known_zones()), key=lambda name: name.partition("/")[0])
    return [
        (region, [(name, name.partition("/")[2].replace("_", " ") or name) for name in names])
        for region, names in regions
    ]


def iso(moment: datetime, zone: ZoneInfo) -> str:
    """ISO 8601 with the offset of `zone` at that instant."""
    return moment.astimezone(zone).isoformat()


def window_of(first: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which `days` days from `first` begin and end in `zone`."""
    begin = datetime(first.year, first.month, first.day, tzinfo=zone)
    end = first + timedelta(days=days)
    return begin, datetime(end.year, end.month, end.day, tzinfo=zone)
