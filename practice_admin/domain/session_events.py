"""Where each session's event stands in her calendar, what it was told, and what she has done to it there.

A push writes what it is about to do before it does it: should it die in between, the next one knows where an event may
have come to stand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from clients.domain.refusals import Refusal
from integrations.calendars import OwnEvent
from integrations.errors import VendorError
from integrations.outbox.operations import owe_again
from practice_admin.domain.calendar_cycles import Cycle, swap
from practice_admin.domain.calendar_report import Report
from practice_admin.domain.diary import lock_diary
from practice_admin.models import Booking, CalendarConnection, SessionEvent

CALENDAR_EVENT = "calendar_event"
Difference = SessionEvent.Difference
Edges = tuple[datetime | None, datetime | None]


class LinkPending(VendorError):
    """The event stands; Google is still making the link of its video call, mostly for some seconds."""

    WORDS = "the link for the video call is not ready yet"

    def __init__(self) -> None:
        super().__init__("Google Calendar", self.WORDS, retryable=True)


class NotConnected(VendorError):
    """The grant was withdrawn: nothing is tried until she has connected the calendar again, which owes it again."""

    WORDS = "waits until the calendar is connected again"

    def __init__(self) -> None:
        super().__init__("Google Calendar", self.WORDS, retryable=False)


class NothingDiffers(Refusal):
    """The event is as it was told, or the difference was settled already."""

    public_message = "Nothing differs any more: your calendar and your diary agree."


def intend(booking: Booking, connected: CalendarConnection) -> None:
    """Keep that this booking's event is about to stand in the calendar that receives sessions now, at its times."""
    SessionEvent.objects.update_or_create(
        booking=booking,
        defaults={
            "account_email": connected.account_email,
            "calendar_id": connected.calendar_id,
            "starts_at": booking.starts_at,
            "ends_at": booking.ends_at,
            "is_settled": False,
            **_agreed(),
        },
    )


def settle(booking: Booking) -> None:
    """Keep that Google has taken it, as of the newest cycle: only a later one can see what became of it."""
    newest = CalendarConnection.objects.values("cycle")[:1]
    SessionEvent.objects.filter(booking=booking, starts_at=booking.starts_at, ends_at=booking.ends_at).update(
        is_settled=True, cycle=newest
    )


def owe_sessions(*, now: datetime) -> int:
    """Owe her calendar every session that is ahead, and every event that should no longer stand there: how many.

    A step: for whoever has connected a calendar, chosen another one, or other titles. Few statements, whatever the
    number of sessions.
    """
    wanted = Q(status=Booking.Status.CONFIRMED, awaits_new_time=False, is_quiet=False) | Q(calendar_entry__isnull=False)
    ahead = Booking.objects.filter(wanted, ends_at__gt=now).order_by("starts_at").only("public_id", "version")
    return owe_again(CALENDAR_EVENT, [(booking.subject, booking.version) for booking in ahead], now=now)


def expected(cycle: Cycle, read: Iterable[str]) -> QuerySet[SessionEvent]:
    """The events that the cycle should have met in the calendars it read: settled before it began, of live sessions."""
    inside = SessionEvent.objects.filter(starts_at__lt=cycle.ends_at, ends_at__gt=cycle.began_at, is_settled=True)
    live = inside.filter(cycle__lt=cycle.number, calendar_id__in=list(read), booking__status=Booking.Status.CONFIRMED)
    return live.select_related("booking").defer("booking__reason").order_by("starts_at")


@dataclass(frozen=True)
class Seen:
    """What a cycle saw of one event of ours; None as `event`: it is not there any more."""

    entry: SessionEvent
    event: OwnEvent | None

    @property
    def difference(self) -> str:
        """How it differs from what was told: moved, deleted, or not at all ("")."""
        if self.event is None or self.event.is_cancelled:
            return Difference.DELETED
        return "" if self.edges == (self.entry.starts_at, self.entry.ends_at) else Difference.MOVED

    @property
    def edges(self) -> Edges:
        """The times that it has now."""
        return (self.event.starts_at, self.event.ends_at) if self.event else (None, None)


