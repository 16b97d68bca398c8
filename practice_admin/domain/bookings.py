"""What can be done with a booking: each a verb, one transaction, one lock (R1 to R6, R9, R12)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from clients.domain.people import Visitor, find_or_create_client
from clients.domain.refusals import Refusal
from clients.models import Client, Stage
from integrations.outbox.operations import owe
from practice_admin.domain.diary import (
    ensure_offered,
    ensure_open_to,
    lock_diary,
    place,
    translate_conflicts,
)
from practice_admin.models import Booking, SessionType

ON_CHANGE = ("client_email", "therapist_email", "notifications", "calendar_event")
ON_CONFIRMATION = (*ON_CHANGE, "welcome_thread")

# Stripe ends a Checkout session 30 minutes after its creation at the earliest (`expires_at` in its API reference);
# we ask for a little more, for clocks differ, and the hold outlives the session by a margin.
STRIPE_MINIMUM = timedelta(minutes=30)
CHECKOUT_LIFETIME = STRIPE_MINIMUM + timedelta(minutes=1)
HOLD_MARGIN = timedelta(minutes=4)
HOLD_LIFETIME = CHECKOUT_LIFETIME + HOLD_MARGIN


class NotCancellable(Refusal):
    """The booking cannot be cancelled by this person now."""

    public_message = "This can no longer be cancelled here. Please write to us instead."


class NotClosable(Refusal):
    """The session cannot be closed now."""

    public_message = "This session is closed already."


def book_as_guest(*, visitor: Visitor, session_type: SessionType, starts_at: datetime, now: datetime) -> Booking:
    """Book a newcomers' session for somebody who has not signed in, and make the person where the address is new.

    Confirmed at once: such types are free. Under an address that was known before, the booking is as real as any, and
    waits for its owner's word (R9). Raises GateClosed, SlotTaken, SlotNotOffered. Instants are aware, stored as UTC.
    """
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        session_type = SessionType.objects.get(pk=session_type.pk)  # as it is under the lock
        ensure_open_to(None, session_type)
        ensure_offered(session_type, practice, starts_at=starts_at, now=now)
        client, was_known = find_or_create_client(visitor)
        booking = place(
            client=client,
            session_type=session_type,
            starts_at=starts_at,
            now=now,
            status=Booking.Status.CONFIRMED,
            confirmed_at=now,
            guest_name=visitor.name,
            guest_phone=visitor.phone,
            time_zone=visitor.time_zone or practice.time_zone,  # never the person's own, which would tell of them
            reason=visitor.reason,
            consented_at=now,
            awaits_owner=was_known,
            policy_text=practice.cancellation_policy,
        )
        owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)
    return booking


def book_session(
    *,
    client: Client,
    session_type: SessionType,
    starts_at: datetime,
    now: datetime,
    time_zone: str = "",
    reason: str = "",
) -> Booking:
    """Book one session for a signed-in client: a free one is confirmed, a priced one holds its time until it is paid.

    Raises GateClosed, SlotTaken, SlotNotOffered. Instants are aware, stored as UTC.
    """
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        # Stage and price as they are under the lock
        client = Client.objects.select_related("user").get(pk=client.pk)
        session_type = SessionType.objects.get(pk=session_type.pk)
        ensure_open_to(client, session_type)
        ensure_offered(session_type, practice, starts_at=starts_at, now=now)
        is_free = session_type.price_minor == 0
        booking = place(
            client=client,
            session_type=session_type,
            starts_at=starts_at,
            now=now,
            status=Booking.Status.CONFIRMED if is_free else Booking.Status.PENDING_PAYMENT,
            confirmed_at=now if is_free else None,
            hold_expires_at=None if is_free else now + HOLD_LIFETIME,
            time_zone=time_zone or client.user.time_zone or practice.time_zone,
            reason=reason,
            consented_at=now,
            policy_text=practice.cancellation_policy,
        )
        if is_free:
            owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)
    return booking


def confirm(booking: Booking, *, now: datetime) -> None:
    """Turn a held booking into a confirmed one and owe what follows. A step: belongs under the diary's lock."""
    booking.status = Booking.Status.CONFIRMED
    booking.confirmed_at = booking.changed_at = now
    booking.hold_expires_at = None
    booking.save(update_fields=["status", "confirmed_at", "changed_at", "hold_expires_at"])
    owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)


