"""How times and places are said, the same on every page and in every mail (R20)."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from practice_admin.models import Place, SessionType

PLACES = {
    Place.MEET: "By video, on Google Meet",
    Place.PHONE: "By telephone",
    Place.ROOM: "In the practice room",
}


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """The names in the zone database that people use: Area/City and UTC."""
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")) | {"UTC"}


def zone_or(name: str, fallback: str) -> ZoneInfo:
    """The zone called `name`, or the fallback where nobody knows it."""
    return ZoneInfo(name if name in known_zones() else fallback)


def zone_text(zone: ZoneInfo, at: datetime) -> str:
    """A zone as people read it, with its offset at that instant: "Lisbon time (UTC+1)"."""
    offset = at.astimezone(zone).strftime("%z")
    hours, minutes = int(offset[1:3]), offset[3:5]
    told = f"{offset[0]}{hours}" + (f":{minutes}" if minutes != "00" else "") if hours or minutes != "00" else ""
    city = zone.key.rpartition("/")[2].replace("_", " ")
    return f"{city} time (UTC{told})" if zone.key != "UTC" else "UTC"


def day_text(day: date) -> str:
    """A day in full: "Tuesday 1 December"."""
    return f"{day:%A} {day.day} {day:%B}"


def short_text(moment: datetime, zone: ZoneInfo) -> str:
    """A time in a list: "Tue 1 Dec, 10:00"."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def when_text(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """A session's time in full: "Tuesday 1 December 2026, 10:00 to 10:20"."""
    begins, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    return f"{day_text(begins)} {begins.year}, {begins:%H:%M} to {ends:%H:%M}"


def place_text(session_type: SessionType) -> str:
    """Where it is held, in words."""
    return PLACES[Place(session_type.place)]
