"""Lists of the Calendar API: which events or calendars are found, and page by page."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

from django.http import QueryDict

from integrations.sandbox import google_calendars, google_switches, google_times, store
from integrations.sandbox.google_refusal import Refusal

MOST_EVENTS, USUAL_EVENTS = 2500, 250
MOST_CALENDARS, USUAL_CALENDARS = 250, 100
T = TypeVar("T")


def events(asked: QueryDict, calendar: store.Document) -> store.Document:
    """One page of `events.list`, by start where asked, else in the order in which the events were made."""
    head: store.Document = {
        "kind": "calendar#events",
        "summary": calendar["summary"],
        "timeZone": asked.get("timeZone", calendar["timeZone"]),
        "accessRole": calendar["accessRole"],
    }
    page = _page(head, _found(asked, calendar), asked, usual=USUAL_EVENTS, most=MOST_EVENTS)
    page["items"] = [json.loads(text) for text in page["items"]]
    if "maxAttendees" in asked:
        page["items"] = [_of_few(event, _number(asked, "maxAttendees", 1, 10**6)) for event in page["items"]]
    return page


def calendars(asked: QueryDict) -> store.Document:
    """One page of `calendarList.list`."""
    found = google_calendars.listed(hidden=asked.get("showHidden") == "true")
    return _page({"kind": "calendar#calendarList"}, found, asked, usual=USUAL_CALENDARS, most=MOST_CALENDARS)


def _page(head: store.Document, found: Sequence[T], asked: QueryDict, *, usual: int, most: int) -> store.Document:
    size = _number(asked, "maxResults", usual, most)
    size = min(size, google_switches.switches().page_size or size)
    offset = _offset(asked)
    page = head | {"items": list(found[offset : offset + size])}
    if offset + size < len(found):
        page["nextPageToken"] = base64.urlsafe_b64encode(f"offset:{offset + size}".encode()).decode()
    return page


def _found(asked: QueryDict, calendar: store.Document) -> list[str]:
    """The events as they are written. `timeMin` bounds the end and `timeMax` the start, both exclusively."""
    by_start = asked.get("orderBy") == "startTime"
    if by_start and asked.get("singleEvents") != "true":
        raise Refusal(400, "badRequest", "The requested ordering is not available for the particular query.")
    time_min, time_max = _bound(asked, "timeMin"), _bound(asked, "timeMax")
    if time_min and time_max and time_max <= time_min:
        raise Refusal(400, "timeRangeEmpty", "The specified time range is empty.")
    properties = dict(text.partition("=")[::2] for text in asked.getlist("privateExtendedProperty"))
    zone = calendar["timeZone"]
    found = [
        text
        for text in store.texts(google_calendars.events_kind(calendar["id"]))
        if (not (seen := _glance(text, zone)).is_cancelled or asked.get("showDeleted") == "true")
        and (time_min is None or seen.ends_at > time_min)
        and (time_max is None or seen.starts_at < time_max)
        and (not properties or properties.items() <= _private(text).items())
    ]
    return sorted(found, key=lambda text: _glance(text, zone)[:2]) if by_start else found


class Glance(NamedTuple):
    """What it takes to find an event."""

    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool


@lru_cache(maxsize=20_000)
def _glance(text: str, zone: str) -> Glance:
    """An event without readable times, broken by hand, lies everywhere."""
    event = json.loads(text)
    try:
        starts_at, ends_at = google_times.span(event, zone)
    except Refusal:
        starts_at, ends_at = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return Glance(starts_at, ends_at, event["status"] == "cancelled")


def _private(text: str) -> dict[str, str]:
    properties: dict[str, str] = json.loads(text).get("extendedProperties", {}).get("private", {})
    return properties


def _of_few(event: store.Document, most: int) -> store.Document:
    """ "If there are more than the specified number of attendees, only the participant is returned." """
    guests = event.get("attendees", [])
    if len(guests) <= most:
        return event
    return event | {"attendees": [guest for guest in guests if guest.get("self")], "attendeesOmitted": True}


def _bound(asked: QueryDict, name: str) -> datetime | None:
    if name not in asked:
        return None
    try:
        at = datetime.fromisoformat(str(asked[name]))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:  # RFC 3339 with an offset is mandatory
        raise Refusal(400, "badRequest", f"Bad Request: {name}")
    return at


def _number(asked: QueryDict, name: str, usual: int, most: int) -> int:
    text = asked.get(name, str(usual))
    if not text.isdecimal() or int(text) < 1:
        raise Refusal(400, "invalidParameter", f"Invalid value for: {name}")
    return min(int(text), most)


def _offset(asked: QueryDict) -> int:
    if "pageToken" not in asked:
        return 0
    try:
        label, _, number = base64.urlsafe_b64decode(str(asked["pageToken"])).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        label = number = ""
    if label != "offset" or not number.isdecimal():
        raise Refusal(400, "invalid", "Invalid page token value.")
    return int(number)
