"""Our sessions as Google's JSON: what is written when an event is made, and the little that is written to mend one.

A patch merges: whatever it does not name stays as the therapist has it, her reminders, colour, guests and place too.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.calendars.own_events import mark

EventBody = dict[str, Any]  # an event as Google's JSON has it


@dataclass(frozen=True)
class CalendarEvent:
    """What should stand in the calendar.

    `id` is ours: 5 to 1024 characters of `a-v0-9` (`uuid4().hex` fits), never used for two things in one calendar.
    `starts_at` and `ends_at` are aware; `time_zone` is the IANA name in which Google shows them. `booking_reference`
    travels as a private property, by which the calendar's own events can be told from personal ones.
    """

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    description: str
    wants_meet: bool
    booking_reference: str


def whole(event: CalendarEvent) -> EventBody:
    """The body of a new event."""
    body = _named(event) | {"id": event.id, "description": event.description}
    return body | ({"conferenceData": _meet_request(event.id)} if event.wants_meet else {})


def mending(event: CalendarEvent, stands: EventBody) -> EventBody:
    """The patch that brings an event that stands to what was asked, back from the dead if need be."""
    body = _named(event) | {"status": "confirmed"} | _conference_change(event, stands)
    for edge in ("start", "end"):
        body[edge]["date"] = None  # dragged to "all day" meanwhile, it holds a date
    if event.description not in (stands.get("description") or ""):  # else she may have written around it
        body["description"] = event.description
    return body


def meet_link(stands: EventBody) -> str:
    """The video address of an event, "" when it has none (yet)."""
    for entry in (stands.get("conferenceData") or {}).get("entryPoints", []):
        if entry.get("entryPointType") == "video":
            return str(entry.get("uri", ""))
    return str(stands.get("hangoutLink", ""))


def _named(event: CalendarEvent) -> EventBody:
    return {
        "summary": event.title,
        "start": _moment(event.starts_at, event.time_zone),
        "end": _moment(event.ends_at, event.time_zone),
    } | mark(event.id, event.booking_reference)


def _moment(at: datetime, time_zone: str) -> EventBody:
    return {"dateTime": at.isoformat(), "timeZone": time_zone}


def _meet_request(request_id: str) -> EventBody:
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def _conference_change(event: CalendarEvent, stands: EventBody) -> EventBody:
    """The part of a patch that makes the event's conference what was asked; empty where it is right as it is."""
    conference = stands.get("conferenceData") or {}
    if not event.wants_meet:
        return {"conferenceData": None} if conference else {}
    status = conference.get("createRequest", {}).get("status", {}).get("statusCode", "")
    if conference.get("entryPoints") or status == "pending":
        return {}
    # Google ignores a request id that it has seen. The etag changes with each version of the event, so that a second
    # attempt gets an id of its own while a repeat of this very request does not.
    version = "".join(character for character in stands.get("etag", "") if character.isalnum())
    return {"conferenceData": _meet_request(f"{event.id}-{version}")}
