"""What Google does with events: its checks, its defaults, its tombstones. Documents are events as the API shows them.

Rules from the Calendar API reference ("Events: insert, patch, delete"). An event that is deleted stays, with status
`cancelled`: its id is never free again. Recurring events are not simulated.
"""

import re
import secrets
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from string import ascii_lowercase
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.sandbox import google_schema, store
from integrations.sandbox.google_account import ACCOUNT, CALENDAR_ZONE

KIND = "google_event"
EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
# Read-only in the reference: Google takes no notice of them in what it is sent.
READ_ONLY = frozenset({
    "kind", "etag", "htmlLink", "created", "updated", "creator", "organizer", "hangoutLink", "iCalUID", "locked",
})  # fmt: skip


class Refusal(Exception):
    """An error answer: HTTP status, Google's keyword, and a message."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message


NOT_FOUND = (404, "notFound", "Not Found")


def insert(body: Any, *, conference: bool) -> store.Document:
    """Add an event, under the caller's id if it brings one. Raises Refusal."""
    body = _checked(body)
    event_id = body.get("id") or uuid.uuid4().hex
    if not EVENT_ID.fullmatch(event_id):
        raise Refusal(400, "invalid", "Invalid resource id value.")
    event = _finished(_merged({"id": event_id} | _defaults(event_id), body), None, conference=conference)

    def add(existing: store.Document | None) -> store.Document:
        if existing is not None:
            raise Refusal(409, "duplicate", "The requested identifier already exists.")
        return event

    return store.update(KIND, event_id, add)


def patch(event_id: str, body: Any, *, conference: bool) -> store.Document:
    """Merge `body` into the event: null removes, lists are replaced. A deleted one can be revived. Raises Refusal."""
    body = _checked(body)
    body.pop("id", None)

    def change(existing: store.Document | None) -> store.Document:
        if existing is None:
            raise Refusal(*NOT_FOUND)
        conference_change = body.get("conferenceData", existing.get("conferenceData"))
        merged = _merged(existing, {name: value for name, value in body.items() if name != "conferenceData"})
        if conference_change is None:
            merged.pop("conferenceData", None)
        else:
            merged["conferenceData"] = conference_change
        return _finished(merged, existing, conference=conference)

    return store.update(KIND, event_id, change)


def get(event_id: str) -> store.Document:
    """The event, deleted or not. Raises Refusal for one that never was."""
    event = store.get(KIND, event_id)
    if event is None:
        raise Refusal(*NOT_FOUND)
    return event


def delete(event_id: str) -> None:
    """Leave a tombstone. Raises Refusal: 404 for one that never was, 410 for one that is deleted already."""

    def cancel(existing: store.Document | None) -> store.Document:
        if existing is None:
            raise Refusal(*NOT_FOUND)
        if existing["status"] == "cancelled":
            raise Refusal(410, "deleted", "Resource has been deleted")
        return existing | {"status": "cancelled"} | _stamps()

    store.update(KIND, event_id, cancel)


def span(event: store.Document) -> tuple[datetime, datetime]:
    """Start and end as aware instants; an all-day event's days are those of the calendar's zone."""
    return _instant(event["start"], "start"), _instant(event["end"], "end")


def _checked(body: Any) -> store.Document:
    problems = google_schema.event_problems(body)
    if problems:
        raise Refusal(400, "badRequest", f"Invalid JSON payload received: {'; '.join(problems)}.")
    if body.get("recurrence"):
        raise Refusal(400, "badRequest", "The sandbox does not expand recurring events.")
    return {name: value for name, value in body.items() if name not in READ_ONLY}


def _defaults(event_id: str) -> store.Document:
    owner = {"email": ACCOUNT, "self": True}
    return {
        "kind": "calendar#event",
        "status": "confirmed",
        "htmlLink": f"https://www.google.com/calendar/event?eid={event_id}",
        "created": _stamps()["updated"],
        "creator": owner,
        "organizer": owner,
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
    }


