"""Reminders, decided once more as they are sent (R21)."""

from django.urls import reverse

from integrations.outbox.registry import Turn, handles
from practice_admin.domain import wording
from practice_admin.domain.moving import why_not_movable
from practice_admin.domain.reminders import REMINDER, why_not_to_send
from practice_admin.handlers.booking_mails import facts
from practice_admin.handlers.bookings import the_practice
from practice_admin.handlers.instead_of_mail import reminded_by_her
from practice_admin.handlers.letters import booking_url, send_to_client, site_url
from practice_admin.models import Reminder


@handles(REMINDER)
def send_reminder(turn: Turn) -> str:
    """Remind the client of a session, unless it was cancelled, moved or offered anew since, or has begun."""
    known = Reminder.objects.select_related("booking__session_type", "booking__client__user").defer("booking__reason")
    reminder = known.get(pk=int(turn.subject_id))
    why_not = why_not_to_send(reminder, turn.now)
    if why_not:
        return why_not
    booking, practice = reminder.booking, the_practice()
    if by_her := reminded_by_her(turn, booking, practice):
        return by_her
    own_zone = "" if booking.awaits_owner else booking.time_zone
    zone = wording.zone_or(own_zone or booking.client.user.time_zone, practice.time_zone)
    page = booking_url(booking)
    context = facts(booking, zone) | {
        "name": "" if booking.awaits_owner else booking.client.user.get_short_name(),
        "page_url": page,
        "join_url": f"{page}join/" if booking.session_type.is_virtual else "",
        "can_move": not why_not_movable(booking, practice, turn.now),
        "portal_url": site_url(reverse("portal:home")),
    }
    send_to_client("reminder", client=booking.client, key=turn.key, context=context)
    return ""
