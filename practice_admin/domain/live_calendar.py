"""The question to Google before each confirmation or move (R14), and the mirror of its answers.

Google being down never takes booking down: where it does not answer in time, the mirror decides alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog
from django.db import connection, transaction

from clients.models import Client
from integrations.calendars import BlockedSpan
from integrations.errors import VendorError
from practice_admin.domain.availability import Span
from practice_admin.domain.calendar_cycles import identity, label
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.queries import diary
from practice_admin.domain.queries.diary import Asker
from practice_admin.models import Booking, Practice, SessionType

log = structlog.get_logger(__name__)


class LiveCalendar(Protocol):
    """Whoever can be asked, within two seconds, what personal events lie in a span. Raises VendorError."""

    @property
    def grant_id(self) -> UUID:
        """Under which of her consents it is asked."""

    def blocked_spans(self, begins_at: datetime, ends_at: datetime) -> Sequence[BlockedSpan]:
        """What blocks time between two instants, our own events left out."""


def ask_before(
    calendar: LiveCalendar | None,
    session_type: SessionType,
    *,
    starts_at: datetime,
    now: datetime,
    client: Client | None = None,
    moving: Booking | None = None,
) -> list[Span]:
    """What Google says of the span of a session that is about to be placed; nothing where it cannot be asked.

    Not asked at all for a time that is not offered anyway; what `client` only holds unpaid makes way, as it does for
    the booking itself. What the mirror did not know yet is written into it, so that the listing agrees at once with the
    refusal that follows. Never inside a transaction.
    """
    if calendar is None:
        return []
    asker = Asker(client, moving)
    practice = Practice.objects.get(pk=1)
    if not diary.is_offered(session_type, practice, starts_at=starts_at, now=now, asker=asker):
        return []
    minutes = diary.rules_of(session_type, moving).duration
    return blocks_now(calendar, starts_at, starts_at + timedelta(minutes=minutes))


def blocks_now(calendar: LiveCalendar | None, begins_at: datetime, ends_at: datetime) -> list[Span]:
    """What Google says of a span, mirrored; nothing where there is no calendar, or it does not answer."""
    if calendar is None:
        return []
    try:
        found = calendar.blocked_spans(begins_at, ends_at)
    except VendorError as error:
        log.warning("calendar_not_asked", error=str(error))
        return []
    _mirror(found, calendar.grant_id)
    return [(int(span.starts_at.timestamp()), -int(-span.ends_at.timestamp() // 1)) for span in found]


def _mirror(spans: Sequence[BlockedSpan], grant_id: UUID) -> None:
    """Add what the mirror does not hold yet, and give an event that was moved its new times.

    Marked with the newest cycle's number: one that is under way meanwhile does not take it away again. Nothing, where
    the calendar was disconnected or connected anew meanwhile: no cycle would ever take it away.
    """
    if not spans:
        return
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        lock_diary()
        rows = [(span.starts_at, span.ends_at, label(span), *identity(span), grant_id) for span in spans]
        cursor.executemany(_MERGE, rows)


_MERGE = """
INSERT INTO practice_admin_block (starts_at, ends_at, source, label, calendar_id, event_id, instance, cycle)
SELECT %s, %s, 'google', %s, %s, %s, %s, cycle FROM practice_admin_calendarconnection WHERE grant_id = %s
    ON CONFLICT (calendar_id, event_id, instance) WHERE source = 'google' AND NOT event_id = ''
    DO UPDATE SET starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at, label = EXCLUDED.label,
                  cycle = EXCLUDED.cycle
"""
