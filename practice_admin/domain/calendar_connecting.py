"""Connecting her Google account, choosing its calendars, and letting it go. Talks to nobody: what Google has to hear of
it is owed, and what it has said is handed in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from integrations.calendars import Grant, ListedCalendar
from integrations.outbox.operations import owe
from practice_admin.domain.calendar_cycles import NoCalendar, read_soon
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.session_events import owe_sessions
from practice_admin.models import (
    PRIMARY,
    Block,
    CalendarConnection,
    KnownCalendar,
    PendingRevocation,
    Practice,
    PulledSpan,
    SessionEvent,
)

CALENDAR_REVOCATION, CALENDAR_RECONNECT = "calendar_revocation", "calendar_reconnect"
State = CalendarConnection.State


class BadChoice(Refusal):
    """The calendars cannot be chosen so; `field` says which choice it is about."""

    field = "receives"


class CannotReceive(BadChoice):
    """It is not in the account any more, or cannot be written to."""

    public_message = "Sessions cannot be written into that calendar. Choose another one."


class NothingBlocks(BadChoice):
    """No calendar is to block time."""

    field = "blocks"
    public_message = "Choose at least one calendar whose events block time."


class UnknownCalendar(BadChoice):
    """One of those that are to block time is not in the account."""

    field = "blocks"
    public_message = "One of these calendars is no longer in your account. Here is the list as it is now."


@dataclass(frozen=True)
class Choices:
    """Which calendar receives the sessions, which block time, whether tentative events do, and what titles show."""

    receives: str
    blocks: Collection[str]
    tentative_blocks: bool
    titles: str
    mirror_max_age_minutes: int


def connect_calendar(*, grant: Grant, listed: Collection[ListedCalendar], now: datetime) -> CalendarConnection:
    """Keep a grant that Google has just given, and owe the calendar every session ahead and a first reading.

    The same account again keeps her choices; so does one whose address was never learned. Another account ends the
    earlier grant at Google; what was mirrored from it goes, its events stay where they are.
    """
    account = next((calendar.id for calendar in listed if calendar.is_primary), "")
    with transaction.atomic(durable=True):
        lock_diary()
        earlier = CalendarConnection.objects.select_for_update().first()
        if earlier and earlier.account_email not in {"", account}:
            _let_go(earlier, now)
            earlier = None
        # Ending that grant now would end this one: at Google they are the same account's.
        PendingRevocation.objects.filter(account_email__in=["", account]).delete()
        SessionEvent.objects.exclude(account_email=account).delete()
        connected = _granted(grant, account, earlier, listed, now)
        CalendarConnection.objects.filter(pk=1).delete()
        connected.save(force_insert=True)
        SessionEvent.objects.update(cycle=0)
        keep_listed(listed)
        owe_sessions(now=now)
        read_soon(connected, now=now)
    return connected


def _granted(
    grant: Grant, account: str, earlier: CalendarConnection | None, listed: Collection[ListedCalendar], now: datetime
) -> CalendarConnection:
    """The connection under this grant, not saved, with what she chose under the earlier one of the same account."""
    return CalendarConnection(
        pk=1,
        account_email=account,
        calendar_id=_receiving(earlier, listed),
        tentative_blocks=earlier.tentative_blocks if earlier else True,
        refresh_token=grant.refresh_token,
        access_token=grant.access.token,
        access_expires_at=grant.access.expires_at,
        connected_at=now,
        cycle=earlier.cycle + 1 if earlier else 1,  # whoever reads under the earlier grant is overtaken
        good_at=earlier.good_at if earlier else None,
        report=earlier.report if earlier else {},
    )


def choose_calendars(*, choices: Choices, now: datetime) -> CalendarConnection:
    """Keep her choices. Other titles, or another calendar for the sessions: each event ahead is written anew, and taken
    away where it stood. Other calendars that block: they are read at once.

    Raises NoCalendar, CannotReceive, NothingBlocks, UnknownCalendar; changing nothing.
    """
    with transaction.atomic(durable=True):
        practice = lock_diary()
        connected = CalendarConnection.objects.select_for_update().first()
        if connected is None:
            raise NoCalendar
        known = {calendar.calendar_id: calendar for calendar in KnownCalendar.objects.filter(is_gone=False)}
        _ensure_possible(choices, known)
        moves = connected.calendar_id != choices.receives or practice.calendar_titles != choices.titles
        reads = (
            _blocking(known.values()) != set(choices.blocks) or connected.tentative_blocks != choices.tentative_blocks
        )
        connected.calendar_id, connected.tentative_blocks = choices.receives, choices.tentative_blocks
        connected.save(update_fields=["calendar_id", "tentative_blocks"])
        KnownCalendar.objects.update(blocks_time=False)
        KnownCalendar.objects.filter(calendar_id__in=choices.blocks).update(blocks_time=True)
        Practice.objects.filter(pk=practice.pk).update(
            calendar_titles=choices.titles, mirror_max_age_minutes=choices.mirror_max_age_minutes
        )
        if moves and connected.is_connected:
            owe_sessions(now=now)
        if reads and connected.is_connected:
            read_soon(connected, now=now)
    return connected


def disconnect_calendar(*, now: datetime) -> str:
    """Forget the grant and everything mirrored, at once: the account's address. Events of sessions stay where they are.

    That Google hears of it is owed, with the token kept for that alone. Raises NoCalendar.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        connected = CalendarConnection.objects.select_for_update().first()
        if connected is None:
            raise NoCalendar
        _let_go(connected, now)
    return connected.account_email


