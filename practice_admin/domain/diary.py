"""The one lock of the diary, and the steps that every act on bookings shares (R1, R2, R3).

Whatever changes a live booking or a client's stage takes this lock first, and no other. Bare concurrent inserts into
the exclusion constraint would deadlock in chains; behind the lock they queue for a few milliseconds each. The
constraints stay the last word: what they refuse is translated here, by name, for those who came by another door.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction

from clients.domain.refusals import Refusal
from clients.models import Client, Stage
from practice_admin.domain.queries import diary
from practice_admin.domain.queries.diary import Asker
from practice_admin.models import GATE, NO_OVERLAP, Booking, Practice, SessionType, Waiver

DEADLOCK = "40P01"
STAGES = [Stage.DISCOVERY, Stage.INTAKE, Stage.ONGOING]
NOBODY = Asker()


class SlotTaken(Refusal):
    """Somebody else has the time."""

    public_message = "That time was just taken. These are the nearest ones."


class SlotNotOffered(Refusal):
    """The time is well-formed, but not one that is offered: past, off the grid, outside the hours, over the cap."""

    public_message = "That time is not free. These are the nearest ones."


class LimitReached(Refusal):
    """The client has as many sessions of this type booked ahead as one may."""

    public_message = "You have this booked already."


class GateClosed(Refusal):
    """The session type is not open to this person yet."""

    public_message = "This opens after your first call. It is free, and it commits you to nothing."


@contextmanager
def translate_conflicts() -> Iterator[None]:
    """Turn the database's refusals into the domain's: wrap the whole transaction, since COMMIT may refuse too."""
    try:
        yield
    except DatabaseError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        name = getattr(diagnosis, "constraint_name", None)
        if name == NO_OVERLAP or getattr(diagnosis, "sqlstate", None) == DEADLOCK:
            raise SlotTaken from error
        if name == GATE:
            raise GateClosed from error
        raise


def lock_diary() -> Practice:
    """Take the lock that orders all changes to the diary, and read the practice's settings under it."""
    return Practice.objects.select_for_update().get(pk=1)


def open_stages(client: Client | None) -> frozenset[str]:
    """The stages whose session types this person (None: nobody signed in) may book now: R1, R2, and signed waivers."""
    newcomers = frozenset({Stage.DISCOVERY.value})
    if client is None or client.discovery_completed_at is None or client.stage == Stage.CLOSED:
        return newcomers
    reached = STAGES[: STAGES.index(Stage(client.stage)) + 1]
    waived = Waiver.objects.filter(client=client, ended_at=None).values_list("stage", flat=True)
    return newcomers | {stage.value for stage in reached} | set(waived if len(reached) < len(STAGES) else ())


def is_open_to(client: Client | None, session_type: SessionType) -> bool:
    """Whether this person may book this type now."""
    return session_type.is_open_to_newcomers or session_type.opens_at_stage in open_stages(client)


def ensure_open_to(client: Client | None, session_type: SessionType) -> None:
    """Raise GateClosed, in words that fit, unless the type is shown and open to this person."""
    if not session_type.is_shown:
        raise GateClosed("This kind of session is arranged in person.")
    if not is_open_to(client, session_type):
        raise GateClosed(why_locked(client, session_type))


def why_locked(client: Client | None, session_type: SessionType) -> str:
    """Why a type is not open to this person, in a sentence for them."""
    if client is not None and client.stage == Stage.CLOSED:
        return "Our work together is closed for now. A discovery call is the way to begin again."
    if session_type.opens_at_stage == Stage.ONGOING:
        return "These sessions open once regular care has begun, after your first session."
    return "This opens after your first call. It is free, and it commits you to nothing."


def ensure_offered(
    session_type: SessionType, practice: Practice, *, starts_at: datetime, now: datetime, asker: Asker = NOBODY
) -> None:
    """Raise LimitReached, SlotTaken where a live booking stands in the way, SlotNotOffered for anything else (R4)."""
    if diary.is_offered(session_type, practice, starts_at=starts_at, now=now, asker=asker):
        return
    at_limit = diary.why_none(session_type, practice, client=asker.client, now=now) if asker.moving is None else ""
    if at_limit:
        raise LimitReached(at_limit)
    minutes = diary.rules_of(session_type, asker.moving).duration
    ends_at = starts_at + timedelta(minutes=minutes)
    if starts_at > now and diary.is_taken(session_type, starts_at=starts_at, ends_at=ends_at, asker=asker):
        raise SlotTaken
    raise SlotNotOffered


def place(
    practice: Practice, *, client: Client, session_type: SessionType, starts_at: datetime, now: datetime, **fields: Any
) -> Booking:
    """Write a booking into the diary, with the policy as it stands.

    Belongs into a transaction that holds the lock and has asked every question.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("place() belongs into the transaction that locked the diary.")
    return Booking.objects.create(
        client=client,
        session_type=session_type,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=session_type.duration_minutes),
        changed_at=now,
        policy_text=practice.cancellation_policy,
        notice_hours=practice.cancellation_notice_hours,
        **fields,
    )
