"""Domain values in the shapes and words that the templates of the booking flow expect."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from practice_admin.domain import wording
from practice_admin.domain.availability import Slot
from practice_admin.domain.local_time import slots_by_day
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


def slots_json(session_type: SessionType, slots: Iterable[Slot], zone: ZoneInfo) -> dict[str, Any]:
    """The answer of the slots address."""
    return {
        "session_type": session_type.slug,
        "time_zone": zone.key,
        "duration_minutes": session_type.duration_minutes,
        "days": [
            {"date": day, "slots": [{"start": begins, "end": ends} for begins, ends in of_day]}
            for day, of_day in slots_by_day(slots, zone).items()
        ],
    }


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
