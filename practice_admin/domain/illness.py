"""*I am ill*: the sessions of a day or more called off in one act, each cancelled or offered anew (R10, R19)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clients.domain.refusals import Refusal
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.cancelling import ON_HER_CHANGE, call_off
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.holds import MoneyOnItsWay, give_up_hold
from practice_admin.domain.refunds import ask_refund, refundable
from practice_admin.models import Block, Booking


class Way(StrEnum):
    """What becomes of a session that cannot be held."""

    CANCEL = "cancel"
    ANEW = "anew"


def ways_for(session: Booking) -> tuple[Way, ...]:
    """What can become of it, the usual one first. Whose it is has to be known before another time can be offered."""
    return (Way.CANCEL,) if session.awaits_owner else (Way.ANEW, Way.CANCEL)


class NothingToCallOff(Refusal):
    """There is no session in that time, or the time is over."""

    public_message = "There is no session in that time."


class SessionsChanged(Refusal):
    """Something was booked, moved or cancelled there since the page was made."""

    public_message = "The sessions in that time have changed meanwhile. Please look at them once more."


def sessions_within(since: datetime, until: datetime, *, now: datetime) -> QuerySet[Booking]:
    """The live sessions that begin in a span and are still ahead, in order; those waiting for payment among them."""
    live = Booking.objects.filter(status__in=Booking.LIVE, starts_at__gte=max(since, now), starts_at__lt=until)
    return live.select_related("client__user", "session_type").defer("reason").order_by("starts_at")


def call_off_sessions(
    *,
    since: datetime,
    until: datetime,
    ways: Mapping[UUID, Way],
    gateway: StripeGateway,
    now: datetime,
) -> list[Booking]:
    """Call off every session in a span, as `ways` says for each by its public id, and block the span.

    A cancelled one is paid back; one that is offered anew keeps its row and its payment, and its client is asked to
    choose another time, once. Times that are held unpaid are let go first, at Stripe and here. Raises SessionsChanged
    where `ways` does not name exactly the confirmed sessions there, each with one of `ways_for` it, NothingToCallOff,
    and VendorError where Stripe cannot be asked; then no session is called off.
    """
    if until <= now:
        raise NothingToCallOff("That time is over.")
    seen = list(sessions_within(since, until, now=now))
    held = {session.public_id for session in seen if session.status == Booking.Status.PENDING_PAYMENT}
    _ensure_named([session for session in seen if session.public_id not in held], ways)  # before anything is let go
    for public_id in held:
        with suppress(MoneyOnItsWay):  # what a bank is at cannot be stopped: it stays held, and she is told
            give_up_hold(public_id=public_id, gateway=gateway, now=now)
    with transaction.atomic(durable=True):
        lock_diary()
        left = sessions_within(since, until, now=now)
        sessions = list(left.exclude(public_id__in=held, status=Booking.Status.PENDING_PAYMENT))
        _ensure_named(sessions, ways)
        for session in sessions:
            _call_off(session, ways[session.public_id], now)
        Block.objects.get_or_create(
            starts_at=max(since, now), ends_at=until, source=Block.Source.MANUAL, defaults={"label": "Away"}
        )
    return sessions


def _ensure_named(sessions: Sequence[Booking], ways: Mapping[UUID, Way]) -> None:
    """Raise SessionsChanged unless `ways` names exactly these, each with a way that is open to it."""
    if {session.public_id for session in sessions} != set(ways):
        raise SessionsChanged
    if not all(ways[session.public_id] in ways_for(session) for session in sessions):
        raise SessionsChanged


def _call_off(session: Booking, way: Way, now: datetime) -> None:
    if way == Way.ANEW and session.awaits_new_time:
        return  # its client was asked before, and is not asked twice
    if way == Way.CANCEL:
        call_off(session, by=Booking.Side.THERAPIST, fee=Booking.Fee.WAIVED if session.price_minor else "", now=now)
        ask_refund(session, refundable(session), now=now)
    else:
        session.awaits_new_time = True
        session.changed_at = now
        session.version += 1
        session.save(update_fields=["awaits_new_time", "changed_at", "version"])
    owe(ON_HER_CHANGE, subject=session.subject, version=session.version, now=now)
