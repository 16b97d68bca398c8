"""Reading her calendars: every quarter of an hour by the clock, and whenever she asks (R13)."""

from collections.abc import Iterable
from time import monotonic
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from integrations.calendars import PATIENT, CalendarGone, GoogleCalendar, OwnEvent, Patience, PulledPage
from integrations.errors import VendorError
from integrations.outbox.registry import Turn, handles
from practice_admin.domain.calendar_connecting import keep_listed, name_account
from practice_admin.domain.calendar_cycles import (
    CALENDAR_PULL,
    AlreadyReading,
    Cycle,
    CycleRefused,
    Overtaken,
    begin_cycle,
    blocking_ids,
    give_up,
    keep_lease,
    keep_page,
)
from practice_admin.domain.calendar_report import Report
from practice_admin.domain.mirror_age import watch_age
from practice_admin.domain.session_events import Seen, expected, finish_cycle, keep_links, owe_stray
from practice_admin.handlers.calendar_access import her_account
from practice_admin.models import CalendarConnection, KnownCalendar

log = structlog.get_logger(__name__)

EVERY_MINUTES = 15
SCHEDULE = "pull calendar"
PATIENCE: Patience = PATIENT
NOT_THERE = "this calendar is no longer there, or no longer yours to see"
MOST_SECONDS = 45.0  # within the worker's minute for one task: a cycle that is ended by force cannot say why


class TooLong(VendorError):
    """The calendars are too large, or Google too slow, for the time that there is."""

    def __init__(self) -> None:
        super().__init__("Google Calendar", f"took longer than {MOST_SECONDS:.0f} seconds to read", retryable=True)


def pull_by_the_clock() -> None:
    """The worker's standing appointment: tell her if the mirror is too old, and read. What goes wrong is kept."""
    watch_age(now=timezone.now())
    try:
        pull(most_seconds=MOST_SECONDS)
    except (CycleRefused, VendorError) as error:
        log.info("calendar_not_read", why=str(error))
        watch_age(now=timezone.now())


@handles(CALENDAR_PULL)
def pull_when_asked(turn: Turn) -> str:
    """One cycle, because she asked, has connected, or has chosen anew. Its status says what went wrong.

    One that is under way may have begun before her choice: the effect then waits for its end.
    """
    try:
        pull(most_seconds=MOST_SECONDS)
    except AlreadyReading as refused:
        raise VendorError("Google Calendar", refused.public_message, retryable=True) from None
    except (CycleRefused, VendorError) as error:
        return str(error)
    return ""


def pull(*, most_seconds: float | None = None) -> Report:
    """One cycle now, from begin to end: what it counted. Raises CycleRefused, VendorError; the mirror then stays.

    `most_seconds` bounds it, page by page; None: however long it takes.
    """
    cycle = begin_cycle(now=timezone.now())
    try:
        connected = CalendarConnection.objects.get(grant_id=cycle.grant_id)
        with her_account(connected, now=cycle.began_at, patience=PATIENCE) as client:
            return _Reading(cycle, connected, client, most_seconds).read()
    except (VendorError, CycleRefused) as error:
        give_up(cycle, str(error))
        raise
    except CalendarConnection.DoesNotExist:
        raise Overtaken from None
    except BaseException as error:
        give_up(cycle, f"Something in the program went wrong ({type(error).__name__}).")
        raise


class _Reading:
    """One cycle's way through the calendars."""

    def __init__(
        self, cycle: Cycle, connected: CalendarConnection, client: GoogleCalendar, most_seconds: float | None
    ) -> None:
        self.cycle, self.connected, self.client = cycle, connected, client
        self.ends_at = None if most_seconds is None else monotonic() + most_seconds
        self.report = Report()
        self.own: dict[UUID, OwnEvent] = {}
        self.read_ids: list[str] = []

    def read(self) -> Report:
        """All of it, and then the one step that counts."""
        self._list()
        blocking = blocking_ids(self.connected)
        for calendar_id in dict.fromkeys([*blocking, self.connected.calendar_id]):
            self._read_calendar(calendar_id, blocks=calendar_id in blocking)
        if not set(blocking) & set(self.read_ids):
            raise VendorError("Google Calendar", "none of the calendars that block time is there", retryable=False)
        finish_cycle(self.cycle, self.report, list(self._seen()), now=timezone.now())
        keep_links(self.own)
        owe_stray(self.connected, now=timezone.now())
        return self.report

    def _list(self) -> None:
        """Keep which calendars the account has. Raises Overtaken: by now they may be another account's."""
        listed = self.client.calendars()
        with transaction.atomic(durable=True):
            keep_lease(self.cycle, now=timezone.now())
            name_account(self.connected, listed, now=self.cycle.began_at)
            keep_listed(listed)
        for gone in KnownCalendar.objects.filter(is_gone=True, blocks_time=True):
            self.report.tell(f"{gone}: {NOT_THERE}")

    def _read_calendar(self, calendar_id: str, *, blocks: bool) -> None:
        """Every page of one calendar. One that has gone is told, and the others go on."""
        try:
            for page in self.client.pull(
                [calendar_id],
                self.cycle.begins_at,
                self.cycle.ends_at,
                tentative_blocks=self.connected.tentative_blocks,
            ):
                self._keep(page, blocks=blocks)
        except CalendarGone:
            self.report.tell(f"{_name_of(calendar_id)}: {NOT_THERE}")
            return
        self.read_ids.append(calendar_id)

    def _keep(self, page: PulledPage, *, blocks: bool) -> None:
        if self.ends_at is not None and monotonic() > self.ends_at:
            raise TooLong
        for event in page.own:
            _by_reference(self.own, event, self.connected.calendar_id)
        spans = page.spans if blocks else ()
        keep_page(self.cycle, spans, now=timezone.now())
        self.report.own += len(page.own)
        if blocks:
            self.report.seen += page.seen
            self.report.blocking += len(spans)
            self.report.skipped.update(page.skipped)
            self.report.unreadable += len(page.unreadable)
            for one in page.unreadable:
                self.report.tell(f"{one.title or 'An event without a title'}: {one.why}")

    def _seen(self) -> Iterable[Seen]:
        """What became of each event that should be there; those that were not met are asked for, one by one."""
        for entry in expected(self.cycle, self.read_ids):
            event = self.own.get(entry.booking.public_id)
            if event is None or event.calendar_id != entry.calendar_id:
                event = self.client.event(entry.calendar_id, entry.booking.public_id.hex)
            yield Seen(entry, event)


def _by_reference(own: dict[UUID, OwnEvent], event: OwnEvent, receiving_id: str) -> None:
    """Keep one of our events under its booking; where two calendars hold one, that which receives the sessions."""
    try:
        public_id = UUID(event.booking_reference)
    except ValueError:
        return
    if event.id == public_id.hex and (public_id not in own or event.calendar_id == receiving_id):
        own[public_id] = event


def _name_of(calendar_id: str) -> str:
    known = KnownCalendar.objects.filter(calendar_id=calendar_id).first()
    return str(known) if known else calendar_id
