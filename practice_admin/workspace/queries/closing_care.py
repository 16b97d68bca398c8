"""What closing the work with a client asks: the sessions ahead, and whether there is a feed to take away."""

from datetime import datetime

from clients.models import Client
from content.models import Share
from practice_admin.domain.refunds import refundable_of
from practice_admin.models import Booking
from practice_admin.workflows.closing_care import sessions_ahead
from practice_admin.workspace.queries.bookings import shown_bookings


def client_sessions_ahead(client: Client, now: datetime) -> list[tuple[Booking, int]]:
    """The client's live sessions still to come, in order, each with what is left of what was paid; in two queries."""
    ahead = sessions_ahead(client, now=now).values("pk")
    sessions = list(shown_bookings().filter(pk__in=ahead).order_by("starts_at"))
    back = refundable_of(sessions)
    return [(session, back.get(session.pk, 0)) for session in sessions]


def share_count(client: Client) -> int:
    """How much was shared with this client."""
    return Share.objects.filter(client=client).count()
