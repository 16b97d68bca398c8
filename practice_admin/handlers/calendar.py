"""Google Calendar agrees with the booking: the event is there while it is live, and gone when it is not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from integrations.calendars import (
    HURRIED,
    AccessTooNarrow,
    BlockedSpan,
    CalendarEvent,
    GoogleCalendar,
    GrantRevoked,
    answer_within,
    calendar_client,
)
from integrations.outbox.registry import Turn, handles
from practice_admin.domain.calendar_cycles import blocking_ids
from practice_admin.domain.live_calendar import LiveCalendar
from practice_admin.domain.session_events import CALENDAR_EVENT, LinkPending, NotConnected, intend, settle
from practice_admin.handlers.bookings import SUPERSEDED, booking_of, is_superseded, the_practice
from practice_admin.handlers.calendar_access import her_account, keep_access, noticing_revocation
from practice_admin.handlers.letters import site_url
from practice_admin.models import Booking, CalendarConnection, CalendarTitles, Practice, SessionEvent

NO_CALENDAR = "no calendar"
TOOK_ITS_TIME = (Booking.Status.COMPLETED, Booking.Status.NO_SHOW)
MOST_SECONDS = 2.0  # that anybody waits for Google before a booking


@handles(CALENDAR_EVENT)
def push(turn: Turn) -> str:
    """Put or take away the booking's event; its id is the booking's own, so that repeating changes nothing.

    The booking may change while Google is being told, or she may choose another calendar, and the later change may be
    done telling first: so both are looked at again afterwards, and told again until what was told is what stands. With
    no calendar connected there is nothing to do; with the grant withdrawn the effect is parked, and connecting again
    owes it again. While Google is still making the link of a video call the effect stays due.
    """
    booking = booking_of(turn)
    if is_superseded(turn, booking):
        return SUPERSEDED
    link, told, connected = "", None, CalendarConnection.objects.first()
    while connected is not None and told != _standing(booking, connected):
        link, told = _push(booking, connected, turn), _standing(booking, connected)
        booking, connected = booking_of(turn), CalendarConnection.objects.first()
    if told is None:
        return NO_CALENDAR
    Booking.objects.filter(pk=booking.pk).update(meet_url=link)
    if booking.is_live and _is_on(booking) and booking.session_type.is_virtual and not link:
        raise LinkPending
    return ""


def _standing(booking: Booking, connected: CalendarConnection) -> tuple[object, ...]:
    """What the event was, or would be, made of."""
    return booking.version, connected.grant_id, connected.calendar_id


def _push(booking: Booking, connected: CalendarConnection, turn: Turn) -> str:
    """Tell Google once: the link of its video call. Raises NotConnected where the grant is of no use any more."""
    if not connected.is_connected:
        raise NotConnected
    try:
        with her_account(connected, now=turn.now) as client:
            return _tell(client, connected, booking)
    except (GrantRevoked, AccessTooNarrow):
        raise NotConnected from None


def _tell(client: GoogleCalendar, connected: CalendarConnection, booking: Booking) -> str:
    """Make the calendar agree with the booking: the link of its video call, "" where there is none. Raises VendorError.

    An event that stands in another of the account's calendars is taken away there first.
    """
    event_id = booking.public_id.hex
    known = SessionEvent.objects.filter(booking=booking, account_email=connected.account_email).first()
    if known and known.calendar_id != connected.calendar_id:
        client.delete_event(known.calendar_id, event_id)
    if not _is_on(booking):
        client.delete_event(connected.calendar_id, event_id)
        SessionEvent.objects.filter(booking=booking).delete()
        return ""
    intend(booking, connected)
    link = client.put_event(connected.calendar_id, _event(booking, the_practice())).meet_link
    settle(booking)
    return link


def _is_on(booking: Booking) -> bool:
    """Whether it belongs into her calendar: what took place, or should have, stays there; not what was offered anew,
    nor what stands on the quiet list."""
    stands = booking.is_live or booking.status in TOOK_ITS_TIME
    return stands and not booking.awaits_new_time and not booking.is_quiet


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
    connected = CalendarConnection.objects.filter(state=CalendarConnection.State.CONNECTED).first()
    return _Connected(connected) if connected else None


class _Connected:
    """Asks her calendars, for an answer within two seconds or none (R14)."""

    def __init__(self, connected: CalendarConnection) -> None:
        self.connected = connected

    @property
    def grant_id(self) -> UUID:
        """Under which of her consents it is asked."""
        return self.connected.grant_id

    def blocked_spans(self, begins_at: datetime, ends_at: datetime) -> Sequence[BlockedSpan]:
        """What blocks time there. The access token is kept for the next question, a revoked grant is marked at once.

        The token is not refreshed ahead of time here: the cycles do that, and nobody who books is to wait for it.
        """
        connected, ids = self.connected, blocking_ids(self.connected)
        client = calendar_client(
            connected.refresh_token,
            connected.access_token,
            expires_at=connected.access_expires_at,
            timeout=MOST_SECONDS,
            patience=HURRIED,
        )

        def ask() -> list[BlockedSpan]:
            return client.blocked_spans(ids, begins_at, ends_at, tentative_blocks=connected.tentative_blocks)

        try:
            with noticing_revocation(connected, now=timezone.now()):
                return answer_within(MOST_SECONDS, ask)
        finally:
            keep_access(connected, client)
