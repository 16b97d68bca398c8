"""What tests know of the sandbox's Google: one session's event, what stands in the account, what others do to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import enumerate as all_threads
from typing import Any

from integrations.calendars import CalendarEvent
from integrations.sandbox import faults, google_events, store

START = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
EVENT = CalendarEvent(
    id="0123456789abcdef0123456789abcdef",
    title="Session with A. B.",
    starts_at=START,
    ends_at=START + timedelta(minutes=50),
    time_zone="Europe/Berlin",
    description="Opens in the workspace.",
    wants_meet=True,
    booking_reference="booking-1",
)


def standing() -> list[store.Document]:
    """Every event of the account that is not deleted."""
    return [event for event in store.all(google_events.KIND).values() if event["status"] != "cancelled"]


def change(**fields: object) -> None:
    """What somebody else did to the session's event meanwhile."""
    store.update(google_events.KIND, EVENT.id, lambda event: (event or {}) | fields)


def lay(start: datetime | str, end: datetime | str, **more: Any) -> store.Document:
    """Lay a personal event into the calendar: from one moment to another, or of whole days, the last one exclusive."""
    body = more | {"start": _edge(start), "end": _edge(end)}
    return google_events.insert(body, conference=False)


@contextmanager
def slow(seconds: float) -> Iterator[None]:
    """Google answers so late. What is under way at the end is waited for, lest it reach into the next test."""
    faults.set_fault("google", "slow", seconds)
    try:
        yield
    finally:
        faults.set_fault("google", "ok")
        for thread in all_threads():
            if thread.name == "calendar-question" or "process_request_thread" in thread.name:
                thread.join(timeout=10)


def _edge(at: datetime | str) -> store.Document:
    return {"date": at} if isinstance(at, str) else {"dateTime": at.isoformat()}
