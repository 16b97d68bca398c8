"""One reading of her calendars, from its begin to the mirror that it leaves (R13).

A cycle talks to Google for as long as that takes, so it holds no transaction and no lock of the database. It holds a
lease instead, a number and an hour on the connection's row (decision 17): taken by a conditional update, prolonged with
every page, and worth nothing to whoever has been overtaken. What it reads waits in a table of its own; only the last
step, in one transaction under the diary's lock, makes it the mirror.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from clients.domain.refusals import Refusal
from integrations.calendars import BlockedSpan
from integrations.outbox.operations import owe
from practice_admin.domain.calendar_report import Report
from practice_admin.models import CalendarConnection, KnownCalendar, PulledSpan

# Longer than the worker lets any task run (60 s), and than one page can take: a lease this old has nobody behind it.
LEASE = timedelta(minutes=2)
BACK, AHEAD = timedelta(days=7), timedelta(days=120)
CALENDAR_PULL = "calendar_pull"
LONGEST_ID = 1024  # characters; Google's own limit


class CycleRefused(Refusal):
    """The calendar cannot be read now."""


class NoCalendar(CycleRefused):
    """None is connected."""

    public_message = "No calendar is connected."


class NeedsReconnecting(CycleRefused):
    """Google no longer honours the grant."""

    public_message = "Google has withdrawn the access: the calendar has to be connected again."


class AlreadyReading(CycleRefused):
    """Another cycle holds the lease."""

    public_message = "The calendar is being read just now."


class Overtaken(CycleRefused):
    """This cycle has lost its lease, or the calendar was disconnected meanwhile: what it read counts for nothing."""

    public_message = "The calendar was connected anew, or read by another process meanwhile."


@dataclass(frozen=True)
class Cycle:
    """A cycle under way: under which grant and number, and what span of time it reads (aware instants)."""

    grant_id: UUID
    number: int
    begins_at: datetime
    ends_at: datetime
    began_at: datetime


def begin_cycle(*, now: datetime) -> Cycle:
    """Take the lease, and the next number. Raises NoCalendar, NeedsReconnecting, AlreadyReading.

    A lease that a dead process left is taken over once it is over; what that process had read is thrown away.
    """
    with transaction.atomic(durable=True):
        free = Q(cycle_lease_until=None) | Q(cycle_lease_until__lte=now)
        taken = CalendarConnection.objects.filter(free, state=CalendarConnection.State.CONNECTED).update(
            cycle=F("cycle") + 1, cycle_lease_until=now + LEASE, tried_at=now
        )
        known = CalendarConnection.objects.first()
        if known is None:
            raise NoCalendar
        if not known.is_connected:
            raise NeedsReconnecting
        if not taken:
            raise AlreadyReading
        PulledSpan.objects.filter(cycle__lt=known.cycle).delete()
    return Cycle(known.grant_id, known.cycle, begins_at=now - BACK, ends_at=now + AHEAD, began_at=now)


def read_soon(connected: CalendarConnection, *, now: datetime) -> None:
    """Owe a cycle, in the caller's transaction: the worker reads the calendar as soon as it can."""
    owe([CALENDAR_PULL], subject=connected.subject, version=connected.cycle + 1, now=now)


def ask_to_read(*, now: datetime) -> None:
    """She wants the calendar read now. Raises NoCalendar, NeedsReconnecting, AlreadyReading."""
    with transaction.atomic(durable=True):
        connected = CalendarConnection.objects.select_for_update().first()
        if connected is None:
            raise NoCalendar
        if not connected.is_connected:
            raise NeedsReconnecting
        if connected.cycle_lease_until and connected.cycle_lease_until > now:
            raise AlreadyReading
        read_soon(connected, now=now)


def keep_page(cycle: Cycle, spans: Collection[BlockedSpan], *, now: datetime) -> None:
    """Put a page's spans aside, and prolong the lease. Raises Overtaken."""
    with transaction.atomic(durable=True):
        keep_lease(cycle, now=now)
        copy_spans(spans, cycle.number)


