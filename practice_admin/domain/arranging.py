"""The therapist books and moves for a client: over any rule save the gate and the overlap, with the override kept (R4).

What she books is confirmed at once and owed in the ledger; it never expires unpaid (R10).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from clients.domain.refusals import Refusal
from clients.models import Client, User
from integrations.outbox.operations import owe
from practice_admin.domain.availability import Span
from practice_admin.domain.cancelling import ON_HER_CHANGE
from practice_admin.domain.confirming import ON_CONFIRMATION
from practice_admin.domain.diary import GateClosed, SlotTaken, is_open_to, lock_diary, place, translate_conflicts
from practice_admin.domain.diary import why_locked as locked_words
from practice_admin.domain.live_calendar import LiveCalendar, blocks_now
from practice_admin.domain.moving import SameTime, booking_as_known, shift
from practice_admin.domain.queries.diary import Asker, verdicts_on
from practice_admin.domain.verdicts import Rule, broken
from practice_admin.models import Booking, Practice, RuleOverride, SessionType

LONGEST_REASON = 500  # characters


class TimeIsOver(Refusal):
    """Nothing can be booked into the past."""

    public_message = "That time is over. Please choose one that is still ahead."


class ReasonNeeded(Refusal):
    """Rules are passed over, and she has not said why, or not known of all of them; `rules` names them."""

    public_message = "This time is not one that is offered. Write why you choose it all the same."

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        self.rules = list(rules)


class NotArrangeable(Refusal):
    """The booking is not one that can be moved."""

    public_message = "Only a confirmed session can be moved."


def why_not_arrangeable(booking: Booking) -> str:
    """Why the therapist cannot move this booking, in a sentence; "" where she can."""
    return "" if booking.status == Booking.Status.CONFIRMED else NotArrangeable.public_message


def why_no_buffers(booking: Booking) -> str:
    """Why there are no buffers around it to set to nought, in a sentence; "" where its time is held."""
    return "" if booking.is_live else "It holds no time any more, so there are no buffers around it."


@dataclass(frozen=True)
class Arrangement:
    """What she wants: by whom it is arranged, why rules may be passed over, and whether the buffers count.

    `seen` are the rules that she was shown for each time: her reason covers no others. None: whichever they are.
    """

    actor: User
    reason: str = ""
    without_buffers: bool = False
    seen: Mapping[datetime, Collection[Rule]] | None = None

    def covers(self, rules: Collection[Rule], starts_at: datetime) -> bool:
        """Whether her reason is given for all of these."""
        known = rules if self.seen is None else self.seen.get(starts_at, ())
        return bool(self.reason.strip()) and set(rules) <= set(known)


def arrange_session(
    *,
    client: Client,
    session_type: SessionType,
    starts_at: datetime,
    arrangement: Arrangement,
    now: datetime,
    calendar: LiveCalendar | None = None,
) -> Booking:
    """Book for a client: confirmed at once. A stage opens only by a waiver (R2), a taken time never does (R3).

    Any other rule may be passed over with a reason, which is kept. Raises GateClosed, SlotTaken, TimeIsOver,
    ReasonNeeded. Instants are aware, stored as UTC.
    """
    ends_at = starts_at + timedelta(minutes=session_type.duration_minutes)
    asked = blocks_now(calendar, starts_at, ends_at)
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        booking = arrange(practice, client, session_type, starts_at, arrangement, now, asked)
        owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)
    return booking


def arrange(
    practice: Practice,
    client: Client,
    session_type: SessionType,
    starts_at: datetime,
    arrangement: Arrangement,
    now: datetime,
    asked: Sequence[Span] = (),
    **fields: Any,
) -> Booking:
    """One booking of hers. A step: belongs under the diary's lock; the caller owes what follows."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("arrange() belongs into the transaction that locked the diary.")
    client = Client.objects.select_related("user").get(pk=client.pk)  # stage and price as they are under the lock
    session_type = SessionType.objects.get(pk=session_type.pk)
    if not is_open_to(client, session_type):
        raise GateClosed(f"{locked_words(client, session_type)} You can sign a waiver on the client’s record.")
    if arrangement.without_buffers:
        session_type.buffer_before_minutes = session_type.buffer_after_minutes = 0  # of this copy, which is not saved
    passed_over = _judge(
        session_type, practice, starts_at, Asker(client, blocks=asked, keeps_holds=True), arrangement, now
    )
    booking = place(
        practice,
        client=client,
        session_type=session_type,
        starts_at=starts_at,
        now=now,
        status=Booking.Status.CONFIRMED,
        confirmed_at=now,
        booked_by=Booking.Side.THERAPIST,
        buffer_before_minutes=session_type.buffer_before_minutes,
        buffer_after_minutes=session_type.buffer_after_minutes,
        time_zone=client.user.time_zone or practice.time_zone,
        **fields,
    )
    _keep_overrides(booking, passed_over, arrangement, now)
    return booking


