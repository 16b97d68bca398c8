"""Closing the work with a client: the stage, and what becomes of their sessions and their feed, in one act (R2, R19).

Of messages there is nothing to choose: once closed, the thread is for reading only (R17).
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from clients.domain.stages import StageRefused, change_stage, ensure_words
from clients.models import Client, Stage, StageChange, User
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.cancelling import ON_HER_CHANGE, call_off
from practice_admin.domain.holds import MoneyOnItsWay, give_up_hold
from practice_admin.domain.refunds import ask_refund, refundable
from practice_admin.domain.stages import client_as_known
from practice_admin.models import Booking


class Fate(StrEnum):
    """What becomes of a session that is booked ahead."""

    WAIVE = "waive"  # cancelled: what was paid goes back, nothing is owed
    CHARGE = "charge"  # cancelled: what was paid is kept, or stays owed
    KEEP = "keep"


class SessionsChanged(StageRefused):
    """Something was booked, moved, paid or cancelled since the page was made."""

    public_message = "Their sessions have changed meanwhile. Please look at them once more."


def fates_for(session: Booking) -> tuple[Fate, ...]:
    """What can become of it, the usual one first. Where nothing is to be paid there is nothing to charge."""
    return (Fate.WAIVE, Fate.CHARGE, Fate.KEEP) if session.price_minor else (Fate.WAIVE, Fate.KEEP)


def sessions_ahead(client: Client, *, now: datetime) -> QuerySet[Booking]:
    """The client's live sessions that are still to come, in order: held ones too, and those offered anew."""
    ahead = Q(starts_at__gt=now) | Q(awaits_new_time=True)
    live = Booking.objects.filter(ahead, client=client, status__in=Booking.LIVE)
    return live.select_related("client__user", "session_type").defer("reason").order_by("starts_at")


def close_client(
    *,
    client: Client,
    fates: Mapping[UUID, Fate],
    takes_feed: bool,
    actor: User,
    gateway: StripeGateway,
    now: datetime,
    known: Stage | None = None,
    words: str = "",
) -> list[Booking]:
    """Close the work with a client; each session ahead becomes what `fates` says by its public id.

    Times held unpaid are let go first, at Stripe and here. `takes_feed` takes away what was shared with them, until
    they are reopened. Gives back what was cancelled. Raises SessionsChanged where `fates` does not name exactly the
    confirmed sessions ahead, each with one of `fates_for` it; StageStale, StageRefused; and VendorError where Stripe
    cannot be asked. Then nothing is closed and no session cancelled.
    """
    ensure_words(words)
    seen = list(sessions_ahead(client, now=now))
    held = {session.public_id for session in seen if session.status == Booking.Status.PENDING_PAYMENT}
    _ensure_named([session for session in seen if session.public_id not in held], fates)  # before anything is let go
    _ensure_open(Client.objects.get(pk=client.pk))
    for public_id in held:
        with suppress(MoneyOnItsWay):  # what a bank is at cannot be stopped: it stays held, and she is told
            give_up_hold(public_id=public_id, gateway=gateway, now=now)
    with transaction.atomic(durable=True):
        client = client_as_known(client, known)
        _ensure_open(client)
        sessions = _still_ahead(client, held, now)
        _ensure_named(sessions, fates)
        cancelled = [session for session in sessions if fates[session.public_id] != Fate.KEEP]
        for session in cancelled:
            _cancel(session, fates[session.public_id], now)
        client.feed_taken_at = now if takes_feed else None
        change_stage(client, to=Stage.CLOSED, how=StageChange.How.CLOSED, actor=actor, now=now, words=words)
    return cancelled


def _still_ahead(client: Client, held: Collection[UUID], now: datetime) -> list[Booking]:
    """As they stand under the lock; a held one on which Stripe still waits for money is left to become what it may."""
    return list(sessions_ahead(client, now=now).exclude(public_id__in=held, status=Booking.Status.PENDING_PAYMENT))


def _ensure_open(client: Client) -> None:
    if client.stage == Stage.CLOSED:
        raise StageRefused("The work with this client is closed already.")


def _ensure_named(sessions: Sequence[Booking], fates: Mapping[UUID, Fate]) -> None:
    if {session.public_id for session in sessions} != set(fates):
        raise SessionsChanged
    if not all(fates[session.public_id] in fates_for(session) for session in sessions):
        raise SessionsChanged


def _cancel(session: Booking, fate: Fate, now: datetime) -> None:
    fee = Booking.Fee.WAIVED if fate == Fate.WAIVE else Booking.Fee.CHARGED
    call_off(session, by=Booking.Side.THERAPIST, fee=fee if session.price_minor else "", now=now)
    if fate == Fate.WAIVE:
        ask_refund(session, refundable(session), now=now)
    owe(ON_HER_CHANGE, subject=session.subject, version=session.version, now=now)