def keep_lease(cycle: Cycle, *, now: datetime) -> None:
    """Prolong the lease, and hold the connection's row until the transaction ends. A step. Raises Overtaken."""
    if not _held(cycle).update(cycle_lease_until=now + LEASE):
        raise Overtaken


def copy_spans(spans: Iterable[BlockedSpan], cycle_number: int) -> None:
    """Write spans into the table in which they wait. COPY: one statement, whatever their number."""
    columns = "cycle, calendar_id, event_id, instance, starts_at, ends_at, label"
    with connection.cursor() as cursor, cursor.copy(f"COPY practice_admin_pulledspan ({columns}) FROM STDIN") as copy:
        for span in spans:
            copy.write_row((cycle_number, *identity(span), span.starts_at, span.ends_at, label(span)))


def identity(span: BlockedSpan) -> tuple[str, str, str]:
    """Which event it is, in each cycle the same: calendar, event, instance."""
    event_id = span.event_id or f"unnamed {span.starts_at.isoformat()}"
    return text(span.calendar_id, LONGEST_ID), text(event_id, LONGEST_ID), text(span.instance, LONGEST_ID)


def label(span: BlockedSpan) -> str:
    """Its title, for her eyes alone."""
    return text(span.title, 100)


def text(value: str, most: int) -> str:
    """As much of it as fits, without what PostgreSQL cannot hold."""
    return value.replace("\x00", "")[:most]


def blocking_ids(connected: CalendarConnection) -> list[str]:
    """The calendars that block time: those she chose and still has; before any was listed, the sessions' own."""
    known = list(KnownCalendar.objects.all())
    if not known:
        return [connected.calendar_id]
    return [calendar.calendar_id for calendar in known if calendar.blocks_time and not calendar.is_gone]


def swap(cycle: Cycle, report: Report) -> int:
    """Make what the cycle read the mirror, whole, and keep how it went: how many blocks. Raises Overtaken.

    A step: belongs into the transaction that locked the diary, so that nothing is booked by half a mirror. What Google
    answered to a question while the cycle was under way may be newer than the page it would stand on: it stays until
    the next cycle.
    """
    fields = {"good_at": cycle.began_at, "report": report.as_json(), "last_error": "", "stale_told_at": None}
    if not _held(cycle).update(cycle_lease_until=None, **fields):
        raise Overtaken
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM practice_admin_block WHERE source = 'google' AND (cycle < %s OR event_id = '')", [cycle.number]
        )
        cursor.execute(_SWAP, {"cycle": cycle.number})
        count: int = cursor.rowcount
    PulledSpan.objects.filter(cycle__lte=cycle.number).delete()
    return count


_SWAP = """
INSERT INTO practice_admin_block (starts_at, ends_at, source, label, calendar_id, event_id, instance, cycle)
SELECT DISTINCT ON (calendar_id, event_id, instance)
       starts_at, ends_at, 'google', label, calendar_id, event_id, instance, cycle
  FROM practice_admin_pulledspan WHERE cycle = %(cycle)s AND starts_at < ends_at
 ORDER BY calendar_id, event_id, instance, id DESC
    ON CONFLICT (calendar_id, event_id, instance) WHERE source = 'google' AND NOT event_id = '' DO NOTHING
"""


def give_up(cycle: Cycle, why: str) -> None:
    """The cycle failed: the mirror stays as it was, the next one may begin, and she can read why.

    One that was overtaken leaves everything alone: another account's cycle may bear its number by now.
    """
    with transaction.atomic(durable=True):
        if _held(cycle).update(cycle_lease_until=None, last_error=why[:500]):
            PulledSpan.objects.filter(cycle=cycle.number).delete()


def _held(cycle: Cycle) -> QuerySet[CalendarConnection]:
    return CalendarConnection.objects.filter(grant_id=cycle.grant_id, cycle=cycle.number).exclude(
        cycle_lease_until=None
    )