def move_session(
    *,
    public_id: UUID,
    starts_at: datetime,
    arrangement: Arrangement,
    now: datetime,
    known_version: int | None = None,
    calendar: LiveCalendar | None = None,
) -> Booking:
    """Move a client's confirmed session, at any time and as often as she likes, under the same rules as arranging.

    Raises Stale, NotArrangeable, SameTime, SlotTaken, TimeIsOver, ReasonNeeded; changing nothing.
    """
    seen = Booking.objects.defer("reason").get(public_id=public_id)
    asked = blocks_now(calendar, starts_at, starts_at + (seen.ends_at - seen.starts_at))
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        booking = booking_as_known(public_id, known_version)
        if why_not_arrangeable(booking):
            raise NotArrangeable
        if starts_at == booking.starts_at:
            raise SameTime
        if arrangement.without_buffers:
            booking.buffer_before_minutes = booking.buffer_after_minutes = 0
        asker = Asker(moving=booking, blocks=asked)
        passed_over = _judge(booking.session_type, practice, starts_at, asker, arrangement, now)
        booking.save(update_fields=["buffer_before_minutes", "buffer_after_minutes"])
        shift(booking, starts_at=starts_at, now=now)
        _keep_overrides(booking, passed_over, arrangement, now)
        owe(ON_HER_CHANGE, subject=booking.subject, version=booking.version, now=now)
    return booking


def drop_buffers(*, public_id: UUID, known_version: int | None = None) -> Booking:
    """Set one booking's buffers to nought (R3): what lies around it can be booked up to its very edges.

    Raises Stale, and NotArrangeable for one that holds no time any more.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        booking = booking_as_known(public_id, known_version)
        reason = why_no_buffers(booking)
        if reason:
            raise NotArrangeable(reason)
        booking.buffer_before_minutes = booking.buffer_after_minutes = 0
        booking.save(update_fields=["buffer_before_minutes", "buffer_after_minutes"])
    return booking


def _judge(
    session_type: SessionType,
    practice: Practice,
    starts_at: datetime,
    asker: Asker,
    arrangement: Arrangement,
    now: datetime,
) -> list[Rule]:
    """The rules that are passed over, all of which she may pass over, and has said why."""
    if starts_at <= now:
        raise TimeIsOver
    found = broken(verdicts_on(session_type, practice, starts_at=starts_at, now=now, asker=asker))
    if Rule.BOOKINGS in found:
        raise SlotTaken("Another session has that time, its buffers included.")
    if found and not arrangement.covers(found, starts_at):
        raise ReasonNeeded(found)
    return found


def _keep_overrides(booking: Booking, rules: Sequence[Rule], arrangement: Arrangement, now: datetime) -> None:
    RuleOverride.objects.bulk_create(
        RuleOverride(
            booking=booking,
            rule=rule,
            starts_at=booking.starts_at,
            reason=arrangement.reason.strip()[:LONGEST_REASON],
            made_by=arrangement.actor,
            made_at=now,
        )
        for rule in rules
    )
