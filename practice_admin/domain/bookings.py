"""Booking, by guests and by clients: each a verb, one transaction, one lock (R1 to R6, R9, R12)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.domain.people import Visitor, find_or_create_client
from clients.models import Client
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.confirming import ON_CONFIRMATION
from practice_admin.domain.diary import (
    ensure_offered,
    ensure_open_to,
    lock_diary,
    place,
    translate_conflicts,
)
from practice_admin.domain.hold_times import HOLD_LIFETIME
from practice_admin.domain.holds import clear_unpaid_holds, make_room, unpaid_holds
from practice_admin.domain.live_calendar import LiveCalendar, ask_before
from practice_admin.domain.queries.diary import Asker
from practice_admin.models import Booking, SessionType


def book_as_guest(
    *,
    visitor: Visitor,
    session_type: SessionType,
    starts_at: datetime,
    now: datetime,
    calendar: LiveCalendar | None = None,
) -> Booking:
    """Book a newcomers' session for somebody who has not signed in, and make the person where the address is new.

    Confirmed at once: such types are free. Under an address that was known before, the booking is as real as any, and
    waits for its owner's word (R9). Google, where a `calendar` is given, is asked first (R14). Raises GateClosed,
    SlotTaken, SlotNotOffered. Instants are aware, stored as UTC.
    """
    asker = Asker(blocks=ask_before(calendar, session_type, starts_at=starts_at, now=now))
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        session_type = SessionType.objects.get(pk=session_type.pk)  # as it is under the lock
        ensure_open_to(None, session_type)
        ensure_offered(session_type, practice, starts_at=starts_at, now=now, asker=asker)
        client, was_known = find_or_create_client(visitor)
        booking = place(
            practice,
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
            is_quiet=client.quieted_at is not None,
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
    has_agreed: bool = True,
    calendar: LiveCalendar | None = None,
    gateway: StripeGateway | None = None,
) -> Booking:
    """Book one session for a signed-in client: a free one is confirmed, a priced one holds its time until it is paid.

    `has_agreed` says that they agreed, with this one, that their details are kept; those who did before are not asked.
    One time at a time is held for a client: what they hold unpaid is given up for this one, at Stripe first, by the
    `gateway`; the very time that they hold is answered as it is. Google, where a `calendar` is given, is asked first
    (R14). Raises GateClosed, LimitReached, SlotTaken, SlotNotOffered, HoldInTheWay, and VendorError where a hold
    cannot be given up because Stripe is silent. Instants are aware, stored as UTC.
    """
    asked = ask_before(calendar, session_type, starts_at=starts_at, now=now, client=client)
    if held := _held_already(client, session_type, starts_at):
        return held
    make_room(client=client, session_type=session_type, starts_at=starts_at, gateway=gateway, now=now)
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        # Stage and price as they are under the lock
        client = Client.objects.select_related("user").get(pk=client.pk)
        session_type = SessionType.objects.get(pk=session_type.pk)
        ensure_open_to(client, session_type)
        ensure_offered(session_type, practice, starts_at=starts_at, now=now, asker=Asker(client, blocks=asked))
        clear_unpaid_holds(client, now=now)
        is_free = session_type.price_minor == 0
        booking = place(
            practice,
            client=client,
            session_type=session_type,
            starts_at=starts_at,
            now=now,
            status=Booking.Status.CONFIRMED if is_free else Booking.Status.PENDING_PAYMENT,
            confirmed_at=now if is_free else None,
            hold_expires_at=None if is_free else now + HOLD_LIFETIME,
            time_zone=time_zone or client.user.time_zone or practice.time_zone,
            reason=reason,
            consented_at=now if has_agreed else None,
        )
        if is_free:
            owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)
    return booking


def keep_booking(*, public_id: UUID) -> Booking:
    """The owner of the address says that the booking made under it is theirs (R9)."""
    with transaction.atomic(durable=True):
        lock_diary()
        Booking.objects.filter(public_id=public_id, status__in=Booking.LIVE).update(awaits_owner=False)
    return Booking.objects.get(public_id=public_id)


def _held_already(client: Client, session_type: SessionType, starts_at: datetime) -> Booking | None:
    """The unpaid hold of just this, for whoever presses twice."""
    return unpaid_holds(client).filter(session_type=session_type, starts_at=starts_at).first()
