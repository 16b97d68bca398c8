"""What a booking costs and what has come for it: the one place where a debt is worked out.

    owed = what is due - what Stripe was paid + what went back + what a lost dispute took - what she recorded
    what is due = the fee, less what refunds lowered it by, less what she waived; never less than nought

Amounts are minor units of the booking's currency. Below nought is a credit.
"""

from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict
from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from practice_admin.models import Booking, Dispute, Payment, Refund, Settlement

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Money(TypedDict):
    """What `with_money` finds."""

    fee_minor: int
    lowered_minor: int
    waived_minor: int
    received_minor: int
    paid_minor: int
    back_minor: int
    lost_minor: int
    owed_minor: int


BookingWithMoney: TypeAlias = "WithAnnotations[Booking, Money]"

Status, Fee, Manner = Booking.Status, Booking.Fee, Settlement.Manner

# A session that stands, or was held, is charged; so is one that was called off late or missed, where she says so.
IS_CHARGED = (
    Q(status__in=[Status.CONFIRMED, Status.COMPLETED])
    | Q(status=Status.CANCELLED, fee=Fee.CHARGED)
    | (Q(status=Status.NO_SHOW) & ~Q(fee=Fee.WAIVED))
)


def with_money(bookings: QuerySet[Booking]) -> "QuerySet[BookingWithMoney]":
    """These bookings with `fee_minor`, `lowered_minor`, `waived_minor`, `received_minor`, `paid_minor`, `back_minor`,
    `lost_minor` and `owed_minor`; all within the one query.
    """
    paid = Payment.objects.filter(booking=OuterRef("pk"), state=Payment.State.PAID)
    back = Refund.objects.filter(payment__booking=OuterRef("pk"), payment__state=Payment.State.PAID)
    back = back.exclude(state=Refund.State.FAILED)
    lost = Dispute.objects.filter(payment__booking=OuterRef("pk"), payment__state=Payment.State.PAID)
    settled = Settlement.objects.filter(booking=OuterRef("pk"))
    known = bookings.annotate(
        fee_minor=Case(When(IS_CHARGED, then=F("price_minor")), default=Value(0), output_field=IntegerField()),
        lowered_minor=sum_of(back, "payment__booking", "lowers_fee_minor"),
        waived_minor=sum_of(settled.filter(manner=Manner.WAIVED), "booking"),
        received_minor=sum_of(settled.exclude(manner=Manner.WAIVED), "booking"),
        paid_minor=sum_of(paid, "booking"),
        back_minor=sum_of(back, "payment__booking"),
        lost_minor=sum_of(lost.filter(standing=Dispute.Standing.LOST), "payment__booking"),
    )
    due = Greatest(F("fee_minor") - F("lowered_minor") - F("waived_minor"), Value(0))
    came = F("paid_minor") - F("back_minor") - F("lost_minor") + F("received_minor")
    return known.annotate(owed_minor=due - came)


def owed_for(booking: Booking) -> int:
    """What is still owed for it as it stands in the database; less than nought for a credit."""
    owed: int = with_money(Booking.objects.filter(pk=booking.pk)).values_list("owed_minor", flat=True).get()
    return owed


def owed_of(public_id: UUID) -> int:
    """The same by its public id."""
    owed: int = with_money(Booking.objects.filter(public_id=public_id)).values_list("owed_minor", flat=True).get()
    return owed


def owing() -> "QuerySet[BookingWithMoney]":
    """Every booking for which something is owed, the oldest session first, with its client and type."""
    priced = Booking.objects.filter(IS_CHARGED, price_minor__gt=0)
    found = with_money(priced).filter(owed_minor__gt=0).select_related("client__user", "session_type")
    return found.defer("reason").order_by("starts_at", "pk")


def sum_of(rows: QuerySet[Any], by: str, field: str = "amount_minor") -> Coalesce:
    """The sum over some rows of one thing (`by`: how they name it), as a part of a query about many such things."""
    total = rows.order_by().values(by).annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), Value(0))