def finish_cycle(cycle: Cycle, report: Report, seen: Iterable[Seen], *, now: datetime) -> int:
    """The mirror replaced, and every difference noticed, in one transaction: how many blocks. Raises Overtaken."""
    with transaction.atomic(durable=True):
        lock_diary()
        count = swap(cycle, report)
        for one in seen:
            _notice(one, now)
    return count


def keep_links(found: Mapping[UUID, OwnEvent]) -> None:
    """Keep the links for video calls that have come since the push asked for them."""
    links = {public_id: event.meet_link for public_id, event in found.items() if event.meet_link}
    waiting = Booking.objects.filter(meet_url="", status=Booking.Status.CONFIRMED, session_type__place="meet")
    for public_id in waiting.filter(public_id__in=links).values_list("public_id", flat=True):
        Booking.objects.filter(public_id=public_id).update(meet_url=links[public_id])


def owe_stray(connected: CalendarConnection, *, now: datetime) -> int:
    """Owe the events that stand in another calendar than the one that receives sessions: a push died on its way."""
    with transaction.atomic(durable=True):
        stray = SessionEvent.objects.filter(is_settled=True, ends_at__gt=now, account_email=connected.account_email)
        rows = stray.exclude(calendar_id=connected.calendar_id).select_related("booking").defer("booking__reason")
        return owe_again(CALENDAR_EVENT, [(row.booking.subject, row.booking.version) for row in rows], now=now)


def differences(*, now: datetime) -> QuerySet[SessionEvent]:
    """The events of coming sessions that she has moved or deleted in Google, and not decided about; soonest first."""
    open_ones = SessionEvent.objects.exclude(difference="").filter(is_ignored=False, ends_at__gt=now)
    known = open_ones.filter(booking__status=Booking.Status.CONFIRMED)
    related = known.select_related("booking__client__user", "booking__session_type").defer("booking__reason")
    return related.order_by("starts_at", "id")


def put_back(*, public_id: UUID, now: datetime) -> Booking:
    """Have the event put back to where the session is. Raises NothingDiffers."""
    with transaction.atomic(durable=True):
        entry = _differing(public_id)
        SessionEvent.objects.filter(pk=entry.pk).update(is_settled=False, **_agreed())
        owe_again(CALENDAR_EVENT, [(entry.booking.subject, entry.booking.version)], now=now)
    return entry.booking


def ignore_difference(*, public_id: UUID) -> Booking:
    """Leave the event as she made it, and the session where it is. Another change shows. Raises NothingDiffers."""
    with transaction.atomic(durable=True):
        entry = _differing(public_id)
        SessionEvent.objects.filter(pk=entry.pk).update(is_ignored=True)
    return entry.booking


def _differing(public_id: UUID) -> SessionEvent:
    known = SessionEvent.objects.select_related("booking").defer("booking__reason")
    entry = known.filter(booking__public_id=public_id).exclude(difference="").first()
    if entry is None:
        raise NothingDiffers
    return entry


def _notice(one: Seen, now: datetime) -> None:
    """Write what differs, if it is not what was known; a push that has come meanwhile is left alone."""
    entry, edges = one.entry, one.edges
    if one.difference == entry.difference and (
        not one.difference or edges == (entry.seen_starts_at, entry.seen_ends_at)
    ):
        return
    untouched = SessionEvent.objects.filter(pk=entry.pk, is_settled=True, cycle=entry.cycle)
    noticed_at = now if one.difference else None
    found = {"seen_starts_at": edges[0], "seen_ends_at": edges[1], "noticed_at": noticed_at}
    untouched.update(**_agreed() | {"difference": one.difference} | found)


def _agreed() -> dict[str, object]:
    nothing: dict[str, object] = dict.fromkeys(("seen_starts_at", "seen_ends_at", "noticed_at"))
    return {"difference": "", "is_ignored": False} | nothing