def mark_revoked(grant_id: UUID, *, now: datetime) -> bool:
    """Google no longer honours this grant: keep that, and owe her one mail for it. False where it was known."""
    with transaction.atomic(durable=True):
        honoured = CalendarConnection.objects.filter(grant_id=grant_id, state=State.CONNECTED)
        if not honoured.update(state=State.REVOKED, access_token="", access_expires_at=None):
            return False
        owe([CALENDAR_RECONNECT], subject=f"calendar:{grant_id}", version=1, now=now)
    return True


def keep_listed(listed: Iterable[ListedCalendar]) -> None:
    """Keep the account's calendars as Google lists them; what was chosen stays chosen. A step, in a transaction.

    One that blocks time and is not listed any more stays, marked as gone. Before anything was chosen the primary one
    blocks.
    """
    chosen = _blocking(KnownCalendar.objects.all())
    first = not KnownCalendar.objects.exists()
    rows = {
        one.id: KnownCalendar(
            calendar_id=one.id[:255],
            name=one.name[:255].replace("\x00", ""),
            is_primary=one.is_primary,
            can_receive=one.can_receive,
            blocks_time=one.is_primary if first else one.id in chosen,
        )
        for one in listed
    }
    KnownCalendar.objects.filter(calendar_id__in=chosen - set(rows)).update(is_gone=True, can_receive=False)
    KnownCalendar.objects.exclude(calendar_id__in=chosen - set(rows)).delete()
    KnownCalendar.objects.bulk_create(rows.values())


def name_account(connected: CalendarConnection, listed: Iterable[ListedCalendar], *, now: datetime) -> None:
    """Where the connection knows its calendar only as "primary", call it by its id from now on. A step.

    Such a connection is older than the records of what was written into it: its sessions are owed once more.
    """
    primary = next((one.id for one in listed if one.is_primary), "")
    if not primary or connected.calendar_id != PRIMARY:
        return
    named = CalendarConnection.objects.filter(grant_id=connected.grant_id, calendar_id=PRIMARY)
    named.update(calendar_id=primary, account_email=primary)
    SessionEvent.objects.filter(calendar_id=PRIMARY).update(calendar_id=primary, account_email=primary)
    connected.calendar_id = connected.account_email = primary
    owe_sessions(now=now)


def _let_go(connected: CalendarConnection, now: datetime) -> None:
    pending = PendingRevocation.objects.create(
        account_email=connected.account_email, token=connected.refresh_token, asked_at=now
    )
    owe([CALENDAR_REVOCATION], subject=pending.subject, version=1, now=now)
    Block.objects.filter(source=Block.Source.GOOGLE).delete()
    PulledSpan.objects.all().delete()
    KnownCalendar.objects.all().delete()
    SessionEvent.objects.update(difference="", is_ignored=False, noticed_at=None)
    CalendarConnection.objects.filter(pk=connected.pk).delete()


def _receiving(earlier: CalendarConnection | None, listed: Collection[ListedCalendar]) -> str:
    """The calendar that is to receive sessions: hers of before, where it is still there; else the primary one."""
    possible = {one.id for one in listed if one.can_receive}
    used = (
        SessionEvent.objects.filter(calendar_id__in=possible)
        .order_by("-starts_at")
        .values_list("calendar_id", flat=True)
    )
    before = earlier.calendar_id if earlier else used.first()
    return before if before in possible else next((one.id for one in listed if one.is_primary), PRIMARY)


def _ensure_possible(choices: Choices, known: dict[str, KnownCalendar]) -> None:
    if choices.receives not in known or not known[choices.receives].can_receive:
        raise CannotReceive
    if not choices.blocks:
        raise NothingBlocks
    if not set(choices.blocks) <= set(known):
        raise UnknownCalendar


def _blocking(calendars: Iterable[KnownCalendar]) -> set[str]:
    return {calendar.calendar_id for calendar in calendars if calendar.blocks_time}
