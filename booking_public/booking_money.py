"""What a booking's page says of its money: what is owed, what came, what is kept, what goes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.urls import reverse

from booking_public.visit import Visit
from integrations.payments.amounts import objection
from practice_admin.domain import wording
from practice_admin.domain.booking_links import GOOD_FOR, booking_token
from practice_admin.domain.cancelling import refund_on_cancelling
from practice_admin.domain.hold_times import HOLD_MARGIN
from practice_admin.domain.money import amount_text, price_text
from practice_admin.domain.payments import NotByCard
from practice_admin.domain.queries.owed import BookingWithMoney, with_money
from practice_admin.domain.queries.payments import Standing, standing_of
from practice_admin.domain.refunds import left_of
from practice_admin.models import Booking, Payment, Refund

Status, Paid, Back = Booking.Status, Payment.State, Refund.State

NOTHING_LEFT = "There is nothing left to pay for this session. Thank you."
ON_ITS_WAY = "Your payment is on its way, and there is nothing more to do. Thank you."
WHY_NOTHING: dict[str, str] = {
    Status.EXPIRED: "This time is not kept any more, so there is nothing to pay for it.",
    Status.CANCELLED: "This session was cancelled, and nothing is to be paid for it.",
}


@dataclass(frozen=True)
class Kept:
    """Money that came and has no session: it can be used for another time, or be given back."""

    payment: Payment
    visit: Visit

    @property
    def left(self) -> int:
        """What is left of it, in minor units."""
        return left_of(self.payment)

    @property
    def amount_text(self) -> str:
        """How much it is."""
        return amount_text(self.left, self.payment.currency)

    @property
    def place_url(self) -> str:
        """Where to choose another time with it; "" where a part of it is gone already."""
        is_whole = self.left == self.payment.amount_minor
        return self.visit.page(ask="place", money=str(self.payment.public_id)) if is_whole else ""

    @property
    def back_url(self) -> str:
        """Where it is asked once before it is given back."""
        return self.visit.page(ask="back", money=str(self.payment.public_id))


@dataclass(frozen=True)
class MoneyView:
    """The money of one booking, as whoever came by its link may see it; what came by hand included."""

    visit: Visit
    zone: ZoneInfo

    @property
    def booking(self) -> Booking:
        """What it is for."""
        return self.visit.booking

    @cached_property
    def standing(self) -> Standing:
        """How its payment stands, in one word."""
        return standing_of(self.booking)

    @property
    def price_text(self) -> str:
        """What the session costs."""
        return price_text(self.booking.price_minor, self.booking.currency)

    @property
    def is_awaited(self) -> bool:
        """Whether a bank has been asked for it and has not answered yet."""
        return any(payment.state == Paid.AWAITED for payment in self._payments)

    @property
    def has_failed(self) -> bool:
        """Whether the last try was refused by a bank."""
        latest = max(self._payments, key=lambda payment: payment.attempt, default=None)
        return latest is not None and latest.state == Paid.FAILED

    @property
    def has_open_page(self) -> bool:
        """Whether Stripe has a page of it that may be paid this very moment."""
        return any(payment.state == Paid.OPEN and payment.checkout_session_id for payment in self._payments)

    @property
    def is_open(self) -> bool:
        """Whether anything is still owed for it, be it on its way or not."""
        return self._owed > 0

    @property
    def owed_text(self) -> str:
        """What is still owed; "" for nothing, and while money is on its way."""
        return "" if self.is_awaited or not self.is_open else self._amount(self._owed)

    @property
    def to_pay_text(self) -> str:
        """What its payment page asks for: the price of a time that is held, or what is owed."""
        return self.price_text if self.booking.status == Status.PENDING_PAYMENT else self._amount(self._owed)

    @property
    def why_not_paid(self) -> str:
        """Why there is nothing to pay on Stripe's page, in a sentence; "" where there is."""
        if self.is_awaited:
            return ON_ITS_WAY
        if self.booking.status == Status.PENDING_PAYMENT:
            return ""
        if self._owed <= 0:
            return WHY_NOTHING.get(self.booking.status, NOTHING_LEFT)
        return NotByCard.public_message if objection(self._owed, self.booking.currency) else ""

    @property
    def pay_url(self) -> str:
        """Where to pay for it; "" where there is nothing to pay there."""
        return "" if self.why_not_paid else self.visit.pay_path

    @property
    def paid_text(self) -> str:
        """What came for it, by card or otherwise, whatever went back since; "" for nothing."""
        money = self._money
        return self._amount(money.paid_minor + max(0, money.received_minor)) if money else ""

    @property
    def paid_and_back_text(self) -> str:
        """What came for it, with how much of that went back, or is on its way there; "" for nothing."""
        back = min(self._money.back_minor, self._money.paid_minor) if self._money else 0
        if not back or not self.paid_text:
            return self.paid_text
        part = self._amount(back)
        goes = "goes" if self.on_its_way_text else "went"
        return (
            f"{self.paid_text}, {'all of which' if part == self.paid_text else f'of which {part}'} {goes} back to you"
        )

    @property
    def left_text(self) -> str:
        """What came for it and has not gone back, nor is on its way there; "" for nothing."""
        money = self._money
        gone = money.back_minor + money.lost_minor if money else 0
        return self._amount(max(0, money.paid_minor + money.received_minor - gone)) if money else ""

    @property
    def held_until_text(self) -> str:
        """Until when it can be paid for: the hold outlives Stripe's page by a margin."""
        until = self.booking.hold_expires_at
        return wording.short_text(until - HOLD_MARGIN, self.zone) if until else ""

    @property
    def time_left_text(self) -> str:
        """How long that is from now: "30 more minutes"; "" where it is over."""
        until = self.booking.hold_expires_at
        minutes = int((until - HOLD_MARGIN - self.visit.now).total_seconds() // 60) if until else 0
        return "one more minute" if minutes == 1 else f"{minutes} more minutes" if minutes > 0 else ""

    @property
    def awaited_until_text(self) -> str:
        """Until when a held time is kept at the longest for money that is on its way."""
        until = self.booking.hold_expires_at
        return wording.short_text(until, self.zone) if until else ""

    @property
    def is_charged(self) -> bool:
        """Whether the fee is kept although it was called off."""
        return self.booking.fee == Booking.Fee.CHARGED

    @cached_property
    def kept(self) -> list[Kept]:
        """The money that came for it and has no session."""
        waiting = [payment for payment in self._payments if payment.state == Paid.UNPLACED and left_of(payment)]
        return [Kept(payment, self.visit) for payment in waiting]

    @cached_property
    def used_for(self) -> Booking | None:
        """The session that money which came for this one was used for instead."""
        elsewhere = Payment.objects.filter(came_for=self.booking).select_related("booking").defer("booking__reason")
        latest = elsewhere.order_by("-placed_at").first() if self.booking.price_minor else None
        return latest.booking if latest else None

    @property
    def used_for_text(self) -> str:
        """When that one is."""
        return wording.short_text(self.used_for.starts_at, self.zone) if self.used_for else ""

    @property
    def used_for_url(self) -> str:
        """Its page, while it opens."""
        other = self.used_for
        is_open = other is not None and other.ends_at > self.visit.now - GOOD_FOR
        return reverse("booking_public:booking", args=[booking_token(other)]) if other and is_open else ""

    @property
    def back_text(self) -> str:
        """What is paid back by Stripe when it is cancelled now; "" for nothing."""
        return self._amount(refund_on_cancelling(self.booking, self.visit.practice, self.visit.now))

    @property
    def by_hand_text(self) -> str:
        """What was paid otherwise, which Stripe cannot pay back; "" for nothing."""
        return self._amount(max(0, self._money.received_minor)) if self._money else ""

    @property
    def on_its_way_text(self) -> str:
        """What is being paid back."""
        return self._refunded(Back.ASKED, Back.PENDING)

    @property
    def paid_back_text(self) -> str:
        """What has been paid back."""
        return self._refunded(Back.DONE)

    @property
    def stuck_text(self) -> str:
        """What was to be paid back, could not be, and has not been settled since."""
        return self._refunded(Back.FAILED)

    @cached_property
    def _money(self) -> "BookingWithMoney | None":
        """The booking with its sums; None for one that is free, which has none."""
        return with_money(Booking.objects.filter(pk=self.booking.pk)).first() if self.booking.price_minor else None

    @property
    def _owed(self) -> int:
        return self._money.owed_minor if self._money else 0

    @cached_property
    def _payments(self) -> list[Payment]:
        if not self.booking.price_minor:
            return []
        return list(self.booking.payments.prefetch_related("refunds", "disputes"))

    def _refunded(self, *states: str) -> str:
        refunds = [refund for payment in self._payments for refund in payment.refunds.all()]
        tried_again = {refund.retry_of_id for refund in refunds}
        settled = tried_again | {refund.pk for refund in refunds if refund.put_aside_at}
        standing = [one for one in refunds if one.state in states and one.pk not in settled]
        return amounts_text((one.amount_minor for one in standing), self.booking.currency)

    def _amount(self, minor: int) -> str:
        return amounts_text([minor], self.booking.currency)


def amounts_text(minors: Iterable[int], currency: str) -> str:
    """What these come to; "" for nought."""
    total = sum(minors)
    return amount_text(total, currency) if total else ""
