"""What tests do at her calendar: connect it, break Google at one step of a cycle, change events there by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse

from integrations.calendars import HURRIED
from integrations.sandbox import faults, google_account, google_calendars, google_events, store
from practice_admin.handlers import calendar_pull
from practice_admin.models import Block, Booking, CalendarConnection, KnownCalendar

HER_OWN = google_account.ACCOUNT
FAMILY, CHOIR = google_calendars.FAMILY, google_calendars.CHOIR


def connected(**fields: Any) -> CalendarConnection:
    """A connection such as the sample practice has."""
    fields = {"refresh_token": google_account.SAMPLE_REFRESH_TOKEN} | fields
    return CalendarConnection.objects.create(**fields)


def lay_in(calendar: str, start: datetime, end: datetime, **more: Any) -> store.Document:
    """Lay an event into one of the account's calendars."""
    body = more | {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
    return google_events.insert(body, conference=False, calendar=calendar)


def block_in(*calendars: str) -> None:
    """Have these block time, as if she had chosen them."""
    for calendar in (HER_OWN, FAMILY, CHOIR):
        entry = {"can_receive": calendar != CHOIR, "is_primary": calendar == HER_OWN, "name": calendar}
        known, _ = KnownCalendar.objects.get_or_create(calendar_id=calendar, defaults=entry)
        KnownCalendar.objects.filter(pk=known.pk).update(blocks_time=calendar in calendars)


def mirror() -> list[str]:
    """The titles that block time now."""
    return sorted(Block.objects.filter(source="google").values_list("label", flat=True))


def event_of(booking: Booking, calendar: str = HER_OWN) -> store.Document | None:
    """The session's event in one calendar, where it stands there and was not deleted."""
    event = store.get(google_calendars.events_kind(calendar), booking.public_id.hex)
    return event if event and event["status"] != "cancelled" else None


def places(booking: Booking) -> list[str]:
    """In which of the account's calendars the session's event stands."""
    return [calendar for calendar in (HER_OWN, FAMILY, CHOIR) if event_of(booking, calendar)]


def drag(booking: Booking, start: datetime, end: datetime, calendar: str = HER_OWN) -> None:
    """Move the session's event, as she would in Google's own calendar."""
    edges = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
    google_events.patch(booking.public_id.hex, edges, conference=False, calendar=calendar)


@contextmanager
def down_from(monkeypatch: Any, step: int, then: Any = None) -> Iterator[list[int]]:
    """Google answers `step` requests, and no more. Yields the number of requests that came; `then` is done before."""
    asked: list[int] = []

    def fault(_vendor: str) -> HttpResponse | None:
        asked.append(1)
        if len(asked) <= step:
            return None
        if then is not None:
            then()
            return None
        return JsonResponse({"error": {"code": 503, "message": "down"}}, status=503)

    with monkeypatch.context() as patch:
        patch.setattr(faults, "active_fault", fault)
        patch.setattr(calendar_pull, "PATIENCE", HURRIED)
        yield asked
