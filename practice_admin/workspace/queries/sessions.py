"""One booking with everything that its card shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from clients.models import Client
from practice_admin.domain.arranging import why_no_buffers, why_not_arrangeable
from practice_admin.domain.cancelling import why_not_called_off
from practice_admin.domain.closing import why_not_held
from practice_admin.models import Booking, Payment, RuleOverride
from practice_admin.workspace.queries.bookings import shown_bookings
from practice_admin.workspace.queries.clients import with_next_session

MOST_CLIENTS = 50


@dataclass(frozen=True)
class Card:
    """A booking as it stands at `now`, with the rules passed over for it, its payments and refunds, and its series."""

    booking: Booking
    overrides: list[RuleOverride]
    payments: list[Payment]
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
    """The card; in three queries, and one more for a series."""
    told = Payment.objects.filter(booking=booking).exclude(state=Payment.State.EXPIRED)
    return Card(
        booking=booking,
        overrides=list(RuleOverride.objects.filter(booking=booking).select_related("made_by")),
        payments=list(told.prefetch_related("refunds")),
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
