"""When a Google event begins or ends: one edge of it (`EventDateTime` in Google's reference), read with care."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Beyond these nothing is booked, and neither PostgreSQL nor a conversion to another zone can be upset by a year 1.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# The zones in use reach from UTC+14 (Kiritimati) to UTC-12 (Baker Island): a moment of a clock in a zone that nobody
# knows lies somewhere between.
EASTMOST, WESTMOST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


@dataclass(frozen=True)
class Edge:
    """Between which two instants (UTC) an edge lies; they are the same but where the zone is one that nobody knows."""

    earliest: datetime
    latest: datetime

    @property
    def is_exact(self) -> bool:
        return self.earliest == self.latest


def widest(edge: object, calendar_zone: str) -> Edge | None:
    """Where the edge lies, at its widest; None for one that is missing or makes no sense. Never raises.

    A `date` is the first moment of that day in the calendar's own zone, whatever zone the edge itself names; a
    `dateTime` goes by its offset, or else by its `timeZone`, or else by the calendar's. What lies before 1970 or after
    2199 is drawn in.
    """
    if not isinstance(edge, Mapping):
        return None
    try:
        if edge.get("date"):
            return _placed(datetime.combine(date.fromisoformat(edge["date"]), time()), calendar_zone)
        at = datetime.fromisoformat(edge["dateTime"])
    except (KeyError, TypeError, ValueError):
        return None
    if at.tzinfo is None:
        return _placed(at, edge.get("timeZone") or calendar_zone)
    return Edge(_drawn_in(at), _drawn_in(at))


def end_of_day(at: datetime, calendar_zone: str) -> datetime:
    """The midnight after an instant, by the calendar's zone; a day and a half later where that is unknown."""
    zone = zone_of(calendar_zone)
    if zone is None:
        return at + timedelta(hours=36)
    return _drawn_in(datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), zone))


def start_of_day(at: datetime, calendar_zone: str) -> datetime:
    """The midnight before an instant, by the calendar's zone; a day and a half earlier where that is unknown."""
    zone = zone_of(calendar_zone)
    if zone is None:
        return at - timedelta(hours=36)
    last = at - timedelta(microseconds=1)  # before a midnight lies the whole day before it
    return _drawn_in(datetime.combine(last.astimezone(zone).date(), time(), zone))


def zone_of(name: object) -> tzinfo | None:
    """The zone of an IANA name; None for one that nobody knows."""
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):  # an unknown name is a KeyError, a folder's an OSError, a path a ValueError
        return None


def _placed(wall: datetime, zone_name: object) -> Edge:
    zone = zone_of(zone_name)
    if zone is None:
        return Edge(_drawn_in(wall.replace(tzinfo=EASTMOST)), _drawn_in(wall.replace(tzinfo=WESTMOST)))
    at = _drawn_in(wall.replace(tzinfo=zone))
    return Edge(at, at)


def _drawn_in(at: datetime) -> datetime:
    try:
        return min(max(at.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:  # within a day of the first year or the last
        return EARLIEST if at.year < 1970 else LATEST
