"""Times that are held while they are paid for: let go at Stripe first, then here; never the other way round (R10)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from clients.domain.refusals import Refusal
from clients.models import Client
from integrations.outbox.operations import owe
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.diary import is_open_to, lock_diary
from practice_admin.domain.hold_times import SILENCE_LIMIT
from practice_admin.domain.queries.diary import Asker, is_offered, unpaid_hold
from practice_admin.domain.settling import NEWS_LATE, ON_NO_MONEY, end_checkout, expire
from practice_admin.models import Booking, Payment, Practice, SessionType

State, Status = Payment.State, Booking.Status
ON_SILENCE = ("hold_unasked", "hold_unasked_notice")


class MoneyOnItsWay(Refusal):
    """The client has done their part, and the bank has not answered yet."""

    public_message = "Your payment is on its way. The time is kept for you until your bank has answered."


class HoldInTheWay(Refusal):
    """Another time of the same client's was taken to the payment page in this very moment."""

    public_message = "You are paying for another time in another window. Let that one go first, or go on with it."


def give_up_hold(*, public_id: UUID, gateway: StripeGateway, now: datetime) -> Booking:
    """Let go of a held time on its client's word: at Stripe first, so that it cannot be paid any more, then here.

    A payment that came first confirms instead. Money that a bank is at cannot be called back: MoneyOnItsWay. Raises
    VendorError where Stripe cannot be asked, changing nothing.
    """
    payments = Payment.objects.filter(booking__public_id=public_id)
    end_sessions(payments, gateway=gateway, now=now)
    if payments.filter(state=State.AWAITED, booking__status=Status.PENDING_PAYMENT).exists():
        raise MoneyOnItsWay
    _let_go(Booking.objects.filter(public_id=public_id), now)
    return Booking.objects.select_related("session_type", "client__user").defer("reason").get(public_id=public_id)


def make_room(
    *, client: Client, session_type: SessionType, starts_at: datetime, gateway: StripeGateway | None, now: datetime
) -> None:
    """Let go of every time that this client holds unpaid, where they take another that can be had: one at a time is
    held for them.

    What turns out to be paid is confirmed. Without a gateway nothing is let go. Raises VendorError where Stripe cannot
    be asked.
    """
    holds = list(unpaid_holds(client))
    if gateway is None or not holds or not is_open_to(client, session_type):
        return
    practice = Practice.objects.get(pk=1)
    if not is_offered(session_type, practice, starts_at=starts_at, now=now, asker=Asker(client)):
        return
    for hold in holds:
        end_sessions(Payment.objects.filter(booking=hold), gateway=gateway, now=now)
        _let_go(Booking.objects.filter(pk=hold.pk).filter(unpaid_hold()), now)


def unpaid_holds(client: Client) -> QuerySet[Booking]:
    """What this client holds without having paid, or having money on its way."""
    return Booking.objects.filter(unpaid_hold(), client=client).defer("reason").order_by("pk")


def clear_unpaid_holds(client: Client, *, now: datetime) -> None:
    """Set free what the client still holds unpaid and nobody can pay. A step: under the diary's lock.

    Raises HoldInTheWay where one of them can be paid at Stripe.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("clear_unpaid_holds() belongs into the transaction that books.")
    for hold in unpaid_holds(client):
        if not _free(hold, now):
            raise HoldInTheWay


def release_hold(*, booking_id: int, gateway: StripeGateway, now: datetime) -> None:
    """End a hold whose time is over: at Stripe first, then here. A payment that came after all confirms instead.

    A hold that was renewed meanwhile is left alone. One that waited for a bank's answer as long as it may is let go
    too, and its client hears; what comes later is unplaced. Raises VendorError where Stripe cannot be asked; the hold
    then stays until it can be.
    """
    over = Payment.objects.filter(booking_id=booking_id, expires_at__lt=now)
    end_sessions(over, gateway=gateway, now=now)
    _let_go(Booking.objects.filter(pk=booking_id, hold_expires_at__lt=now), now)


def holds_run_out(now: datetime) -> list[int]:
    """The bookings (by id) that are still held unpaid after their time."""
    held = Q(status=Status.PENDING_PAYMENT, hold_expires_at__lt=now)
    return list(Booking.objects.filter(held).order_by("hold_expires_at").values_list("pk", flat=True))


def tell_of_silence(*, now: datetime) -> int:
    """Let the therapist hear, once of each, of holds that nobody could ask Stripe about for SILENCE_LIMIT: how many.

    Their times stay unsold all the same: they may have been paid.
    """
    with transaction.atomic(durable=True):
        lock_diary()
        silent = list(silent_holds(now))
        for booking in silent:
            owe(ON_SILENCE, subject=booking.subject, version=booking.version, now=now)
    return len(silent)


def silent_holds(now: datetime) -> QuerySet[Booking]:
    """The holds that are over for SILENCE_LIMIT and could not be asked about, with client and type, oldest first."""
    silent = Booking.objects.filter(status=Status.PENDING_PAYMENT, hold_expires_at__lt=now - SILENCE_LIMIT)
    return silent.select_related("client__user", "session_type").defer("reason").order_by("hold_expires_at")


def end_sessions(
    payments: QuerySet[Payment], *, gateway: StripeGateway, now: datetime, keeps_hold: bool = False
) -> None:
    """End the sessions among these that may still be paid, at Stripe, and act on its answers; ask about awaited ones.

    The time that was held for them is free then, unless it is wanted for something else (`keeps_hold`). Raises
    VendorError at the first that cannot be asked.
    """
    undecided = payments.filter(state__in=Payment.UNDECIDED).exclude(checkout_session_id=None)
    ids: Iterable[str | None] = list(undecided.order_by("pk").values_list("checkout_session_id", flat=True))
    for session_id in ids:
        end_checkout(session_id=str(session_id), gateway=gateway, now=now, keeps_hold=keeps_hold)


def _let_go(bookings: QuerySet[Booking], now: datetime) -> None:
    with transaction.atomic(durable=True):
        lock_diary()
        for booking in bookings.filter(status=Status.PENDING_PAYMENT):
            _free(booking, now)


def _free(booking: Booking, now: datetime) -> bool:
    """Set it free, unless a session of it can be paid at Stripe: then it stays, False."""
    payments = booking.payments.filter(state__in=Payment.UNDECIDED)
    if payments.filter(state=State.OPEN).exclude(checkout_session_id=None).exists():
        return False
    payments.filter(state=State.OPEN).update(state=State.EXPIRED)  # their sessions were never given to anybody
    expire(booking, now=now)
    for payment in payments.filter(state=State.AWAITED):
        owe(ON_NO_MONEY, subject=payment.subject, version=NEWS_LATE, now=now)
    return True
