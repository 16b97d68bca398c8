"""When events of the sandbox's calendars are: as Google reads what it is sent, and as it gives it back."""

from datetime import UTC, datetime, timedelta
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
        if "date" in edge:
            return _placed(edge["date"], zone)
        at = _placed(edge["dateTime"], edge.get("timeZone"))
    except (ValueError, ZoneInfoNotFoundError):
        raise Refusal(400, "invalid", f"Invalid value for: {name}.") from None
    if at.tzinfo is None:
        raise Refusal(400, "required", f"Missing time zone definition for {name} time.")
    return at


def _placed(text: str, zone: str | None) -> datetime:
    """A day's first moment, or a moment, in UTC; naive where it names no offset and there is no zone."""
    at = datetime.fromisoformat(text)
    own_zone = ZoneInfo(zone) if zone else None
    if at.tzinfo is None:
        if own_zone is None:
            return at
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
