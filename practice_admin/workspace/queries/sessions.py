"""One booking with everything that its card shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from clients.models import Client
from integrations.payments.amounts import objection
from practice_admin.domain.arranging import why_no_buffers, why_not_arrangeable
from practice_admin.domain.booking_links import GOOD_FOR
from practice_admin.domain.cancelling import why_not_called_off
from practice_admin.domain.closing import why_not_held
from practice_admin.models import Booking, RuleOverride
from practice_admin.workspace.figures import figure
from practice_admin.workspace.queries.bookings import shown_bookings
from practice_admin.workspace.queries.clients import with_next_session
from practice_admin.workspace.queries.money import BookingMoney, money_of

MOST_CLIENTS = 50


@dataclass(frozen=True)
class Card:
    """A booking as it stands at `now`, with the rules passed over for it, its money, and its series."""

    booking: Booking
    overrides: list[RuleOverride]
    money: BookingMoney
    series: list[Booking]
    now: datetime

    @property
    def number(self) -> int:
        """Which of its series it is, by time, from 1."""
        return [row.pk for row in self.series].index(self.booking.pk) + 1

    @property
    def can_move(self) -> bool:
        """Whether she can move it."""
        return not why_not_arrangeable(self.booking)

    @property
    def can_cancel(self) -> bool:
        """Whether she can cancel it."""
        return not why_not_called_off(self.booking)

    @property
    def has_begun(self) -> bool:
        """Whether it can be said now that the client came, or did not."""
        return not why_not_held(self.booking, self.now)

    @property
    def is_call(self) -> bool:
        """Whether it is closed with an outcome."""
        return self.booking.session_type.is_open_to_newcomers

    @property
    def is_held(self) -> bool:
        """Whether its time is held until it is paid."""
        return self.booking.status == Booking.Status.PENDING_PAYMENT

    @property
    def is_owed(self) -> bool:
        """Whether anything is to be paid for it, or asked for while it is held."""
        return self.is_held or figure(self.booking, "owed_minor") > 0

    @property
    def can_send_link(self) -> bool:
        """Whether its payment link would lead to a payment page."""
        is_over = self.booking.ends_at <= self.now - GOOD_FOR
        amount = self.booking.price_minor if self.is_held else figure(self.booking, "owed_minor")
        is_payable = amount > 0 and not objection(amount, self.booking.currency)
        return is_payable and not (is_over or self.money.is_awaited)

    @property
    def can_waive(self) -> bool:
        """Whether there is a debt that she can waive."""
        return figure(self.booking, "owed_minor") > 0

    @property
    def has_credit(self) -> bool:
        """Whether more came than is asked for."""
        return figure(self.booking, "owed_minor") < 0

    @property
    def has_buffers(self) -> bool:
        """Whether there are buffers around it that can be set to nought."""
        return not why_no_buffers(self.booking) and bool(
            self.booking.buffer_before_minutes or self.booking.buffer_after_minutes
        )


def session_or_404(public_id: UUID) -> Booking:
    """The booking with its client, its type and what is shown beside them; what the visitor wrote included."""
    booking = shown_bookings().defer(None).filter(public_id=public_id).first()
    if booking is None:
        raise Http404
    return booking


def card_of(booking: Booking, now: datetime) -> Card:
    """The card; in three queries where nothing was paid by card, in eight at most, and one more for a series."""
    return Card(
        booking=booking,
        overrides=list(RuleOverride.objects.filter(booking=booking).select_related("made_by")),
        money=money_of(booking),
        series=_series(booking),
        now=now,
    )


def clients_named(words: str, now: datetime) -> list[Client]:
    """Clients whose name or address holds each of these words, each with `next_session_at`; by name.

    MOST_CLIENTS, and one more where there are more.
    """
    found = with_next_session(Client.objects.all(), now)
    for word in words.split():
        found = found.filter(user__name__icontains=word) | found.filter(user__email__icontains=word)
    return list(found.order_by("user__name", "user__email")[: MOST_CLIENTS + 1])


def _series(booking: Booking) -> list[Booking]:
    if booking.series_id is None:
        return []
    same = Booking.objects.filter(series_id=booking.series_id).defer("reason")
    return list(same.select_related("session_type").order_by("starts_at", "id"))
