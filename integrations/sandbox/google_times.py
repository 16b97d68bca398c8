"""When events of the sandbox's calendars are: as Google reads what it is sent, and as it gives it back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.sandbox import store
from integrations.sandbox.google_account import CALENDAR_ZONE
from integrations.sandbox.google_refusal import Refusal


def span(event: store.Document, zone: str = CALENDAR_ZONE) -> tuple[datetime, datetime]:
    """Start and end as aware instants; an all-day event's days are those of the calendar's zone. Raises Refusal."""
    return instant(event.get("start") or {}, "start", zone), instant(event.get("end") or {}, "end", zone)


def check(event: store.Document, zone: str) -> None:
    """Raise Refusal where the times of an event make no sense."""
    for edge in ("start", "end"):
        if not event.get(edge):
            raise Refusal(400, "required", f"Missing {edge} time.")
    is_all_day = "date" in event["start"]
    if is_all_day != ("date" in event["end"]):
        raise Refusal(400, "invalid", "Start and end times must either both be date or both be dateTime.")
    starts_at, ends_at = span(event, zone)
    if ends_at < starts_at or (is_all_day and ends_at == starts_at):
        raise Refusal(400, "timeRangeEmpty", "The specified time range is empty.")


def instant(edge: store.Document, name: str, zone: str) -> datetime:
    """One edge as an instant. Raises Refusal."""
    if ("date" in edge) == ("dateTime" in edge):
        raise Refusal(400, "invalid", f"The {name} time needs either a date or a dateTime.")
    try:
        own_zone = ZoneInfo(edge.get("timeZone") or zone)
        if "date" in edge:
            day = date.fromisoformat(edge["date"])
            return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        at = datetime.fromisoformat(edge["dateTime"])
    except (ValueError, ZoneInfoNotFoundError):
        raise Refusal(400, "invalid", f"Invalid value for: {name}.") from None
    if at.tzinfo is None:
        if "timeZone" not in edge:
            raise Refusal(400, "required", f"Missing time zone definition for {name} time.")
        at = at.replace(tzinfo=own_zone)
    return at.astimezone(UTC)


def shown(edge: store.Document, zone: str) -> store.Document:
    """An edge as Google gives it back: whole seconds, at the calendar's own offset."""
    if "date" in edge:
        return {"date": edge["date"]}
    at = instant(edge, "time", zone).astimezone(ZoneInfo(zone)).replace(microsecond=0)
    text = at.isoformat()
    given = {"dateTime": f"{text[:-6]}Z" if at.utcoffset() == timedelta(0) else text}
    return given | {"timeZone": edge.get("timeZone") or zone}
