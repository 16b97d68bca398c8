"""The therapist moves a client's stage: on, back, over a discovery held elsewhere, and open again (R1, R2).

No form moves a stage by itself. What is booked stays booked: the gate judges what is booked from then on.
"""

from datetime import datetime

from django.db import transaction

from clients.domain.stages import (
    HeldElsewhere,
    StageRefused,
    StageStale,
    change_stage,
    ensure_words,
    how_moved,
    why_not_to,
)
from clients.models import Client, Stage, StageChange, User
from practice_admin.domain.diary import lock_diary


def move_stage(
    *, client: Client, to: Stage, actor: User, now: datetime, known: Stage | None = None, words: str = ""
) -> StageChange:
    """Move an open client to another open stage, on or back. Past the gate only once it is open (R1).

    `known` is the stage on the page that asked: from an older page nothing moves. Raises StageStale, StageRefused.
    """
    ensure_words(words)
    with transaction.atomic(durable=True):
        client = client_as_known(client, known)
        if client.stage == Stage.CLOSED:
            raise StageRefused("The work with this client is closed. Reopen it first.")
        if to == Stage.CLOSED:
            raise StageRefused("To close, it has to be said what becomes of their sessions and their feed.")
        _ensure_reachable(client, to)
        how = how_moved(client.stage, to)
        return change_stage(client, to=to, how=how, actor=actor, now=now, words=words)


def reopen_client(*, client: Client, to: Stage, actor: User, now: datetime, words: str = "") -> StageChange:
    """Take up the work with a closed client again, at one of the open stages; their feed can be read again.

    Raises StageStale where it is not closed, and StageRefused: past the gate only where it is open.
    """
    ensure_words(words)
    with transaction.atomic(durable=True):
        client = client_as_known(client, Stage.CLOSED)
        if to == Stage.CLOSED:
            raise StageRefused("Please choose a stage at which the work goes on.")
        _ensure_reachable(client, to)
        client.feed_taken_at = None
        return change_stage(client, to=to, how=StageChange.How.REOPENED, actor=actor, now=now, words=words)


def record_discovery(
    *, client: Client, held: HeldElsewhere, actor: User, now: datetime, words: str = ""
) -> StageChange:
    """Record a discovery that was held elsewhere: it opens the gate, and the intake (R1).

    Raises StageRefused where the gate is open already, DayRefused for a day that is no past one.
    """
    ensure_words(words)
    completed_at = held.completed_at(now)
    with transaction.atomic(durable=True):
        client = client_as_known(client, None)
        if client.discovery_completed_at is not None:
            raise StageRefused("The gate is open already: a discovery is recorded for this client.")
        client.discovery_completed_at, client.feed_taken_at = completed_at, None
        how = StageChange.How.ELSEWHERE
        return change_stage(client, to=Stage.INTAKE, how=how, actor=actor, now=now, words=words, held=held)


def client_as_known(client: Client, known: Stage | None) -> Client:
    """The client under the diary's lock, as they stand. Raises StageStale where the page that asked knew other."""
    lock_diary()
    fresh = Client.objects.select_related("user").get(pk=client.pk)
    if known is not None and fresh.stage != known:
        raise StageStale
    return fresh


def _ensure_reachable(client: Client, to: Stage) -> None:
    why_not = why_not_to(client, to)
    if why_not:
        raise StageRefused(why_not)
