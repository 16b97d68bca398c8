"""A week of one of the sandbox's calendars, as its little page shows it."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from integrations.calendars.own_events import is_ours
from integrations.sandbox import google_calendars, google_events, store
from integrations.sandbox.google_forms import KINDS
from integrations.sandbox.google_refusal import Refusal

ANSWERS = {
    "declined": "declined",
    "tentative": "perhaps",
    "needsAction": "needsAction",
    "accepted": "accepted",
}


@dataclass(frozen=True)
class Entry:
    """An event as the page shows it; moments are in the calendar's zone."""

    id: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_all_day: bool
    shown_as: str
    is_pushed: bool  # put there by the practice, not by hand
    meet_link: str
    description: str

    @property
    def wall(self) -> str:
        """The start as a form's field takes it."""
        return f"{self.starts_at:%Y-%m-%dT%H:%M}"

    @property
    def when(self) -> str:
        """The span in words: `10:00 to 10:50`, with the day of the end where it is another."""
        if self.is_all_day:
            last = self.ends_at.date() - dt.timedelta(days=1)
            return "All day" if last <= self.starts_at.date() else f"All day, {self.starts_at:%-d %b} to {last:%-d %b}"
        end = (
            f"{self.ends_at:%H:%M}" if self.ends_at.date() == self.starts_at.date() else f"{self.ends_at:%-d %b %H:%M}"
        )
        return f"{self.starts_at:%H:%M} to {end}"


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday: those that hold something, and, whatever the week, what has no readable times."""

    days: list[tuple[dt.date, list[Entry]]]
    broken: list[tuple[str, str]]  # id and title


def monday_of(text: str, zone: ZoneInfo) -> dt.date:
    """The Monday of the week in which the day `YYYY-MM-DD` lies; of this week where `text` is no day."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.datetime.now(zone).date()
    return day - dt.timedelta(days=day.weekday())


def week_of(calendar: store.Document, monday: dt.date) -> Week:
    """What stands in the week, each day's entries by start."""
    zone = ZoneInfo(calendar["timeZone"])
    start = dt.datetime.combine(monday, dt.time(), zone)
    end = dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(), zone)
    within, broken = [], []
    for event in store.all(google_calendars.events_kind(calendar["id"])).values():
        if event["status"] == "cancelled":
            continue
        try:
            starts_at, ends_at = google_events.span(event, zone.key)
        except Refusal:
            broken.append((event["id"], _title(event)))
            continue
        if ends_at > start and starts_at < end:
            within.append(_entry(event, starts_at.astimezone(zone), ends_at.astimezone(zone)))
    within.sort(key=lambda entry: (entry.starts_at, entry.ends_at))
    by_day = groupby(within, key=lambda entry: max(entry.starts_at, start).date())
    return Week([(day, list(found)) for day, found in by_day], broken)


def _entry(event: store.Document, starts_at: dt.datetime, ends_at: dt.datetime) -> Entry:
    return Entry(
        id=event["id"],
        title=_title(event),
        starts_at=starts_at,
        ends_at=ends_at,
        is_all_day="date" in event["start"],
        shown_as=_shown_as(event),
        is_pushed=is_ours(event),
        meet_link=event.get("hangoutLink", ""),
        description=event.get("description", ""),
    )


def _title(event: store.Document) -> str:
    return event.get("summary") or "(no title)"


def _shown_as(event: store.Document) -> str:
    answers = [ANSWERS.get(guest["responseStatus"], "") for guest in event.get("attendees", []) if guest.get("self")]
    if event.get("eventType", "default") in KINDS:
        kind = event["eventType"]
    elif answers and answers[0]:
        kind = answers[0]
    elif event["status"] == "tentative":
        kind = "tentative"
    elif event.get("visibility") == "private":
        kind = "private"
    else:
        kind = event.get("transparency", "opaque")
    return KINDS[kind][0]