def _finished(event: store.Document, before: store.Document | None, *, conference: bool) -> store.Document:
    """The event as Google would store it. Raises Refusal where its times or its conference make no sense."""
    for edge in ("start", "end"):
        if not event.get(edge):
            raise Refusal(400, "required", f"Missing {edge} time.")
    if ("date" in event["start"]) != ("date" in event["end"]):
        raise Refusal(400, "invalid", "Start and end times must either both be date or both be dateTime.")
    starts_at, ends_at = span(event)
    if ends_at < starts_at or ("date" in event["start"] and ends_at == starts_at):
        raise Refusal(400, "timeRangeEmpty", "The specified time range is empty.")
    event = event | {edge: _shown(event[edge]) for edge in ("start", "end")} | _stamps()
    event = event | {"conferenceData": _conference(event, before, asked=conference), "attendees": _attendees(event)}
    links = [entry["uri"] for entry in (event["conferenceData"] or {}).get("entryPoints", [])]
    event["hangoutLink"] = links[0] if links else None
    return {name: value for name, value in event.items() if value is not None}


def _attendees(event: store.Document) -> list[store.Document] | None:
    """The guests; `self`, which is read-only, marks the one whose calendar this is."""
    guests = [{name: value for name, value in guest.items() if name != "self"} for guest in event.get("attendees", [])]
    return [guest | {"self": True} if guest.get("email") == ACCOUNT else guest for guest in guests] or None


def _conference(event: store.Document, before: store.Document | None, *, asked: bool) -> store.Document | None:
    """The conference of an event; with version 0 of conferenceData whatever was sent about it is ignored."""
    stands: store.Document | None = (before or {}).get("conferenceData")
    if not asked:
        return stands
    wanted: store.Document | None = event.get("conferenceData")
    if wanted is None or wanted == stands:
        return wanted
    request = wanted.get("createRequest") or {}
    if not request.get("requestId"):
        raise Refusal(400, "required", "Missing conference request id.")
    if request.get("conferenceSolutionKey", {}).get("type") != "hangoutsMeet":
        raise Refusal(400, "invalid", "Invalid conference type value.")
    if request["requestId"] == (stands or {}).get("createRequest", {}).get("requestId"):
        return stands  # "If an ID provided is the same as for the previous request, the request is ignored."
    return _meet(request)


def _meet(request: store.Document) -> store.Document:
    code = "-".join("".join(secrets.choice(ascii_lowercase) for _ in range(size)) for size in (3, 4, 3))
    return {
        "createRequest": request | {"status": {"statusCode": "success"}},
        "conferenceId": code,
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"},
        "entryPoints": [
            {"entryPointType": "video", "uri": f"https://meet.google.com/{code}", "label": f"meet.google.com/{code}"}
        ],
    }


def _merged(old: store.Document, new: store.Document) -> store.Document:
    result = dict(old)
    for name, value in new.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            result[name] = _merged(old.get(name) or {}, value)
        else:
            result[name] = value
    return result


def _instant(edge: store.Document, name: str) -> datetime:
    if ("date" in edge) == ("dateTime" in edge):
        raise Refusal(400, "invalid", f"The {name} time needs either a date or a dateTime.")
    try:
        zone = ZoneInfo(edge.get("timeZone") or CALENDAR_ZONE)
        if "date" in edge:
            day = date.fromisoformat(edge["date"])
            return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(CALENDAR_ZONE)).astimezone(UTC)
        at = datetime.fromisoformat(edge["dateTime"])
    except (ValueError, ZoneInfoNotFoundError):
        raise Refusal(400, "invalid", f"Invalid value for: {name}.") from None
    if at.tzinfo is None:
        if "timeZone" not in edge:
            raise Refusal(400, "required", f"Missing time zone definition for {name} time.")
        at = at.replace(tzinfo=zone)
    return at.astimezone(UTC)


def _shown(edge: store.Document) -> store.Document:
    """An edge as Google gives it back: whole seconds, at the calendar's own offset."""
    if "date" in edge:
        return {"date": edge["date"]}
    at = _instant(edge, "time").astimezone(ZoneInfo(CALENDAR_ZONE)).replace(microsecond=0)
    text = at.isoformat()
    shown = {"dateTime": f"{text[:-6]}Z" if at.utcoffset() == timedelta(0) else text}
    return shown | {"timeZone": edge.get("timeZone") or CALENDAR_ZONE}


def _stamps() -> store.Document:
    return {"updated": datetime.now(UTC).isoformat(timespec="milliseconds"), "etag": f'"{time.time_ns()}"'}
