"""Personal events that lie over confirmed sessions, and have not been let be (R13): one query."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

_CLASHES = """
SELECT block.label, block.starts_at, block.ends_at, block.calendar_id, block.event_id, block.instance,
       booking.public_id, booking.starts_at, booking.version, kind.name, client.public_id,
       COALESCE(NULLIF(person.name, ''), person.email)
  FROM practice_admin_booking booking
  JOIN practice_admin_block block ON block.starts_at < booking.ends_at AND block.ends_at > booking.starts_at
  JOIN practice_admin_sessiontype kind ON kind.id = booking.session_type_id
  JOIN clients_client client ON client.id = booking.client_id
  JOIN clients_user person ON person.id = client.user_id
 WHERE booking.status = 'confirmed' AND booking.ends_at > %(now)s AND NOT booking.awaits_new_time
   AND NOT booking.is_quiet AND block.source = 'google'
   AND NOT EXISTS (
       SELECT 1 FROM practice_admin_clashdecision decided
        WHERE decided.booking_id = booking.id AND decided.calendar_id = block.calendar_id
          AND decided.event_id = block.event_id AND decided.instance = block.instance
          AND decided.starts_at = block.starts_at AND decided.ends_at = block.ends_at)
 ORDER BY booking.starts_at, block.starts_at, block.id LIMIT %(most)s
"""
MOST = 50


@dataclass(frozen=True)
class Clash:
    """One event over one session. `title` is the event's, for her eyes; `client_name` the client's."""

    title: str
    starts_at: datetime
    ends_at: datetime
    calendar_id: str
    event_id: str
    instance: str
    booking_id: UUID
    session_at: datetime
    version: int
    type_name: str
    client_id: UUID
    client_name: str

    @property
    def key(self) -> str:
        """Names the event and its times, in an address: the mirror's own rows come and go."""
        parts = [self.calendar_id, self.event_id, self.instance, self.starts_at.isoformat(), self.ends_at.isoformat()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def clashes(*, now: datetime, most: int = MOST) -> list[Clash]:
    """Those of sessions that are not over, in order of time."""
    with connection.cursor() as cursor:
        cursor.execute(_CLASHES, {"now": now, "most": most})
        return [Clash(*row) for row in cursor.fetchall()]
