"""A client's money, worked out of the rows as they stand: what was charged, what came, what went back; and the balance.

Nothing of it is stored. The balance of a currency is the sum of what its entries do to it, and the same as what is owed
for each booking together, less the money that has no booking yet. In five queries, whatever the number of rows.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from clients.models import Client
from practice_admin.domain.queries.owed import IS_CHARGED, BookingWithMoney, with_money
from practice_admin.models import Booking, Dispute, Payment, Practice, Refund, Settlement

Manner = Settlement.Manner


class Kind(StrEnum):
    """What an entry is."""

    CHARGE = "charge"
    PAYMENT = "payment"
    RECEIVED = "received"
    GIVEN_BACK = "given_back"
    WAIVED = "waived"
    UNDONE = "undone"
    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True)
class Entry:
    """One line: `amount_minor` as it is said, `counts_minor` what it does to the balance.

    More than nought raises what is owed. Nought where it does not count: money that is still on its way in, a refund
    that failed, a dispute that is open. `at` is an instant (for a settlement, the beginning of its day in the
    practice's zone). `thing` is the row itself: Booking, Payment, Settlement, Refund or Dispute. `note` is hers alone.
    """

    at: datetime
    kind: Kind
    amount_minor: int
    counts_minor: int
    currency: str
    booking: Booking
    thing: Booking | Payment | Settlement | Refund | Dispute
    state_text: str = ""
    receipt_url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Ledger:
    """A client's entries, oldest first, and what they come to: by currency, more than nought is owed by the client."""

    entries: list[Entry]

    @property
    def balances(self) -> dict[str, int]:
        """The sum of what the entries do, for each currency that occurs."""
        sums: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            sums[entry.currency] += entry.counts_minor
        return dict(sums)


def ledger_of(client: Client, practice: Practice) -> Ledger:
    """Everything of this client's money, for the therapist: her notes included."""
    bookings = _bookings(client)
    zone = ZoneInfo(practice.time_zone)
    entries = [*_charges(bookings), *_settled(bookings, zone), *_paid(client), *_returned(client), *_disputed(client)]
    return Ledger(sorted(entries, key=lambda entry: entry.at))


def own_ledger(client: Client, practice: Practice) -> Ledger:
    """The same as the client may see it: without her notes, and without what was recorded by mistake and undone."""
    entries = [
        Entry(**{**vars(entry), "note": ""})
        for entry in ledger_of(client, practice).entries
        if not (isinstance(entry.thing, Settlement) and (entry.thing.undoes_id or entry.thing.is_undone))
    ]
    return Ledger(entries)


def _bookings(client: Client) -> "list[BookingWithMoney]":
    """Those that are charged, or were settled by hand."""
    priced = Booking.objects.filter(client=client, price_minor__gt=0).select_related("session_type").defer("reason")
    return list(with_money(priced.filter(IS_CHARGED) | priced.filter(settlements__isnull=False)).distinct())


def _charges(bookings: "list[BookingWithMoney]") -> Iterator[Entry]:
    for booking in bookings:
        charge = _charge(booking)
        if charge:
            at = booking.confirmed_at or booking.created_at
            yield Entry(at, Kind.CHARGE, charge, charge, booking.currency, booking, booking)


def _charge(booking: "BookingWithMoney") -> int:
    """The fee as refunds left it."""
    return max(0, booking.fee_minor - booking.lowered_minor)


def _settled(bookings: "list[BookingWithMoney]", zone: ZoneInfo) -> Iterator[Entry]:
    known = {booking.pk: booking for booking in bookings}
    rows = Settlement.objects.filter(booking__in=known).select_related("recorded_by", "undone_by")
    waived: dict[int, int] = defaultdict(int)
    for row in rows.order_by("recorded_at", "pk"):
        booking = known[row.booking_id]
        counts = -row.amount_minor
        if row.manner == Manner.WAIVED:  # never more than the fee, which may be gone since
            before, waived[booking.pk] = waived[booking.pk], waived[booking.pk] + row.amount_minor
            counts = _within(before, _charge(booking)) - _within(waived[booking.pk], _charge(booking))
        at = datetime.combine(row.paid_on, time(), zone)
        yield Entry(
            at,
            _kind(row),
            row.amount_minor,
            counts,
            row.currency,
            booking,
            row,
            row.get_manner_display(),
            note=row.note,
        )


def _within(amount: int, most: int) -> int:
    return min(max(amount, 0), most)


def _kind(row: Settlement) -> Kind:
    if row.undoes_id:
        return Kind.UNDONE
    if row.manner == Manner.WAIVED:
        return Kind.WAIVED
    return Kind.RECEIVED if row.amount_minor > 0 else Kind.GIVEN_BACK


def _paid(client: Client) -> Iterator[Entry]:
    told = (*Payment.CAME, Payment.State.AWAITED)
    for row in _related(Payment.objects.filter(client=client, state__in=told), ""):
        counts = -row.amount_minor if row.state in Payment.CAME else 0
        at, text = row.paid_at or row.awaited_at or row.created_at, row.get_state_display()
        yield Entry(
            at,
            Kind.PAYMENT,
            row.amount_minor,
            counts,
            row.currency,
            row.booking,
            row,
            text,
            receipt_url=row.receipt_url,
        )


def _returned(client: Client) -> Iterator[Entry]:
    came = Refund.objects.filter(payment__client=client, payment__state__in=Payment.CAME)
    for row in _related(came, "payment__"):
        counts = 0 if row.state == Refund.State.FAILED else row.amount_minor
        payment, text = row.payment, row.get_state_display()
        yield Entry(row.created_at, Kind.REFUND, row.amount_minor, counts, payment.currency, payment.booking, row, text)


def _disputed(client: Client) -> Iterator[Entry]:
    came = Dispute.objects.filter(payment__client=client, payment__state__in=Payment.CAME)
    for row in _related(came, "payment__"):
        counts = row.amount_minor if row.standing == Dispute.Standing.LOST else 0
        yield Entry(
            row.closed_at or row.opened_at,
            Kind.DISPUTE,
            row.amount_minor,
            counts,
            row.currency,
            row.payment.booking,
            row,
            row.get_standing_display(),
        )


def _related(rows: QuerySet[Any], way: str) -> QuerySet[Any]:
    return rows.select_related(f"{way}booking__session_type").defer(f"{way}booking__reason")
