"""A booking as an iCalendar file (RFC 5545): one UID for life, a SEQUENCE that grows with every change."""

from icalendar import Calendar, Event

from practice_admin.domain import wording
from practice_admin.models import Booking, Practice


def of_booking(booking: Booking, practice: Practice, *, page_url: str) -> bytes:
    """The .ics of a booking as it stands; the same bytes each time for the same state, so that mails may be repeated.

    It says where and when, and nothing of what the session is about (R22).
    """
    is_off = booking.status in {Booking.Status.CANCELLED, Booking.Status.EXPIRED}
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
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Threshold//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body
