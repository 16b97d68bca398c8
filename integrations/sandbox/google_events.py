"""What Google does with events: its checks, its defaults, its tombstones. Documents are events as the API shows them.

Rules from the Calendar API reference ("Events: insert, patch, delete"). An event that is deleted stays, with status
`cancelled`: its id is never free again. Recurring events are known by their occurrences alone, which are laid by hand.
"""

import re
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from integrations.sandbox import google_calendars, google_conferences, google_schema, google_times, store
from integrations.sandbox.google_account import ACCOUNT
from integrations.sandbox.google_refusal import NOT_FOUND, Refusal
from integrations.sandbox.google_times import span

__all__ = ["KIND", "as_laid", "delete", "get", "insert", "lay", "patch", "span"]

KIND = google_calendars.events_kind(ACCOUNT)
EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
# Read-only in the reference: Google takes no notice of them in what it is sent.
READ_ONLY = frozenset({
    "kind", "etag", "htmlLink", "created", "updated", "creator", "organizer", "hangoutLink", "iCalUID", "locked",
    "recurringEventId", "originalStartTime",
})  # fmt: skip
IMMUTABLE = frozenset({"id", "eventType"})  # "This cannot be modified after the event is created."


def insert(body: Any, *, conference: bool, calendar: str = ACCOUNT) -> store.Document:
    """Add an event, under the caller's id if it brings one. Raises Refusal."""
    body = _checked(body)
    event_id = body.get("id") or uuid.uuid4().hex
    if not EVENT_ID.fullmatch(event_id):
        raise Refusal(400, "invalid", "Invalid resource id value.")
    new = _merged({"id": event_id} | _defaults(event_id), body)
    event = _finished(new, None, calendar, conference=conference)

    def add(existing: store.Document | None) -> store.Document:
        if existing is not None:
            raise Refusal(409, "duplicate", "The requested identifier already exists.")
        return event

    return store.update(google_calendars.events_kind(calendar), event_id, add)


def lay(body: store.Document, calendar: str = ACCOUNT) -> store.Document:
    """Put an event there as it is, whatever the API would say of it: an occurrence, or one that is broken."""
    event = as_laid(body, calendar)
    store.put(google_calendars.events_kind(calendar), body["id"], event)
    return event


def as_laid(body: store.Document, calendar: str = ACCOUNT) -> store.Document:
    """The event as Google would show it, and where its times make no sense as they were given."""
    event = _merged(_defaults(body["id"]), body) | _stamps()
    for edge in ("start", "end", "originalStartTime"):
        with suppress(Refusal):
            event |= {edge: google_times.shown(event.get(edge) or {}, google_calendars.ENTRIES[calendar]["timeZone"])}
    return event


def patch(event_id: str, body: Any, *, conference: bool, calendar: str = ACCOUNT) -> store.Document:
    """Merge `body` into the event: null removes, lists are replaced. A deleted one can be revived. Raises Refusal."""
    body = {name: value for name, value in _checked(body).items() if name not in IMMUTABLE}

    def change(existing: store.Document | None) -> store.Document:
        if existing is None:
            raise Refusal(*NOT_FOUND)
        conference_change = body.get("conferenceData", existing.get("conferenceData"))
        merged = _merged(existing, {name: value for name, value in body.items() if name != "conferenceData"})
        if conference_change is None:
            merged.pop("conferenceData", None)
        else:
            merged["conferenceData"] = conference_change
        return _finished(merged, existing, calendar, conference=conference)

    return store.update(google_calendars.events_kind(calendar), event_id, change)


def get(event_id: str, calendar: str = ACCOUNT) -> store.Document:
    """The event, deleted or not. Raises Refusal for one that never was."""
    event = store.get(google_calendars.events_kind(calendar), event_id)
    if event is None:
        raise Refusal(*NOT_FOUND)
    return event


def delete(event_id: str, calendar: str = ACCOUNT) -> None:
    """Leave a tombstone. Raises Refusal: 404 for one that never was, 410 for one that is deleted already."""

    def cancel(existing: store.Document | None) -> store.Document:
        if existing is None:
            raise Refusal(*NOT_FOUND)
        if existing["status"] == "cancelled":
            raise Refusal(410, "deleted", "Resource has been deleted")
        return existing | {"status": "cancelled"} | _stamps()

    store.update(google_calendars.events_kind(calendar), event_id, cancel)


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


def _finished(
    event: store.Document, before: store.Document | None, calendar: str, *, conference: bool
) -> store.Document:
    """The event as Google would store it. Raises Refusal where its times or its conference make no sense."""
    zone = google_calendars.ENTRIES[calendar]["timeZone"]
    google_times.check(event, zone)
    made = google_conferences.conference(event, before, asked=conference)
    event = event | {edge: google_times.shown(event[edge], zone) for edge in ("start", "end")} | _stamps()
    event = event | {
        "conferenceData": made,
        "hangoutLink": google_conferences.link(made),
        "attendees": _attendees(event),
    }
    return {name: value for name, value in event.items() if value is not None}


def _attendees(event: store.Document) -> list[store.Document] | None:
    """The guests; `self`, which is read-only, marks the one whose calendar this is."""
    guests = [{name: value for name, value in guest.items() if name != "self"} for guest in event.get("attendees", [])]
    return [guest | {"self": True} if guest.get("email") == ACCOUNT else guest for guest in guests] or None


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


def _stamps() -> store.Document:
    return {"updated": datetime.now(UTC).isoformat(timespec="milliseconds"), "etag": f'"{time.time_ns()}"'}
