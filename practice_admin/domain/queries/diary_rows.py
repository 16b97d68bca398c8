"""The rows that availability is judged by, fetched by two statements whatever the horizon and the number of bookings.

Written as SQL: ranges come as epoch integers (Django's loader of timestamps costs ten times more a row), two tables in
one round trip, and the planner sees the same text each time.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import connection

from practice_admin.domain.availability import Hours, Span

# Limited to no type: open to all. Among its types or not: so be it.
_HOURS = """
SELECT weekday, NULL::date, opens_at, closes_at FROM practice_admin_weeklyhours hours
 WHERE (SELECT coalesce(bool_or(link.sessiontype_id = %(type)s), true)
          FROM practice_admin_weeklyhours_session_types link WHERE link.weeklyhours_id = hours.id)
UNION ALL
SELECT CASE WHEN (SELECT coalesce(bool_or(link.sessiontype_id = %(type)s), true)
                    FROM practice_admin_hoursoverride_session_types link WHERE link.hoursoverride_id = hours.id)
            THEN 0 END, "on", opens_at, closes_at
  FROM practice_admin_hoursoverride hours WHERE "on" BETWEEN %(first)s AND %(last)s
"""

_TAKEN = """
SELECT floor(date_part('epoch', lower(busy)))::bigint, ceil(date_part('epoch', upper(busy)))::bigint,
       CASE WHEN session_type_id = %(type)s THEN floor(date_part('epoch', starts_at))::bigint ELSE -1 END
  FROM practice_admin_booking
 WHERE status IN ('pending_payment', 'confirmed') AND busy && tstzrange(%(begin)s, %(end)s)
   AND id IS DISTINCT FROM %(moving)s
   AND (status = 'pending_payment' AND client_id = %(yielding)s AND NOT EXISTS (
            SELECT 1 FROM practice_admin_payment payment
             WHERE payment.booking_id = practice_admin_booking.id AND payment.state = 'awaited')) IS NOT TRUE
UNION ALL
SELECT floor(date_part('epoch', starts_at))::bigint, ceil(date_part('epoch', ends_at))::bigint, NULL
  FROM practice_admin_block WHERE starts_at < %(end)s AND ends_at > %(begin)s
"""


@dataclass(frozen=True)
class Taken:
    """Live bookings with their buffers, blocks, and the begins of the bookings of the type that was asked for."""

    bookings: list[Span]
    blocks: list[Span]
    starts: list[int]


def hours_for(session_type_id: int, zone: ZoneInfo, first: date, last: date) -> Hours:
    """The weekly hours that are open to this type, and the overrides of the dates between (both included)."""
    weekly: dict[int, list[tuple[time, time]]] = defaultdict(list)
    overrides: dict[date, list[tuple[time, time]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, {"type": session_type_id, "first": first, "last": last})
        for weekday, on, opens, closes in cursor.fetchall():
            if on is None:
                weekly[weekday].append((opens, closes))
            else:  # an override that is for other types, or has no times, still puts the weekly hours out of force
                overrides[on].extend([(opens, closes)] if weekday is not None and opens is not None else [])
    return Hours(zone, weekly, overrides)


def taken(
    session_type_id: int, begin: datetime, end: datetime, *, moving_id: int | None, yielding_id: int | None = None
) -> Taken:
    """What holds the diary between two instants; the booking that is being moved is left out.

    So are the unpaid holds of one client (`yielding_id`), who gives them up by taking another time.
    """
    found = Taken([], [], [])
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKEN,
            {
                "type": session_type_id,
                "begin": begin,
                "end": end,
                "moving": moving_id,
                "yielding": yielding_id,
            },
        )
        for since, until, start in cursor.fetchall():
            if start is None:
                found.blocks.append((since, until))
                continue
            found.bookings.append((since, until))
            if start >= 0:
                found.starts.append(start)
    return found
