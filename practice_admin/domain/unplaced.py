"""Money that came when its time was gone: kept, then placed on another session or given back, as is said (R10)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.models import User
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.confirming import ON_CONFIRMATION, confirm
from practice_admin.domain.diary import ensure_offered, ensure_open_to, lock_diary, place, translate_conflicts
from practice_admin.domain.holds import clear_unpaid_holds, end_sessions, make_room
from practice_admin.domain.live_calendar import LiveCalendar, ask_before
from practice_admin.domain.queries.diary import Asker
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.refunds import left_of, refund_unplaced
from practice_admin.models import Booking, Payment, Refund

State, Status = Payment.State, Booking.Status


class NothingToPlace(Refusal):
    """The money has been placed, or given back."""

    public_message = "This money has found its place already, or is on its way back."


class NotPlaceable(Refusal):
    """The money cannot count for that booking."""

    public_message = "This money cannot be used for that session."


def book_with_money(
    *,
    payment_id: UUID,
    starts_at: datetime,
    now: datetime,
    time_zone: str = "",
    calendar: LiveCalendar | None = None,
    gateway: StripeGateway | None = None,
) -> Booking:
    """Book another time of the same kind for its owner, paid with the money that is kept: confirmed at once.

    At the price that was paid, judged as every booking is (R4). Raises NothingToPlace, GateClosed, LimitReached,
    SlotTaken, SlotNotOffered, HoldInTheWay, and VendorError where a hold of theirs has to be given up first and Stripe
    is silent. Instants are aware, stored as UTC.
    """
    seen = _seen(payment_id)
    kind, client = seen.booking.session_type, seen.client
    asked = ask_before(calendar, kind, starts_at=starts_at, now=now, client=client)
    make_room(client=client, session_type=kind, starts_at=starts_at, gateway=gateway, now=now)
    with translate_conflicts(), transaction.atomic(durable=True):
        practice = lock_diary()
        payment = _to_place(payment_id)
        ensure_open_to(payment.client, kind)
        ensure_offered(kind, practice, starts_at=starts_at, now=now, asker=Asker(payment.client, blocks=asked))
        clear_unpaid_holds(payment.client, now=now)
        booking = place(
            practice,
            client=payment.client,
            session_type=kind,
            starts_at=starts_at,
            now=now,
            status=Status.CONFIRMED,
            confirmed_at=now,
            consented_at=now,
            price_minor=payment.amount_minor,
            currency=payment.currency,
            time_zone=time_zone or payment.client.user.time_zone or practice.time_zone,
        )
        _put(payment, booking, now)
        owe(ON_CONFIRMATION, subject=booking.subject, version=booking.version, now=now)
    return booking


def place_payment(*, payment_id: UUID, booking_id: UUID, gateway: StripeGateway, now: datetime) -> Payment:
    """Let the money count for another booking of the same client, on the therapist's word.

    For one for which as much is still owed, or one that is held for just this price: then its own payment page is
    ended at Stripe first, and the money confirms it. Raises NothingToPlace, NotPlaceable, VendorError.
    """
    seen = Booking.objects.defer("reason").get(public_id=booking_id)
    if seen.status == Status.PENDING_PAYMENT:
        if reason := why_not_placeable(_to_place(payment_id), seen):
            raise NotPlaceable(reason)  # before anything is ended
        end_sessions(seen.payments.all(), gateway=gateway, now=now, keeps_hold=True)
    with transaction.atomic(durable=True):
        lock_diary()
        payment = _to_place(payment_id)
        booking = Booking.objects.select_related("client").defer("reason").get(public_id=booking_id)
        reason = why_not_placeable(payment, booking)
        if reason:
            raise NotPlaceable(reason)
        if booking.status == Status.PENDING_PAYMENT:
            unopened = booking.payments.filter(state=State.OPEN, checkout_session_id=None)
            unopened.update(state=State.EXPIRED)  # one that was opened since is ended by the sweep
            confirm(booking, now=now)
        _put(payment, booking, now)
    return payment


def why_not_placeable(payment: Payment, booking: Booking) -> str:
    """Why the money cannot count for this booking, in a sentence for her; "" where it can."""
    if booking.client_id != payment.client_id:
        return "That session is another client’s."
    if booking.currency != payment.currency:
        return f"That session is priced in {booking.currency}, and this money is {payment.currency}."
    if booking.status == Status.PENDING_PAYMENT:
        if booking.payments.filter(state=State.AWAITED).exists():
            return "A payment for that session is on its way already."
        return "" if booking.price_minor == payment.amount_minor else "That session has another price."
    if owed_for(booking) < payment.amount_minor:
        return "Less than that is owed for that session."
    return ""


def give_money_back(*, payment_id: UUID, origin: Refund.Origin, now: datetime, asked_by: User | None = None) -> Refund:
    """Pay all of it back, on its owner's word or the therapist's (`origin`). Raises NothingToPlace: once is enough."""
    with transaction.atomic(durable=True):
        lock_diary()
        payment = _seen(payment_id)
        if payment.state != State.UNPLACED or not left_of(payment):
            raise NothingToPlace
        return refund_unplaced(payment, now=now, origin=origin, asked_by=asked_by)


def _seen(payment_id: UUID) -> Payment:
    related = Payment.objects.select_related("client__user", "booking__session_type").defer("booking__reason")
    return related.prefetch_related("refunds", "disputes").get(public_id=payment_id)


def _to_place(payment_id: UUID) -> Payment:
    """The payment under the lock. Raises NothingToPlace unless all of it is still there to be placed."""
    payment = _seen(payment_id)
    if payment.state != State.UNPLACED or left_of(payment) < payment.amount_minor:
        raise NothingToPlace
    return payment


def _put(payment: Payment, booking: Booking, now: datetime) -> None:
    latest = booking.payments.order_by("-attempt").first()
    payment.came_for = payment.came_for or payment.booking
    payment.booking, payment.attempt = booking, latest.attempt + 1 if latest else 1
    payment.state, payment.placed_at = State.PAID, now
    payment.save(update_fields=["came_for", "booking", "attempt", "state", "placed_at"])
