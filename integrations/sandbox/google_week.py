"""A week of the sandbox's calendar, as its little page shows it."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from integrations.sandbox import google_account, google_events, store

ZONE = ZoneInfo(google_account.CALENDAR_ZONE)


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
    def when(self) -> str:
        """The span in words: `10:00 to 10:50`, with the day of the end where it is another."""
        if self.is_all_day:
            last = self.ends_at.date() - dt.timedelta(days=1)
            return "All day" if last <= self.starts_at.date() else f"All day, {self.starts_at:%-d %b} to {last:%-d %b}"
        end = (
            f"{self.ends_at:%H:%M}" if self.ends_at.date() == self.starts_at.date() else f"{self.ends_at:%-d %b %H:%M}"
        )
        return f"{self.starts_at:%H:%M} to {end}"


def monday_of(text: str) -> dt.date:
    """The Monday of the week in which the day `YYYY-MM-DD` lies; of this week where `text` is no day."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.datetime.now(ZONE).date()
    return day - dt.timedelta(days=day.weekday())


def days_of(monday: dt.date) -> list[tuple[dt.date, list[Entry]]]:
    """The days of the week that hold something, each with its entries by start."""
    start = dt.datetime.combine(monday, dt.time(), ZONE)
    end = dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(), ZONE)
    entries = [_entry(event) for event in store.all(google_events.KIND).values() if event["status"] != "cancelled"]
    within = [entry for entry in entries if entry.ends_at > start and entry.starts_at < end]
    within.sort(key=lambda entry: (entry.starts_at, entry.ends_at))
    return [(day, list(found)) for day, found in groupby(within, key=lambda entry: max(entry.starts_at, start).date())]


def _entry(event: store.Document) -> Entry:
    starts_at, ends_at = (at.astimezone(ZONE) for at in google_events.span(event))
    return Entry(
        id=event["id"],
        title=event.get("summary") or "(no title)",
        starts_at=starts_at,
        ends_at=ends_at,
        is_all_day="date" in event["start"],
        shown_as=_shown_as(event),
        is_pushed=bool(event.get("extendedProperties", {}).get("private")),
        meet_link=event.get("hangoutLink", ""),
        description=event.get("description", ""),
    )


def _shown_as(event: store.Document) -> str:
    answers = {guest.get("responseStatus") for guest in event.get("attendees", []) if guest.get("self")}
    if "declined" in answers:
        return "Declined"
    return "Free" if event.get("transparency") == "transparent" else "Busy"
