"""What the desk asks about money: one booking's, one client's, that of many clients; each in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from clients.models import Client
from practice_admin.domain.queries.owed import with_money
from practice_admin.domain.queries.payments import unplaced_payments
from practice_admin.domain.refunds import left_of
from practice_admin.models import Booking, Dispute, Payment, Refund, Settlement


@dataclass(frozen=True)
class BookingMoney:
    """What came for one booking, by Stripe and by hand; what it comes to is annotated on `shown_bookings`."""

    payments: list[Payment]
    settlements: list[Settlement]

    @property
    def refundable(self) -> int:
        """What is left of what Stripe was paid for it."""
        return sum(left_of(payment) for payment in self.payments if payment.state == Payment.State.PAID)

    @property
    def can_go_back(self) -> bool:
        """Whether she can pay any of it back: not while a bank has it in dispute."""
        disputes = (dispute for payment in self.payments for dispute in payment.disputes.all())
        return bool(self.refundable) and all(each.standing != Dispute.Standing.OPEN for each in disputes)

    @property
    def is_awaited(self) -> bool:
        """Whether a bank is at a payment for it."""
        return any(payment.state == Payment.State.AWAITED for payment in self.payments)


def money_of(booking: Booking) -> BookingMoney:
    """Its payments with refunds and disputes, those that came for it and count elsewhere too, and what she recorded.

    Four queries. What was merely begun at Stripe and ran out says nothing.
    """
    told = Payment.objects.filter(Q(booking=booking) | Q(came_for=booking)).exclude(state=Payment.State.EXPIRED)
    related = told.select_related("booking", "came_for").defer("booking__reason", "came_for__reason")
    by_hand = Settlement.objects.filter(booking=booking).select_related("recorded_by", "undone_by", "undoes")
    return BookingMoney(
        list(related.prefetch_related("refunds__asked_by", "refunds__retried_as", "disputes")), list(by_hand)
    )


def balances_of(clients: Collection[Client]) -> dict[int, dict[str, int]]:
    """What each of these owes by currency, in minor units, by the client's id; below nought is a credit.

    Nothing for a currency in which all is settled. As the ledger's balances, in four queries at most.
    """
    ids = [client.pk for client in clients]
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    open_ones = with_money(Booking.objects.filter(client__in=ids, price_minor__gt=0)).exclude(owed_minor=0)
    for client_id, currency, owed in open_ones.order_by().values_list("client_id", "currency", "owed_minor"):
        sums[client_id][currency] += owed
    for payment in unplaced_payments().filter(client__in=ids):
        sums[payment.client_id][payment.currency] -= left_of(payment)
    return {key: {code: sum_ for code, sum_ in found.items() if sum_} for key, found in sums.items()}


def money_told(client: Client) -> list[tuple[str, str, QuerySet[Any]]]:
    """What happened to this client's money, for the timeline: each kind, the field that says when, and its rows."""
    kind, reason = "booking__session_type", "booking__reason"
    payments = Payment.objects.filter(client=client).exclude(state=Payment.State.EXPIRED)
    by_hand = Settlement.objects.filter(booking__client=client).select_related(kind, "recorded_by")
    refunds = Refund.objects.filter(payment__client=client).select_related(f"payment__{kind}", "asked_by")
    disputes = Dispute.objects.filter(payment__client=client).select_related(f"payment__{kind}")
    return [
        ("payment", "created_at", payments.select_related(kind).defer(reason).order_by("-created_at")),
        ("settlement", "recorded_at", by_hand.defer(reason).order_by("-recorded_at", "-pk")),
        ("refund", "created_at", refunds.defer(f"payment__{reason}").order_by("-created_at", "-pk")),
        ("dispute", "opened_at", disputes.defer(f"payment__{reason}").order_by("-opened_at", "-pk")),
    ]


def open_for(payment: Payment) -> list[Booking]:
    """This client's bookings on which all of the money can be placed: as much is owed, or the time is held for it."""
    same = Booking.objects.filter(client=payment.client_id, currency=payment.currency, price_minor__gt=0)
    held = Q(status=Booking.Status.PENDING_PAYMENT, price_minor=payment.amount_minor)
    awaited = Payment.objects.filter(state=Payment.State.AWAITED).values("booking")
    found = with_money(same).filter(Q(owed_minor__gte=payment.amount_minor) | held & ~Q(pk__in=awaited))
    return list(found.select_related("session_type", "client__user").defer("reason").order_by("starts_at"))


def sums_of(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Amounts added up by currency."""
    sums: dict[str, int] = defaultdict(int)
    for currency, minor in rows:
        sums[currency] += minor
    return dict(sums)
