"""What the calendar's page shows: how it stands, what was counted, what differs, and her choices."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from integrations.outbox.models import Effect
from integrations.outbox.schedules import next_time
from practice_admin.domain.calendar_cycles import CALENDAR_PULL
from practice_admin.domain.calendar_report import Report
from practice_admin.domain.queries.clashes import clashes
from practice_admin.domain.session_events import differences
from practice_admin.handlers.calendar_pull import SCHEDULE
from practice_admin.models import CalendarConnection, KnownCalendar, SessionEvent
from practice_admin.workspace.calendar.forms import ChoicesForm, choices_form
from practice_admin.workspace.desk import practice_of

A_DAY = timedelta(days=1)
KINDS = {"own": "the sessions’ own events", "outside": "outside of the days that are read", "free": "shown as free"}


@dataclass(frozen=True)
class Status:
    """How reading it goes."""

    good_at: datetime | None
    next_at: datetime | None
    is_reading: bool
    last_error: str
    report: Report

    @property
    def skipped(self) -> list[tuple[str, int]]:
        """What did not block, the most frequent kind first. (A template would ask the counter itself for "items".)"""
        return [(KINDS.get(kind, kind), count) for kind, count in self.report.skipped.most_common()]


@dataclass(frozen=True)
class Differing:
    """An event that she moved or deleted in Google. `can_follow`: the session can be moved to where the event is."""

    entry: SessionEvent
    can_follow: bool


def status_of(connected: CalendarConnection, now: datetime) -> Status:
    """How it stands with reading it."""
    lease = connected.cycle_lease_until
    asked = Effect.objects.filter(
        kind=CALENDAR_PULL, subject=connected.subject, state__in=[Effect.State.DUE, Effect.State.RUNNING]
    )
    return Status(
        good_at=connected.good_at,
        next_at=next_time(SCHEDULE),
        is_reading=bool(lease and lease > now) or asked.exists(),
        last_error=connected.last_error,
        report=Report.of(connected.report),
    )


def differing(now: datetime) -> list[Differing]:
    """What she changed in Google and has not decided about."""
    return [Differing(entry, can_follow(entry)) for entry in differences(now=now)]


def can_follow(entry: SessionEvent) -> bool:
    """Whether there is a time to which the session could be moved: not where the event was deleted, only made longer or
    shorter, or spread over days."""
    starts_at, ends_at = entry.seen_starts_at, entry.seen_ends_at
    if entry.difference != SessionEvent.Difference.MOVED:
        return False
    return bool(starts_at and ends_at and starts_at != entry.booking.starts_at and ends_at - starts_at < A_DAY)


def calendar_context(request: HttpRequest, *, now: datetime, refused: ChoicesForm | None = None) -> dict[str, Any]:
    """The context of `workspace/calendar.html`; `refused` is the form that came back."""
    connected = CalendarConnection.objects.first()
    context: dict[str, Any] = {"title": "Calendar", "connected": connected, "most_age": None}
    if connected is None:
        return context
    known = list(KnownCalendar.objects.all())
    return context | {
        "status": status_of(connected, now),
        "known": known,
        "receiving": next((str(one) for one in known if one.calendar_id == connected.calendar_id), ""),
        "form": refused or choices_form(connected, practice_of(request), known),
        "differing": differing(now),
        "clashing": clashes(now=now),
    }
