"""A month of the practice's money for the bookkeeper: what moved, on the day in the practice's zone on which it moved.

Only money that moved, so that a month that is over stays as it was handed on: a refund that fails later, and a record
that is undone later, stand in the month in which that happened. What is owed is not in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from practice_admin.domain.money import decimal_text
from practice_admin.models import Booking, Dispute, Payment, Practice, Refund, Settlement

HEADER = ("Date", "Client", "Session on", "What", "By", "Amount", "Currency", "Reference")
# What a spreadsheet would take for a formula (https://owasp.org/www-community/attacks/CSV_Injection)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


@dataclass(frozen=True)
class Movement:
    """Money that moved: in, more than nought; out, less."""

    on: date
    client: str
    session_on: date
    what: str
    by: str
    amount_minor: int
    currency: str
    reference: str


def month_rows(year: int, month: int, practice: Practice) -> Iterator[tuple[str, ...]]:
    """The rows of a CSV file, the header first, by day. Raises ValueError for no month."""
    yield HEADER
    for moved in movements(year, month, practice):
        yield (
            moved.on.isoformat(),
            safe_cell(moved.client),
            moved.session_on.isoformat(),
            moved.what,
            moved.by,
            decimal_text(moved.amount_minor, moved.currency),
            moved.currency,
            safe_cell(moved.reference),
        )


def movements(year: int, month: int, practice: Practice) -> list[Movement]:
    """What moved in a month of the practice's zone, by day. Four queries. Raises ValueError for no month."""
    zone = ZoneInfo(practice.time_zone)
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    found = [*_paid(zone, first, after), *_refunded(zone, first, after), *_lost(zone, first, after)]
    return sorted([*found, *_by_hand(zone, first, after)], key=lambda moved: moved.on)


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula; nobody but its writer knows what is in a name."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _within(name: str, zone: ZoneInfo, first: date, after: date) -> Q:
    begin, end = (datetime.combine(day, time(), zone) for day in (first, after))
    return Q(**{f"{name}__gte": begin, f"{name}__lt": end})


def _paid(zone: ZoneInfo, first: date, after: date) -> Iterator[Movement]:
    rows = Payment.objects.filter(_within("paid_at", zone, first, after), state__in=Payment.CAME)
    for row in _told(rows, ""):
        yield _movement(zone, row.paid_at, row.booking, "Payment", "Stripe", row.amount_minor, row, row.payment_intent)


def _refunded(zone: ZoneInfo, first: date, after: date) -> Iterator[Movement]:
    done, failed = _within("done_at", zone, first, after), _within("failed_at", zone, first, after)
    rows = Refund.objects.filter(done | failed, done_at__isnull=False)
    for row in _told(rows, "payment__"):
        told = [("Refund", row.done_at, -row.amount_minor), ("Refund that came back", row.failed_at, row.amount_minor)]
        for what, at, amount_minor in told:
            if at and first <= at.astimezone(zone).date() < after:
                money = row.payment
                yield _movement(zone, at, money.booking, what, "Stripe", amount_minor, money, row.stripe_id)


def _lost(zone: ZoneInfo, first: date, after: date) -> Iterator[Movement]:
    lost = Dispute.objects.filter(_within("closed_at", zone, first, after), standing=Dispute.Standing.LOST)
    for row in _told(lost, "payment__"):
        booking = row.payment.booking
        yield _movement(zone, row.closed_at, booking, "Dispute lost", "Stripe", -row.amount_minor, row, row.stripe_id)


def _by_hand(zone: ZoneInfo, first: date, after: date) -> Iterator[Movement]:
    rows = Settlement.objects.filter(paid_on__gte=first, paid_on__lt=after).exclude(manner=Settlement.Manner.WAIVED)
    for row in _told(rows, "").defer("note"):
        what = "Undone" if row.undoes_id else "Payment" if row.amount_minor > 0 else "Given back"
        at = datetime.combine(row.paid_on, time(12), zone)
        by = row.get_manner_display()
        yield _movement(zone, at, row.booking, what, by, row.amount_minor, row, str(row.public_id)[:8])


def _movement(
    zone: ZoneInfo,
    at: datetime,
    booking: Booking,
    what: str,
    by: str,
    amount_minor: int,
    money: Payment | Settlement | Dispute,
    reference: str,
) -> Movement:
    return Movement(
        on=at.astimezone(zone).date(),
        client=str(booking.client),
        session_on=booking.starts_at.astimezone(zone).date(),
        what=what,
        by=by,
        amount_minor=amount_minor,
        currency=money.currency,
        reference=reference,
    )


def _told(rows: QuerySet[Any], way: str) -> QuerySet[Any]:
    return rows.select_related(f"{way}booking__client__user").order_by("pk")
