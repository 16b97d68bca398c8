"""Domain values in the shapes and words that the templates of the booking flow expect."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from practice_admin.domain import wording
from practice_admin.domain.availability import Slot, instant
from practice_admin.models import SessionType


def begins_by_day(slots: Iterable[Slot], zone: ZoneInfo) -> dict[date, list[datetime]]:
    """The begins in `zone`'s own time by their day; only days that have any, in order."""
    days: dict[date, list[datetime]] = {}
    for slot in slots:
        local = slot.starts_at.astimezone(zone)
        days.setdefault(local.date(), []).append(local)
    return days


def time_label(local: datetime) -> str:
    """A time of day; with its offset where the clock reads it twice that day."""
    again = local.replace(fold=1 - local.fold)
    if again.utcoffset() == local.utcoffset():
        return f"{local:%H:%M}"
    offset = local.isoformat()[-6:].replace("-", "−")
    return f"{local:%H:%M} UTC{offset}"


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


@lru_cache(maxsize=1)
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


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in `zone`."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def window_of(first: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which `days` days from `first` begin and end in `zone`."""
    return midnight(first, zone), midnight(first + timedelta(days=days), zone)
