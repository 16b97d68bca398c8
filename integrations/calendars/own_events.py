"""Our own events in her calendar: the mark that they carry, and what is read of them (R13).

The mark is two private extended properties, which belong to this calendar's copy of an event alone ("Extended
properties" in Google's guides): the booking, and the event's own id. A copy that she makes of such an event may bring
the properties along, yet has an id of its own, so that it counts as hers and blocks its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.calendars.edges import widest
from integrations.calendars.texts import plain

BOOKING_PROPERTY, EVENT_PROPERTY = "threshold_booking", "threshold_event"
EventBody = Mapping[str, Any]  # an event as Google's JSON has it


@dataclass(frozen=True)
class OwnEvent:
    """One of our events as it stands in Google now: aware instants (UTC), the last one exclusive.

    A deleted one stands as `is_cancelled` for as long as Google remembers it. The times are None where Google tells
    none, as it may of a deleted event; those of an all-day event are days of the calendar's own zone. `meet_link` is ""
    without a conference, or while Google is still making it.
    """

    calendar_id: str
    id: str
    booking_reference: str
    is_cancelled: bool
    is_all_day: bool
    starts_at: datetime | None
    ends_at: datetime | None
    meet_link: str


def mark(event_id: str, booking_reference: str) -> dict[str, Any]:
    """The part of an event's body that makes it ours."""
    return {"extendedProperties": {"private": {BOOKING_PROPERTY: booking_reference, EVENT_PROPERTY: event_id}}}


def is_ours(event: EventBody) -> bool:
    """Whether the event is one that this site put there. Never raises, whatever the event holds."""
    private = _private(event)
    return BOOKING_PROPERTY in private and "id" in event and private.get(EVENT_PROPERTY) == event["id"]


def own_event(event: EventBody, calendar_id: str, calendar_zone: str) -> OwnEvent:
    """What is read of one of ours. Never raises, whatever the event holds."""
    start, end = event.get("start"), event.get("end")
    starts, ends = widest(start, calendar_zone), widest(end, calendar_zone)
    return OwnEvent(
        calendar_id=calendar_id,
        id=plain(event.get("id")),
        booking_reference=plain(_private(event).get(BOOKING_PROPERTY)),
        is_cancelled=event.get("status") == "cancelled",
        is_all_day=isinstance(start, Mapping) and bool(start.get("date")),
        starts_at=starts.earliest if starts else None,
        ends_at=ends.latest if ends else None,
        meet_link=plain(event.get("hangoutLink")),
    )


def _private(event: EventBody) -> Mapping[str, Any]:
    properties = event.get("extendedProperties")
    private = properties.get("private") if isinstance(properties, Mapping) else None
    return private if isinstance(private, Mapping) else {}
