"""Bookings as an iCalendar file (RFC 5545): one UID for life, a SEQUENCE that grows with every change."""

from collections.abc import Iterable

from icalendar import Calendar, Event

from practice_admin.domain import wording
from practice_admin.models import Booking, Practice

OFF = frozenset({Booking.Status.CANCELLED, Booking.Status.EXPIRED})


def of_booking(booking: Booking, practice: Practice, *, page_url: str) -> bytes:
    """The .ics of a booking as it stands; the same bytes each time for the same state, so that mails may be repeated.

    It says where and when, and nothing of what the session is about (R22). One that was offered anew is taken out of
    the calendar, and comes back with its new time.
    """
    return _file([_event(booking, practice, page_url)], "CANCEL" if _is_off(booking) else "PUBLISH")


def of_series(bookings: Iterable[tuple[Booking, str]], practice: Practice) -> bytes:
    """One file for several bookings, each with the address of its page; those that are off are left out."""
    events = [_event(booking, practice, page_url) for booking, page_url in bookings if not _is_off(booking)]
    return _file(events, "PUBLISH")


def _is_off(booking: Booking) -> bool:
    return booking.status in OFF or booking.awaits_new_time


def _event(booking: Booking, practice: Practice, page_url: str) -> Event:
    event = Event()
    event.add("uid", f"{booking.public_id}@threshold")
    event.add("sequence", booking.version - 1)
    event.add("dtstamp", booking.changed_at)
    event.add("dtstart", booking.starts_at)
    event.add("dtend", booking.ends_at)
    event.add("summary", practice.name)
    event.add("location", wording.place_text(booking.session_type))
    event.add("url", page_url)
    event.add("description", page_url)
    event.add("status", "CANCELLED" if _is_off(booking) else "CONFIRMED")
    return event


def _file(events: Iterable[Event], method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Threshold//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body
