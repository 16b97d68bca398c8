"""One booking as whoever came by its link may see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from django.urls import reverse

from booking_public.booking_money import MoneyView
from booking_public.looking import Looking
from booking_public.visit import Visit
from practice_admin.domain import wording
from practice_admin.domain.cancelling import why_not_cancellable
from practice_admin.domain.holds import MoneyOnItsWay
from practice_admin.domain.moving import why_not_movable
from practice_admin.domain.policy import policy_words, was_late
from practice_admin.domain.queries.appointments import is_about_to_begin
from practice_admin.models import Booking

Status = Booking.Status


@dataclass(frozen=True)
class BookingView:
    """What the templates say of a booking; `marks` are the words by which the address tells where one comes from.

    Nothing in here may depend on whether the address was known before (R9): only the owner's tag, which came by mail
    to that address, shows the question and opens the late way out.
    """

    visit: Visit
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def booking(self) -> Booking:
        """The booking itself."""
        return self.visit.booking

    @property
    def part(self) -> str:
        """The template, below `public/booking/`, for the state that it is in."""
        if self.is_back and self.money.has_open_page:
            return "checking"
        is_held = self.booking.status == Status.PENDING_PAYMENT
        if self.money.is_awaited and (is_held or ("settled" in self.marks and self.booking.is_live)):
            return "awaited"
        if is_held:
            return "held"
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
    def is_back(self) -> bool:
        """Whether they come back from Stripe's page, done: from that of a held time, or of what was owed."""
        return "paid" in self.marks or "settled" in self.marks

    @property
    def is_settled(self) -> bool:
        """Whether what was owed for it was paid a moment ago."""
        return "settled" in self.marks and bool(self.money.paid_text) and not self.money.is_open

    @property
    def is_stopped(self) -> bool:
        """Whether they come back from Stripe's page without having paid."""
        return "stopped" in self.marks

    @property
    def is_let_go(self) -> bool:
        """Whether they let a held time go a moment ago."""
        return "let_go" in self.marks

    @property
    def another_url(self) -> str:
        """Where to choose another time: of the same kind for somebody signed in, to whom it is open."""
        kind = self.booking.session_type
        if self.visit.is_signed_in and kind.is_shown:
            return reverse("booking_public:choose_time", args=[kind.slug])
        return reverse("booking_public:types")

    @property
    def policy_text(self) -> str:
        """What of the policy that it was booked under is true now."""
        return policy_words(self.booking, self.visit.practice, self.visit.now, self.zone)

    @property
    def was_late(self) -> bool:
        """Whether its client called it off too late for it to be free."""
        return was_late(self.booking, self.visit.practice)

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

    @property
    def join_kind(self) -> str:
        """How loud the button to join is: quiet until it is about to begin."""
        return "" if is_about_to_begin(self.booking, now=self.visit.now) else "quiet"

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
        """Why it cannot be called off here; "" where it can, as a time that is held and not paid always can."""
        if self.booking.status == Status.PENDING_PAYMENT:
            return MoneyOnItsWay.public_message if self.money.is_awaited else ""
        visit = self.visit
        return why_not_cancellable(self.booking, visit.practice, is_owner=visit.is_owner, now=visit.now)

    @property
    def cancel_url(self) -> str:
        """Where it is asked once before it is called off; "" where it cannot be."""
        return "" if self.why_not_cancelled else self.visit.page(ask="cancel")

    @cached_property
    def money(self) -> MoneyView:
        """What of it was paid, is owed, or goes back."""
        return MoneyView(self.visit, self.zone)

    @property
    def looking(self) -> Looking:
        """How its page looks again, while a payment is waited for."""
        return Looking(self.visit, self.marks)
