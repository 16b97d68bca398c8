"""Money for the sample practice: paid by card and by bank, a part given back, a missed session still owed in part."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clients.models import User
from practice_admin.models import Booking, Payment, Refund, Settlement

A_WEEK = timedelta(days=7)


def make_sample_money(held: list[Booking], missed: Booking, *, therapist: User, zone: ZoneInfo) -> None:
    """Pay for these sessions (the latest first) in the ways that there are; `missed` is charged and half paid."""
    for number, booking in enumerate(held):
        if number == 1:
            _by_hand(booking, booking.price_minor, Settlement.Manner.BANK, therapist, zone)
            continue
        paid = _by_card(booking)
        if number == 2:
            _part_back(paid, booking.ends_at + timedelta(days=1), therapist)
    _by_hand(missed, missed.price_minor // 2, Settlement.Manner.CASH, therapist, zone)


def _by_card(booking: Booking) -> Payment:
    paid_at = booking.starts_at - A_WEEK
    return Payment.objects.create(
        booking=booking,
        client=booking.client,
        amount_minor=booking.price_minor,
        currency=booking.currency,
        state=Payment.State.PAID,
        created_at=paid_at,
        expires_at=paid_at + timedelta(minutes=31),
        paid_at=paid_at,
    )


def _part_back(paid: Payment, at: datetime, therapist: User) -> None:
    """A quarter of it: she had come late."""
    back = paid.amount_minor // 4
    Refund.objects.create(
        payment=paid,
        amount_minor=back,
        lowers_fee_minor=back,
        state=Refund.State.DONE,
        origin=Refund.Origin.THERAPIST,
        asked_by=therapist,
        created_at=at,
        tried_at=at,
        checked_at=at,
        done_at=at,
    )


def _by_hand(booking: Booking, minor: int, manner: Settlement.Manner, therapist: User, zone: ZoneInfo) -> None:
    at = booking.ends_at + timedelta(days=2)
    Settlement.objects.create(
        booking=booking,
        amount_minor=minor,
        currency=booking.currency,
        manner=manner,
        paid_on=at.astimezone(zone).date(),
        recorded_by=therapist,
        recorded_at=at,
    )
