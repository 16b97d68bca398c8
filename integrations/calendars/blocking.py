"""Which time a Google event blocks: one pure judge, for the live question and for the pull (R13, R14).

Facts come from Google's reference of the Calendar API (v3, "Events: resource representations") and from its guide
"Event types". An event arrives as the API's JSON, a recurring one as its single occurrences (`singleEvents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

BOOKING_PROPERTY = "booking"  # the private property that our own events carry
# `eventType`: where somebody works and whose birthday it is says nothing of being busy. All others go by their
# `transparency`: default, fromGmail, focusTime, outOfOffice.
NEVER_BLOCKING = ("workingLocation", "birthday")
Event = Mapping[str, Any]


@dataclass(frozen=True)
class BlockedSpan:
    """A span that a personal event blocks: aware instants (UTC), the last one exclusive.

    `event_id` is that of the one occurrence where the event recurs. `title` is private: for the therapist alone.
    """

    starts_at: datetime
    ends_at: datetime
    event_id: str
    title: str


def blocked_span(event: Event, calendar_zone: str) -> BlockedSpan | None:
    """What this event blocks; None for what leaves the time free, and for what has no sensible times.

    Free are: `transparency` "transparent" (shown as available), `status` "cancelled" (deleted; "tentative" blocks),
    an invitation that the calendar's owner declined, our own events, and zero length. `end` is exclusive. An event
    with a `date` takes whole days of the calendar's own zone, whatever zone it names itself; one with a `dateTime`
    goes by its offset, or else by its `timeZone`, or else by the calendar's. Never raises, whatever the event holds.
    """
    if not _blocks(event):
        return None
    starts_at, ends_at = _instant(event.get("start"), calendar_zone), _instant(event.get("end"), calendar_zone)
    if starts_at is None or ends_at is None or starts_at >= ends_at:
        return None
    return BlockedSpan(starts_at, ends_at, event_id=str(event.get("id", "")), title=str(event.get("summary") or ""))


def _blocks(event: Event) -> bool:
    return not (
        event.get("transparency") == "transparent"
        or event.get("status") == "cancelled"
        or event.get("eventType") in NEVER_BLOCKING
        or _is_ours(event)
        or _is_declined(event)
    )


def _is_ours(event: Event) -> bool:
    """Private properties belong to this calendar's copy of an event: a guest of hers does not bring one along."""
    properties = event.get("extendedProperties")
    private = properties.get("private") if isinstance(properties, Mapping) else None
    return isinstance(private, Mapping) and BOOKING_PROPERTY in private


def _is_declined(event: Event) -> bool:
    """`self` marks the guest whose calendar this is; what other guests answered is no matter."""
    guests = event.get("attendees")
    return isinstance(guests, list) and any(
        guest.get("self") is True and guest.get("responseStatus") == "declined"
        for guest in guests
        if isinstance(guest, Mapping)
    )


def _instant(edge: object, calendar_zone: str) -> datetime | None:
    """The instant of a `start` or an `end`; None for one that is missing or absurd."""
    if not isinstance(edge, Mapping):
        return None
    try:
        if edge.get("date"):
            return datetime.combine(date.fromisoformat(edge["date"]), time(), ZoneInfo(calendar_zone)).astimezone(UTC)
        at = datetime.fromisoformat(edge["dateTime"])
        if at.tzinfo is None:
            at = at.replace(tzinfo=ZoneInfo(edge.get("timeZone") or calendar_zone))
        return at.astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):  # an unknown zone is a KeyError, or an OSError
        return None
