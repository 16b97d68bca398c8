"""What *I am ill* asks: the sessions of some days, what would go back for each, and what became of others."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from practice_admin.domain.illness import sessions_within
from practice_admin.domain.refunds import refundable_of
from practice_admin.models import Booking
from practice_admin.workspace.queries.bookings import shown_bookings


def sessions_with_refunds(since: datetime, until: datetime, now: datetime) -> list[tuple[Booking, int]]:
    """The live sessions of a span in order, each with what is left of what was paid for it; in two queries."""
    within = sessions_within(since, until, now=now).values("pk")
    sessions = list(shown_bookings().filter(pk__in=within).order_by("starts_at"))
    back = refundable_of(sessions)
    return [(session, back.get(session.pk, 0)) for session in sessions]


def sessions_named(public_ids: Collection[UUID]) -> list[Booking]:
    """The bookings with these public ids, in order of time; no query where there are none."""
    return list(shown_bookings().filter(public_id__in=public_ids).order_by("starts_at")) if public_ids else []


def still_held(sessions: Collection[Booking]) -> list[Booking]:
    """Those of these that are waiting for their payment now."""
    waiting = shown_bookings().filter(pk__in=[session.pk for session in sessions])
    return list(waiting.filter(status=Booking.Status.PENDING_PAYMENT)) if sessions else []
