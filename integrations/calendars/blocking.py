"""Which time a Google event blocks: one pure judge, for the live question and for the pull (R13, R14).

Facts come from Google's reference of the Calendar API (v3, "Events: resource representations") and from its guide
"Event types". An event arrives as the API's JSON, a recurring one as its single occurrences (`singleEvents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.calendars.edges import Edge, end_of_day, start_of_day, widest
from integrations.calendars.own_events import OwnEvent, is_ours, own_event
from integrations.calendars.texts import plain

# `eventType`: where somebody works and whose birthday it is says nothing of being busy. All others go by their
# `transparency`: default, fromGmail, focusTime, outOfOffice, and what Google may think of next.
NEVER_BLOCKING = {"workingLocation": "working location", "birthday": "birthday"}
Event = Mapping[str, Any]


@dataclass(frozen=True)
class BlockedSpan:
    """A span that a personal event blocks: aware instants (UTC), the last one exclusive.

    `calendar_id`, `event_id` and `instance` say which event it is, in each pull the same: `event_id` is that of the
    one occurrence where the event recurs, and `instance` then is "<id of the series>/<when it would have begun>", which
    stays when the occurrence is moved ("originalStartTime" in the reference); "" for an event that does not recur.
    `title` is private: for the therapist alone. It is "" where Google shows none.
    """

    starts_at: datetime
    ends_at: datetime
    event_id: str
    title: str
    calendar_id: str = ""
    instance: str = ""


@dataclass(frozen=True)
class Unreadable:
    """A personal event whose times could not be read as they should: `why` is a plain sentence, without the title.

    `is_blocking` says whether it takes away time nevertheless, with a margin; if not, nobody knows when it is.
    """

    calendar_id: str
    event_id: str
    title: str
    why: str
    is_blocking: bool


@dataclass(frozen=True)
class Judgement:
    """What one event comes to: at most one of a span and an event of ours; and what was wrong with it.

    `skipped` says in a word why it takes no time ("own" for ours); "" where it does, or where nobody knows when it is.
    """

    span: BlockedSpan | None = None
    own: OwnEvent | None = None
    unreadable: Unreadable | None = None
    skipped: str = ""


@dataclass(frozen=True)
class Calendar:
    """What the judge needs to know of the calendar in which an event lies: its id, and its own zone's IANA name."""

    id: str
    zone: str


def judge(event: object, calendar: Calendar, *, tentative_blocks: bool = True) -> Judgement:
    """What this event comes to. Never raises, whatever the event holds.

    Free are: `transparency` "transparent" (shown as available), `status` "cancelled" (deleted), an invitation that the
    calendar's owner declined, zero length; and, unless `tentative_blocks`, what is tentative by its `status` or by her
    own answer. `end` is exclusive. An event with a `date` takes whole days of the calendar's own zone.

    What cannot be read never silently leaves time free. An edge in a zone that nobody knows is taken at its widest
    (UTC+14 to UTC-12). With one edge missing or absurd the event blocks from or until the other, within that day. An
    end before the start blocks what lies between. Each of these is told as `unreadable`; with no edge at all nothing
    can be blocked, and that is told too.
    """
    if not isinstance(event, Mapping):
        return Judgement(unreadable=Unreadable(calendar.id, "", "", "sent something that is no event", False))
    if is_ours(event):
        return Judgement(own=own_event(event, calendar.id, calendar.zone), skipped="own")
    if skipped := _why_free(event, tentative_blocks):
        return Judgement(skipped=skipped)
    start, end = widest(event.get("start"), calendar.zone), widest(event.get("end"), calendar.zone)
    if start and end and start == end and start.is_exact:
        return Judgement(skipped="zero length")
    starts_at, ends_at, why = _times(start, end, calendar.zone)
    span = _span(event, calendar, starts_at, ends_at)
    if not why:
        return Judgement(span=span, skipped="" if span else "outside")
    title, event_id = _title(event), plain(event.get("id"))
    return Judgement(span=span, unreadable=Unreadable(calendar.id, event_id, title, why, is_blocking=span is not None))


def _why_free(event: Event, tentative_blocks: bool) -> str:
    """What makes it leave the time free, in a word; "" where nothing does."""
    answer, kind = _own_answer(event), str(event.get("eventType"))
    if event.get("status") == "cancelled":
        return "cancelled"
    if kind in NEVER_BLOCKING:
        return NEVER_BLOCKING[kind]
    if event.get("transparency") == "transparent":
        return "free"
    if answer == "declined":
        return "declined"
    if not tentative_blocks and "tentative" in (event.get("status"), answer):
        return "tentative"
    return ""


def _own_answer(event: Event) -> object:
    """`self` marks the guest whose calendar this is; what other guests answered is no matter."""
    guests = event.get("attendees")
    answers = [
        guest.get("responseStatus")
        for guest in (guests if isinstance(guests, list) else [])
        if isinstance(guest, Mapping) and guest.get("self") is True
    ]
    return answers[0] if answers else None


def _times(start: Edge | None, end: Edge | None, zone: str) -> tuple[datetime | None, datetime | None, str]:
    """From when to when, and what is wrong: "" where nothing is."""
    if start and end:
        if end.latest < start.earliest:
            return end.earliest, start.latest, "ends before it begins: what lies between is taken"
        if start.is_exact and end.is_exact:
            return start.earliest, end.latest, ""
        return start.earliest, end.latest, "is in a time zone that nobody knows: taken at its widest"
    if start:
        return start.earliest, end_of_day(start.latest, zone), "has no end that can be read: taken until midnight"
    if end:
        return start_of_day(end.earliest, zone), end.latest, "has no start that can be read: taken from midnight on"
    return None, None, "has neither a start nor an end that can be read, so it takes no time away"


def _span(event: Event, calendar: Calendar, starts_at: datetime | None, ends_at: datetime | None) -> BlockedSpan | None:
    if starts_at is None or ends_at is None or starts_at >= ends_at:  # both drawn in from beyond 1970 or 2199
        return None
    return BlockedSpan(
        starts_at, ends_at, plain(event.get("id")), _title(event), calendar_id=calendar.id, instance=_instance(event)
    )


def _title(event: Event) -> str:
    return plain(event.get("summary"))


def _instance(event: Event) -> str:
    series, original = event.get("recurringEventId"), event.get("originalStartTime")
    if not series:
        return ""
    if isinstance(original, Mapping) and original.get("date"):
        return plain(f"{series}/{original['date']}")
    at = widest(original, "UTC")  # in UTC, since Google writes it at whatever offset the calendar has just now
    return plain(f"{series}/{at.earliest:%Y-%m-%dT%H:%M:%SZ}" if at else f"{series}/")
