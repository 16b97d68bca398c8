"""What the portal reads of one client's money beside their bookings (R16)."""

from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Exists, OuterRef, QuerySet

from clients.models import Client
from practice_admin.domain.queries.owed import Money, owing, with_money
from practice_admin.domain.queries.payments import unplaced_payments
from practice_admin.domain.refunds import left_of
from practice_admin.models import Booking, Payment

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Payments(Money):
    """What `with_payments` finds: a booking's sums, and whether a bank is at work for it."""

    is_awaited: bool


BookingWithPayments: TypeAlias = "WithAnnotations[Booking, Payments]"
AWAITED = Exists(Payment.objects.filter(booking=OuterRef("pk"), state=Payment.State.AWAITED))


def with_payments(bookings: QuerySet[Booking]) -> "QuerySet[BookingWithPayments]":
    """These bookings with what is owed for each, and `is_awaited`; within the one query."""
    return with_money(bookings).annotate(is_awaited=AWAITED)


def owing_of(client: Client) -> "QuerySet[BookingWithPayments]":
    """What this client still owes, by session, the oldest first."""
    return owing().filter(client=client).annotate(is_awaited=AWAITED)


def kept_for(client: Client) -> list[Payment]:
    """Money of this client's that came and has no session, oldest first."""
    return [payment for payment in unplaced_payments().filter(client=client) if left_of(payment)]
