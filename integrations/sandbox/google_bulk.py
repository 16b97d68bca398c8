"""Thousands of events at once, to see what becomes of a calendar that is as full as some are."""

import datetime as dt
from zoneinfo import ZoneInfo

from integrations.sandbox import google_calendars, google_events, store

MANY = 5000
START = "bulk"  # of their ids
NIGHT = [dt.time(hour, minute) for hour in (21, 22, 23, *range(7)) for minute in (0, 15, 30, 45)]


def fill(calendar: str, *, today: dt.date, count: int = MANY) -> None:
    """Lay so many quarters of an hour into the nights from today on: 40 a night, so that the days stay bookable."""
    zone = ZoneInfo(google_calendars.ENTRIES[calendar]["timeZone"])
    bodies = [_body(number, today, zone) for number in range(count)]
    laid = {body["id"]: google_events.as_laid(body, calendar) for body in bodies}
    store.put_many(google_calendars.events_kind(calendar), laid)


def clear(calendar: str) -> int:
    """Take them all away, as if they had never been; says how many there were."""
    return store.delete_starting(google_calendars.events_kind(calendar), START)


def _body(number: int, today: dt.date, zone: ZoneInfo) -> store.Document:
    night, quarter = divmod(number, len(NIGHT))
    starts_at = dt.datetime.combine(today + dt.timedelta(days=night), NIGHT[quarter], zone)
    start, end = (
        {"dateTime": at.isoformat(), "timeZone": zone.key} for at in (starts_at, starts_at + dt.timedelta(minutes=15))
    )
    return {"id": f"{START}{number:06}", "summary": f"Event {number + 1}", "start": start, "end": end}
