"""Google Calendar agrees with the booking: the event is there while it is live, and gone when it is not."""

from collections.abc import Sequence
from datetime import datetime

from integrations.calendars import BlockedSpan, CalendarEvent, GrantRevoked, answer_within, calendar_client
from integrations.errors import VendorError
from integrations.outbox.registry import Turn, handles
from practice_admin.domain.live_calendar import LiveCalendar
from practice_admin.handlers.bookings import SUPERSEDED, booking_of, is_superseded, the_practice
from practice_admin.handlers.letters import site_url
from practice_admin.models import Booking, CalendarConnection, CalendarTitles, Practice

NO_CALENDAR = "no calendar"
MOST_SECONDS = 2.0  # that anybody waits for Google before a booking


@handles("calendar_event")
def push(turn: Turn) -> str:
    """Put or take away the booking's event; its id is the booking's own, so that repeating changes nothing.

    The booking may change while Google is being told, and the later change may be done telling first: so it is looked
    at again afterwards, and told again until what was told is what stands. With no calendar connected there is nothing
    to do. While Google is still making the link of a video call the effect stays due.
    """
    booking = booking_of(turn)
    if is_superseded(turn, booking):
        return SUPERSEDED
    connection = CalendarConnection.objects.first()
    if connection is None:
        return NO_CALENDAR
    told = _tell(connection, booking)
    while (latest := booking_of(turn)).version != booking.version:
        booking, told = latest, _tell(connection, latest)
    Booking.objects.filter(pk=booking.pk).update(meet_url=told)
    if _is_on(booking) and booking.session_type.is_virtual and not told:
        raise VendorError("Google Calendar", "the link for the video call is not ready yet", retryable=True)
    return ""


def _tell(connection: CalendarConnection, booking: Booking) -> str:
    """Make the calendar agree with the booking: the link of its video call, "" where there is none.

    Raises VendorError; a revoked grant is marked on the connection at once.
    """
    client = calendar_client(connection.refresh_token)
    try:
        if _is_on(booking):
            return client.put_event(connection.calendar_id, _event(booking, the_practice())).meet_link
        client.delete_event(connection.calendar_id, booking.public_id.hex)
    except GrantRevoked:
        CalendarConnection.objects.update(state=CalendarConnection.State.REVOKED)
        raise
    return ""


def _is_on(booking: Booking) -> bool:
    """Whether it belongs into her calendar: not what was offered anew, nor what stands on the quiet list."""
    return booking.is_live and not booking.awaits_new_time and not booking.is_quiet


def _event(booking: Booking, practice: Practice) -> CalendarEvent:
    return CalendarEvent(
        id=booking.public_id.hex,
        title=_title(booking, practice),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        time_zone=practice.time_zone,
        description=site_url("/admin/"),
        wants_meet=booking.session_type.is_virtual,
        booking_reference=str(booking.public_id),
    )


def _title(booking: Booking, practice: Practice) -> str:
    """Initials unless the therapist asks for names; never what the session is about (R22)."""
    name = booking.guest_name or booking.client.user.name or "?"
    if practice.calendar_titles == CalendarTitles.NAMES:
        return name
    return " ".join(f"{part[0].upper()}." for part in name.split()[:3])


def connected_calendar() -> LiveCalendar | None:
    """Her calendar, to be asked before something is booked or moved (R14); None where none is connected."""
    connection = CalendarConnection.objects.filter(state=CalendarConnection.State.CONNECTED).first()
    return _Connected(connection) if connection else None


class _Connected:
    """Asks her calendar, for an answer within two seconds or none (R14)."""

    def __init__(self, connection: CalendarConnection) -> None:
        self.connection = connection

    def blocked_spans(self, begins_at: datetime, ends_at: datetime) -> Sequence[BlockedSpan]:
        """What blocks time there. The access token is kept for the next question, a revoked grant is marked at once."""
        known = self.connection.access_token
        client = calendar_client(self.connection.refresh_token, known, timeout=MOST_SECONDS)
        # Only the connection that was asked: she may have connected another one meanwhile.
        asked = CalendarConnection.objects.filter(connected_at=self.connection.connected_at)
        try:
            return answer_within(
                MOST_SECONDS, lambda: client.blocked_spans([self.connection.calendar_id], begins_at, ends_at)
            )
        except GrantRevoked:
            asked.update(state=CalendarConnection.State.REVOKED)
            raise
        finally:
            if client.access_token != known:  # after a late answer too, or each question would refresh it in vain
                asked.update(access_token=client.access_token)
