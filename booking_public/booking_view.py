"""One booking as whoever came by its link may see it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.http import urlencode

from practice_admin.domain import wording
from practice_admin.domain.booking_links import is_owner_tag
from practice_admin.domain.cancelling import refund_on_cancelling, why_not_cancellable
from practice_admin.domain.hold_times import HOLD_MARGIN
from practice_admin.domain.money import amount_text, price_text
from practice_admin.domain.moving import why_not_movable
from practice_admin.models import Booking, Payment, Practice, Refund

Status, Paid, Back = Booking.Status, Payment.State, Refund.State


@dataclass(frozen=True)
class Visit:
    """A look at one booking through its link; `own` is the owner's tag, "" where none was brought."""

    booking: Booking
    practice: Practice
    token: str
    own: str
    is_signed_in: bool
    now: datetime

    @property
    def is_owner(self) -> bool:
        """Whether they have shown that they read the mailbox of the booking's address."""
        return is_owner_tag(self.booking, self.own)

    @property
    def path(self) -> str:
        """Where the booking's page is."""
        return reverse("booking_public:booking", args=[self.token])

    @property
    def kept(self) -> dict[str, str]:
        """What every address of the booking takes along: the owner's tag, where it was given."""
        return {"own": self.own} if self.own.isalnum() else {}

    def again(self) -> "Visit":
        """The same with the booking as it is by now."""
        booking = Booking.objects.select_related("session_type", "client__user").defer("reason").get(pk=self.booking.pk)
        return replace(self, booking=booking)

    def page(self, **asked: str) -> str:
        """The booking's page, asking for something."""
        query = urlencode({**self.kept, **asked})
        return f"{self.path}?{query}" if query else self.path


@dataclass(frozen=True)
class BookingView:
    """What the templates say of a booking; `marks` are the words by which the address tells where one comes from.

    Nothing in here may depend on whether the address was known before (R9): only the owner's tag, which came by mail
    to that address, shows the question and opens the late way out.
    """

    visit: Visit
    marks: Collection[str] = ()

    @property
    def booking(self) -> Booking:
        """The booking itself."""
        return self.visit.booking

    @property
    def part(self) -> str:
        """The template, below `public/booking/`, for the state that it is in."""
        if self.booking.status == Status.PENDING_PAYMENT:
            return "checking" if "paid" in self.marks else "held"
        if self.booking.status == Status.CONFIRMED:
            return self._part_of_confirmed()
        return str(self.booking.status)

    def _part_of_confirmed(self) -> str:
        if self.visit.is_owner and self.booking.awaits_owner:
            return "whose"
        if self.booking.awaits_new_time:
            return "anew"
        return "over" if self.booking.ends_at <= self.visit.now else "confirmed"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which it was chosen."""
        return wording.zone_or(self.booking.time_zone, self.visit.practice.time_zone)

    @property
    def type_name(self) -> str:
        """What it is."""
        return str(self.booking.session_type)

    @property
    def when_text(self) -> str:
        """When it is, in full."""
        return wording.when_text(self.booking.starts_at, self.booking.ends_at, self.zone)

    @property
    def zone_text(self) -> str:
        """The zone, named, with its offset then."""
        return wording.zone_text(self.zone, self.booking.starts_at)

    @property
    def before_text(self) -> str:
        """When it was to be before it was last moved; "" where it never was."""
        before = self.booking.previous_starts_at
        return wording.short_text(before, self.zone) if before else ""

    @property
    def moved_text(self) -> str:
        """Said right after it was moved."""
        if "moved" not in self.marks or not self.before_text:
            return ""
        return f"From {self.before_text} to {wording.short_text(self.booking.starts_at, self.zone)}."

    @property
    def place_text(self) -> str:
        """Where it is held."""
        return wording.place_text(self.booking.session_type)

    @property
    def is_new(self) -> bool:
        """Whether it was booked a moment ago."""
        return "new" in self.marks or "paid" in self.marks

    @property
    def is_unreachable(self) -> bool:
        """Whether Stripe's page did not answer when it was to be opened."""
        return "unreachable" in self.marks

    @property
    def policy_text(self) -> str:
        """The policy as it stood when this was booked."""
        return self.booking.policy_text

    @property
    def email_hint(self) -> str:
        """The address to which a way into the portal can be sent; "" where there is none or they are inside already."""
        user = self.booking.client.user
        return user.email if user.has_mailbox and not self.visit.is_signed_in else ""

    @property
    def back_url(self) -> str:
        """Its page."""
        return self.visit.page()

    @property
    def ics_url(self) -> str:
        """It as a calendar file."""
        return reverse("booking_public:calendar_file", args=[self.visit.token])

    @property
    def join_url(self) -> str:
        """The way into the video call; "" for a session that is held elsewhere."""
        is_virtual = self.booking.session_type.is_virtual
        return reverse("booking_public:join", args=[self.visit.token]) if is_virtual else ""

    @cached_property
    def why_not_moved(self) -> str:
        """Why it cannot be moved here; "" where it can."""
        return why_not_movable(self.booking, self.visit.practice, self.visit.now)

    @property
    def move_url(self) -> str:
        """Where to choose another time; "" where it cannot be moved."""
        return "" if self.why_not_moved else self.visit.page(ask="move")

    @cached_property
    def why_not_cancelled(self) -> str:
        """Why it cannot be called off here; "" where it can: a time that is only held always can."""
        if self.booking.status == Status.PENDING_PAYMENT:
            return ""
        visit = self.visit
        return why_not_cancellable(self.booking, visit.practice, is_owner=visit.is_owner, now=visit.now)

    @property
    def cancel_url(self) -> str:
        """Where it is asked once before it is called off; "" where it cannot be."""
        return "" if self.why_not_cancelled else self.visit.page(ask="cancel")

    @property
    def held_until_text(self) -> str:
        """Until when it can be paid for: the hold outlives Stripe's page by a margin."""
        until = self.booking.hold_expires_at
        return wording.short_text(until - HOLD_MARGIN, self.zone) if until else ""

    @property
    def price_text(self) -> str:
        """What it costs."""
        return price_text(self.booking.price_minor, self.booking.currency)

    @property
    def paid_text(self) -> str:
        """What was paid for it; "" for nothing."""
        return self._amount(sum(one.amount_minor for one in self._payments if one.state == Paid.PAID))

    @property
    def is_unplaced(self) -> bool:
        """Whether money came for it after the time had been set free."""
        return any(one.state == Paid.UNPLACED for one in self._payments)

    @property
    def is_charged(self) -> bool:
        """Whether the fee is kept although it was called off."""
        return self.booking.fee == Booking.Fee.CHARGED

    @property
    def back_text(self) -> str:
        """What is paid back when it is cancelled now; "" for nothing."""
        return self._amount(refund_on_cancelling(self.booking, self.visit.practice, self.visit.now))

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
        """What was to be paid back, and could not be."""
        return self._refunded(Back.FAILED)

    @cached_property
    def _payments(self) -> list[Payment]:
        return list(self.booking.payments.prefetch_related("refunds"))

    def _refunded(self, *states: str) -> str:
        refunds = [refund for payment in self._payments for refund in payment.refunds.all()]
        return self._amount(sum(refund.amount_minor for refund in refunds if refund.state in states))

    def _amount(self, minor: int) -> str:
        return amount_text(minor, self.booking.currency) if minor else ""