def is_cancellable(booking: Booking, *, notice_hours: int, is_owner: bool, now: datetime) -> bool:
    """Whether whoever holds its link may cancel it: confirmed, free of charge, and the practice's notice ahead.

    The owner of an address under which somebody else booked (`is_owner`: proved by mail) may do so until it begins.
    Sessions that were paid for are cancelled by writing to the therapist for now: their refund is hers to make.
    """
    notice = timedelta(0) if is_owner and booking.awaits_owner else timedelta(hours=notice_hours)
    in_time = booking.starts_at - now >= notice
    return booking.status == Booking.Status.CONFIRMED and booking.price_minor == 0 and in_time


def cancel_booking(*, public_id: UUID, is_owner: bool, now: datetime) -> Booking:
    """Cancel by its link; its time is free at once. Raises NotCancellable, changing nothing."""
    with transaction.atomic(durable=True):
        practice = lock_diary()
        booking = Booking.objects.get(public_id=public_id)
        notice = practice.cancellation_notice_hours
        if not is_cancellable(booking, notice_hours=notice, is_owner=is_owner, now=now):
            raise NotCancellable
        booking.status = Booking.Status.CANCELLED
        booking.ended_at = booking.changed_at = now
        booking.version += 1
        booking.save(update_fields=["status", "ended_at", "changed_at", "version"])
        owe(ON_CHANGE, subject=booking.subject, version=booking.version, now=now)
    return booking


def keep_booking(*, public_id: UUID) -> Booking:
    """The owner of the address says that the booking made under it is theirs (R9)."""
    with transaction.atomic(durable=True):
        lock_diary()
        Booking.objects.filter(public_id=public_id, status__in=Booking.LIVE).update(awaits_owner=False)
    return Booking.objects.get(public_id=public_id)


def why_not_closable(booking: Booking, now: datetime) -> str:
    """Why this booking cannot be closed with an outcome now, in a sentence; "" where it can."""
    if not booking.session_type.is_open_to_newcomers:
        return "Only a discovery call is closed with an outcome."
    if booking.outcome:
        return f"This call is closed already: {booking.get_outcome_display().lower()}."
    if booking.status != Booking.Status.CONFIRMED:
        return f"There is nothing to close: this booking is marked “{booking.get_status_display().lower()}”."
    if booking.starts_at > now:
        return "This call has not begun yet. It can be closed once its time has come."
    return ""


def close_discovery(*, public_id: UUID, outcome: Booking.Outcome, now: datetime) -> Booking:
    """Close a discovery call that has begun, with its outcome; "proceed" opens the gate and the intake (R1).

    Any other outcome closes the relationship of a newcomer; someone already in care stays as they are. Raises
    NotClosable where it is no confirmed discovery call, or has not begun.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        booking = Booking.objects.select_related("client", "session_type").get(public_id=public_id)
        reason = why_not_closable(booking, now)
        if reason:
            raise NotClosable(reason)
        booking.status = Booking.Status.COMPLETED
        booking.outcome = outcome
        booking.ended_at = now  # her own doing is no news to her: `changed_at` stays
        booking.save(update_fields=["status", "outcome", "ended_at"])
        _follow_outcome(booking.client, outcome, now)
    return booking


def _follow_outcome(client: Client, outcome: Booking.Outcome, now: datetime) -> None:
    if outcome == Booking.Outcome.PROCEED:
        client.discovery_completed_at = client.discovery_completed_at or now
        if client.stage in {Stage.DISCOVERY, Stage.CLOSED}:
            client.stage = Stage.INTAKE
    elif client.stage == Stage.DISCOVERY:
        client.stage = Stage.CLOSED
    client.save(update_fields=["stage", "discovery_completed_at"])
