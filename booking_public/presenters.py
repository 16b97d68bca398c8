"""Domain values in the shapes and words that the templates of the booking flow expect."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from clients.models import Client
from practice_admin.domain import wording
from practice_admin.domain.availability import Slot
from practice_admin.domain.diary import is_open_to, why_locked
from practice_admin.domain.money import price_text
from practice_admin.models import SessionType

DAYS_A_PAGE = 7


def type_view(session_type: SessionType, client: Client | None) -> dict[str, Any]:
    """A session type as `components/session_type_card.html` takes it."""
    is_open = is_open_to(client, session_type)
    return {
        "name": session_type.name,
        "words": session_type.words,
        "duration_minutes": session_type.duration_minutes,
        "price_text": price_text(session_type.price_minor, session_type.currency),
        "place_text": wording.place_text(session_type),
        "url": reverse("booking_public:choose_time", args=[session_type.slug]),
        "is_open": is_open,
        "locked_reason": "" if is_open else why_locked(client, session_type),
    }


def types_views(client: Client | None) -> dict[str, list[dict[str, Any]]]:
    """The types that are shown, as `open_types` and `locked_types` for this person (None: nobody signed in)."""
    views = [type_view(session_type, client) for session_type in SessionType.objects.filter(is_shown=True)]
    return {
        "open_types": [view for view in views if view["is_open"]],
        "locked_types": [view for view in views if not view["is_open"]],
    }


def by_day(slots: Iterable[Slot], zone: ZoneInfo) -> list[tuple[date, list[Slot]]]:
    """Slots by their day in `zone`; only days that have any, in order."""
    days = groupby(slots, key=lambda slot: slot.starts_at.astimezone(zone).date())
    return [(day, list(of_day)) for day, of_day in days]


def slot_days(slots: Iterable[Slot], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Days as `components/slot_days.html` takes them."""
    return [
        {
            "heading": wording.day_text(day),
            "slots": [
                {"start_iso": iso(slot.starts_at, zone), "label": f"{slot.starts_at.astimezone(zone):%H:%M}"}
                for slot in of_day
            ],
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
            {
                "date": day.isoformat(),
                "slots": [{"start": iso(slot.starts_at, zone), "end": iso(slot.ends_at, zone)} for slot in of_day],
            }
            for day, of_day in by_day(slots, zone)
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
