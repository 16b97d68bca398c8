"""A weekly or fortnightly series for one client: all of it checked first, all of it booked at once, or none."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.models import Client
from integrations.outbox.operations import owe
from practice_admin.domain.arranging import Arrangement, ReasonNeeded, TimeIsOver, arrange
from practice_admin.domain.availability import Slot, open_slots
from practice_admin.domain.confirming import ON_CONFIRMATION
from practice_admin.domain.diary import SlotTaken, lock_diary, translate_conflicts
from practice_admin.domain.live_calendar import LiveCalendar, blocks_now
from practice_admin.domain.queries.diary import (
    CLOSE_BY,
    Asker,
    inputs_within,
    nearest_of,
    nearest_slots,
    verdicts_on,
)
from practice_admin.domain.verdicts import Rule, broken, verdicts
from practice_admin.models import Booking, Practice, SessionType

MOST_OCCURRENCES = 52
RHYTHMS = (1, 2)  # weeks
A_MONTH = 30  # days
NEAREST = 3  # free times that are named beside one that cannot be had


class BadSeries(Refusal):
    """The series itself makes no sense."""

    public_message = f"A series has 2 to {MOST_OCCURRENCES} sessions, every week or every second week."


@dataclass(frozen=True)
class Occurrence:
    """One time of a series as the diary judges it now, with free times near to one that cannot be had as it is."""

    starts_at: datetime
    broken: list[Rule] = field(default_factory=list)
    nearest: list[Slot] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        """Whether no rule stands against it."""
        return not self.broken

    @property
    def is_taken(self) -> bool:
        """Whether it cannot be had at all (R3), or is over."""
        return Rule.BOOKINGS in self.broken


class SeriesConflict(Refusal):
    """Some of it cannot be booked; `occurrences` says which, and what is free nearby. Nothing was booked."""

    public_message = "Some of these times cannot be had. Choose others for them, or leave them out."

    def __init__(self, occurrences: list[Occurrence]) -> None:
        super().__init__()
        self.occurrences = occurrences


def times_of(first: datetime, *, every_weeks: int, count: int, zone: ZoneInfo) -> list[datetime]:
    """The times of a series that keeps its wall time in `zone`, whatever the clocks do (R20). Raises BadSeries."""
    if every_weeks not in RHYTHMS or not 2 <= count <= MOST_OCCURRENCES:
        raise BadSeries
    wall = first.astimezone(zone).replace(tzinfo=None)
    return [(wall + timedelta(weeks=every_weeks * number)).replace(tzinfo=zone) for number in range(count)]


def check_series(
    *, client: Client, session_type: SessionType, times: Sequence[datetime], practice: Practice, now: datetime
) -> list[Occurrence]:
    """Judge each time as the diary stands, without writing anything; those before it count against the limit ahead.

    The diary is read once, however many times there are.
    """
    if not times:
        return []
    last = max(times) + timedelta(days=A_MONTH)
    window = (min(now, *times), last)
    asker = Asker(client, keeps_holds=True)
    hours, busy, rules = inputs_within(session_type, practice, window=window, now=now, asker=asker)
    wider = replace(rules, horizon_days=max(rules.horizon_days, (last - now).days))

    def judged(earlier: int, starts_at: datetime) -> Occurrence:
        as_then = replace(busy, ahead=busy.ahead + earlier)
        found = broken(verdicts(hours, as_then, rules, starts_at=starts_at, now=now))
        return Occurrence(starts_at, found, near(starts_at) if found else [])

    def near(to: datetime) -> list[Slot]:
        anybody = replace(busy, ahead=0)
        for around in ((to - CLOSE_BY, to + CLOSE_BY), window):
            free = open_slots(hours, anybody, wider, window=around, now=now)
            if len(free) >= NEAREST:
                break
        return nearest_of(free, to=to, count=NEAREST)

    return [judged(earlier, starts_at) for earlier, starts_at in enumerate(times)]


def book_series(
    *,
    client: Client,
    session_type: SessionType,
    times: Sequence[datetime],
    arrangement: Arrangement,
    now: datetime,
    calendar: LiveCalendar | None = None,
) -> list[Booking]:
    """Book all these times or none: confirmed at once, under one `series_id`, told in one mail.

    Raises SeriesConflict with every occurrence that cannot be had, or is against a rule while no reason is given;
    GateClosed; BadSeries for none, too many, or the same time twice.
    """
    if not 1 <= len(set(times)) == len(times) <= MOST_OCCURRENCES:
        raise BadSeries
    times = sorted(times)
    asked = blocks_now(calendar, times[0], times[-1] + timedelta(minutes=session_type.duration_minutes))
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        series_id = uuid4() if len(times) > 1 else None
        made: list[Booking] = []
        conflicts: list[Occurrence] = []
        for starts_at in times:
            try:
                made.append(
                    arrange(practice, client, session_type, starts_at, arrangement, now, asked, series_id=series_id)
                )
            except (SlotTaken, TimeIsOver, ReasonNeeded):
                asker = Asker(client, blocks=asked, keeps_holds=True)
                conflicts.append(_occurrence(asker, session_type, starts_at, practice, now))
        if conflicts:
            raise SeriesConflict(conflicts)
        for booking in made:
            owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)
    return made


def _occurrence(
    asker: Asker, session_type: SessionType, starts_at: datetime, practice: Practice, now: datetime
) -> Occurrence:
    found = broken(verdicts_on(session_type, practice, starts_at=starts_at, now=now, asker=asker))
    wider = _beyond_the_horizon(session_type, starts_at, now)
    near = nearest_slots(wider, practice, to=starts_at, now=now) if found else []
    return Occurrence(starts_at, found, near)


def _beyond_the_horizon(session_type: SessionType, starts_at: datetime, now: datetime) -> SessionType:
    """The type as it is, but open for as far ahead as her series reaches; a copy, never saved."""
    wider = copy(session_type)
    wider.horizon_days = max(session_type.horizon_days, (starts_at - now).days + A_MONTH)
    return wider
