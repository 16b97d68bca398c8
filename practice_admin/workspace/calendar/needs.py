"""What of the calendar waits for her: a connection to mend, a clash, an event that she changed in Google."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from practice_admin.domain.queries.clashes import Clash, clashes
from practice_admin.domain.session_events import differences
from practice_admin.models import SessionEvent
from practice_admin.workspace.calendar.notice import Notice
from practice_admin.workspace.calendar.page import can_follow
from practice_admin.workspace.need import Action, Need
from practice_admin.workspace.queries.today import A_HANDFUL
from practice_admin.workspace.templatetags.desk import span


def calendar_to_see_to(now: datetime, notice: Notice | None) -> Iterator[Need]:
    """In this order. A mirror that is merely old is no need: it says so over every page."""
    if notice is not None and notice.since is None:
        yield _reconnect()
    yield from (_clash(clash) for clash in clashes(now=now, most=A_HANDFUL))
    yield from (_difference(entry) for entry in differences(now=now)[:A_HANDFUL])


def _reconnect() -> Need:
    return Need(
        icon="event_busy",
        title="Google Calendar needs to be connected again",
        about="New sessions are not written to it, and your personal events are not seen",
        action="Reconnect",
        href=reverse("admin:calendar"),
        is_urgent=True,
    )


def _clash(clash: Clash) -> Need:
    return Need(
        icon="event_busy",
        title=f"“{clash.title or 'A personal event'}” lies over a session with {clash.client_name}",
        about=clash.type_name,
        at=clash.session_at,
        card=reverse("admin:booking", args=[clash.booking_id]),
        detail=f"Your event: {span(clash.starts_at, clash.ends_at)}. Nothing is moved by itself.",
        action="Move",
        href=reverse("admin:move_booking", args=[clash.booking_id]),
        more=(
            Action("Cancel", reverse("admin:cancel_booking", args=[clash.booking_id])),
            Action("Ignore", reverse("admin:ignore_clash", args=[clash.booking_id, clash.key]), is_post=True),
        ),
        is_urgent=True,
    )


def _difference(entry: SessionEvent) -> Need:
    booking, is_moved = entry.booking, entry.difference == SessionEvent.Difference.MOVED
    card = reverse("admin:booking", args=[booking.public_id])
    words, way = ("Move the session", "admin:follow_event") if can_follow(entry) else ("Move", "admin:move_booking")
    starts_at, ends_at = entry.seen_starts_at, entry.seen_ends_at
    now_at = span(starts_at, ends_at) if is_moved and starts_at and ends_at else ""
    return Need(
        icon="edit_calendar",
        title=f"You {'moved' if is_moved else 'deleted'} the event of a session with {booking.client} in Google",
        about=str(booking.session_type),
        at=booking.starts_at,
        card=card,
        detail=f"The event now: {now_at}. The session stays where it was." if now_at else "The session still stands.",
        action=words,
        href=reverse(way, args=[booking.public_id]),
        more=(
            Action("Put it back", reverse("admin:put_event_back", args=[booking.public_id]), is_post=True),
            Action("Ignore", reverse("admin:ignore_difference", args=[booking.public_id]), is_post=True),
        ),
    )
