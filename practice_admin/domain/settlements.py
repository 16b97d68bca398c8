"""What was paid otherwise than by Stripe, in the therapist's own record: received, given back, waived, undone (R10)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from clients.domain.refusals import Refusal
from clients.models import User
from integrations.payments.stripe_gateway import StripeGateway
from practice_admin.domain.confirming import confirm
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.holds import end_sessions
from practice_admin.domain.money import amount_text
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.refunds import put_failed_aside
from practice_admin.models import Booking, Payment, Practice, Settlement

Manner, Status = Settlement.Manner, Booking.Status
LONGEST_NOTE = 500  # characters


class NotSettled(Refusal):
    """It was not recorded."""

    public_message = "That could not be recorded."


class DayToCome(NotSettled):
    """Money cannot have moved on a day that is still to come."""

    public_message = "That day is still to come."


@dataclass(frozen=True)
class Receipt:
    """What she says of money that moved: how much, how, on which day of the practice's; and of the form it came by.

    The same form, sent twice, records once.
    """

    amount_minor: int
    currency: str
    manner: Settlement.Manner
    paid_on: date
    recorded_by: User
    form_key: UUID
    note: str = ""


def record_settlement(*, booking_id: UUID, receipt: Receipt, gateway: StripeGateway, now: datetime) -> Settlement:
    """Record that all or a part of what is owed was received by bank, in cash or otherwise.

    A time that is still held for payment is confirmed by it (R10): its Checkout session is ended at Stripe first, and
    where that was paid after all, that counts. Raises NotSettled with a sentence for her, and VendorError where a
    session has to be ended and Stripe is silent; nothing is recorded then.
    """
    seen = _booking(booking_id)
    if seen.status == Status.PENDING_PAYMENT:
        _ensure_sound(receipt, seen, Practice.objects.get(pk=1), now)  # before anything is ended
        _ensure_no_more(receipt.amount_minor, seen.price_minor, seen)
        end_sessions(seen.payments.all(), gateway=gateway, now=now, keeps_hold=True)
    with transaction.atomic(durable=True):
        practice = lock_diary()
        if before := _recorded(receipt.form_key):
            return before
        booking = _booking(booking_id)
        if booking.status == Status.PENDING_PAYMENT:
            _confirm_held(booking, now)
        _ensure_sound(receipt, booking, practice, now)
        _ensure_owed(receipt.amount_minor, booking)
        return _record(booking, receipt, receipt.amount_minor, now)


def record_payback(*, booking_id: UUID, receipt: Receipt, now: datetime) -> Settlement:
    """Record that money was given back by bank or in cash: as much as was received so, or as is too much.

    What came by card may go back so where Stripe cannot pay it back: refunds that failed are settled by it. Raises
    NotSettled.
    """
    with transaction.atomic(durable=True):
        practice = lock_diary()
        if before := _recorded(receipt.form_key):
            return before
        booking = _booking(booking_id)
        _ensure_sound(receipt, booking, practice, now)
        _ensure_there(receipt.amount_minor, booking)
        was_credit = owed_for(booking) < 0
        kept = _record(booking, receipt, -receipt.amount_minor, now)
        if was_credit:
            put_failed_aside(booking, receipt.amount_minor, now=now)
        return kept


def waive_debt(
    *,
    booking_id: UUID,
    recorded_by: User,
    form_key: UUID,
    now: datetime,
    amount_minor: int | None = None,
    note: str = "",
) -> Settlement:
    """Ask no longer for what is owed for a booking, or for a part of it (`amount_minor`). Raises NotSettled."""
    with transaction.atomic(durable=True):
        practice = lock_diary()
        if before := _recorded(form_key):
            return before
        booking = _booking(booking_id)
        amount = owed_for(booking) if amount_minor is None else amount_minor
        today = _today(practice, now)
        receipt = Receipt(max(amount, 0), booking.currency, Manner.WAIVED, today, recorded_by, form_key, note)
        _ensure_owed(amount, booking)
        return _record(booking, receipt, amount, now)


def undo_settlement(*, settlement_id: UUID, recorded_by: User, now: datetime, note: str = "") -> Settlement:
    """Take back what was recorded by mistake: by a row that says the opposite, today. Raises NotSettled."""
    with transaction.atomic(durable=True):
        practice = lock_diary()
        mistake = Settlement.objects.select_related("booking").get(public_id=settlement_id)
        if mistake.undoes_id is not None or Settlement.objects.filter(undoes=mistake).exists():
            raise NotSettled("This has been undone already.")
        return Settlement.objects.create(
            booking=mistake.booking,
            amount_minor=-mistake.amount_minor,
            currency=mistake.currency,
            manner=mistake.manner,
            paid_on=_today(practice, now),
            note=note.strip()[:LONGEST_NOTE],
            recorded_by=recorded_by,
            recorded_at=now,
            undoes=mistake,
        )


def _booking(public_id: UUID) -> Booking:
    return Booking.objects.select_related("client").defer("reason").get(public_id=public_id)


def _recorded(form_key: UUID) -> Settlement | None:
    return Settlement.objects.filter(form_key=form_key).first()


def _confirm_held(booking: Booking, now: datetime) -> None:
    """Her word confirms a held time, unless a bank is at its money: then both would come."""
    if booking.payments.filter(state=Payment.State.AWAITED).exists():
        raise NotSettled("A payment by card or bank is on its way through Stripe for this session already.")
    # One whose page was opened since it was looked at is ended by the sweep: nobody is to pay what was settled.
    unopened = booking.payments.filter(state=Payment.State.OPEN, checkout_session_id=None)
    unopened.update(state=Payment.State.EXPIRED)
    confirm(booking, now=now)


def _ensure_sound(receipt: Receipt, booking: Booking, practice: Practice, now: datetime) -> None:
    if receipt.manner == Manner.WAIVED:
        raise NotSettled("Say how the money came: by bank, in cash or otherwise.")
    if receipt.currency.upper() != booking.currency.upper():
        raise NotSettled(f"This session is priced in {booking.currency}.")
    if receipt.amount_minor <= 0:
        raise NotSettled("Please give an amount above nought.")
    if receipt.paid_on > _today(practice, now):
        raise DayToCome


def _ensure_there(amount_minor: int, booking: Booking) -> None:
    received = booking.settlements.exclude(manner=Manner.WAIVED).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    if amount_minor > (most := max(0, received, -owed_for(booking))):
        held = amount_text(most, booking.currency)
        known = "that is recorded as received by hand for this session, or is more than is due"
        raise NotSettled(f"That is more than the {held} {known}.")


def _ensure_owed(amount_minor: int, booking: Booking) -> None:
    owed = owed_for(booking)
    if owed <= 0:
        raise NotSettled("Nothing is owed for this session.")
    if amount_minor <= 0:
        raise NotSettled("Please give an amount above nought.")
    _ensure_no_more(amount_minor, owed, booking)


def _ensure_no_more(amount_minor: int, owed: int, booking: Booking) -> None:
    if amount_minor > owed:
        raise NotSettled(f"That is more than the {amount_text(owed, booking.currency)} that is still owed.")


def _today(practice: Practice, now: datetime) -> date:
    return now.astimezone(ZoneInfo(practice.time_zone)).date()


def _record(booking: Booking, receipt: Receipt, amount_minor: int, now: datetime) -> Settlement:
    return Settlement.objects.create(
        booking=booking,
        amount_minor=amount_minor,
        currency=booking.currency,
        manner=receipt.manner,
        paid_on=receipt.paid_on,
        note=receipt.note.strip()[:LONGEST_NOTE],
        recorded_by=receipt.recorded_by,
        recorded_at=now,
        form_key=receipt.form_key,
    )
