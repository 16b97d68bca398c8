"""Where mail may not go (R22): what would have been mailed becomes a line for the therapist, due at once."""

from zoneinfo import ZoneInfo

from clients.domain.contact import why_no_mail
from clients.domain.follow_ups import hand_over
from clients.models import Client
from integrations.outbox.registry import Turn
from practice_admin.domain import wording
from practice_admin.handlers.portal import what_happened
from practice_admin.models import Booking, Practice

BY_HER = "told by you instead: it stands under “Needs you”"


def told_by_her(turn: Turn, booking: Booking, practice: Practice, *, series_count: int = 0) -> str:
    """Have her tell the client how their booking stands: why no mail goes, or "" where one may.

    A later change of the booking overtakes what was to be told of it; what was to be told of a series stays.
    """
    asks = "Ask whether this is theirs, booked by someone under their address" if booking.awaits_owner else "Tell them"
    words = f"{asks}: {what_happened(booking, ZoneInfo(practice.time_zone), series_count)}"
    origin = f"{turn.kind}/series:{booking.series_id}/{turn.version}" if series_count else turn.key
    return handed_over(turn, booking.client, words, practice, origin=origin)


def reminded_by_her(turn: Turn, booking: Booking, practice: Practice) -> str:
    """Have her remind the client of a session: why no mail goes, or "" where one may."""
    when = wording.short_text(booking.starts_at, ZoneInfo(practice.time_zone))
    return handed_over(turn, booking.client, f"Remind them: {booking.session_type.name}, {when}", practice)


def handed_over(turn: Turn, client: Client, words: str, practice: Practice, *, origin: str = "") -> str:
    """Have her tell the client this, today, once for each effect: why no mail goes, or "" where one may.

    `origin` stands for the effect's own key where another is to be overtaken by what comes later.
    """
    why_not = why_no_mail(client)
    if not why_not:
        return ""
    today = turn.now.astimezone(ZoneInfo(practice.time_zone)).date()
    hand_over(client=client, line=words, due_on=today, origin=origin or turn.key, now=turn.now)
    return f"{why_not}; {BY_HER}"
