"""A client's own ledger in words: what each session cost, what was paid, what went back, and what it comes to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from clients.portal.presenters import Reader
from clients.portal.queries import BookingWithPayments
from practice_admin.domain import wording
from practice_admin.domain.money import amount_text
from practice_admin.domain.queries.ledger import Entry, Kind, Ledger
from practice_admin.models import Booking, Dispute, Payment, Refund, Settlement

FEES = {Kind.CHARGE, Kind.WAIVED, Kind.UNDONE}
BY_HAND = {Settlement.Manner.BANK: " by bank transfer", Settlement.Manner.CASH: " in cash"}
CALLED_OFF = {Booking.Status.CANCELLED: "cancelled", Booking.Status.NO_SHOW: "missed"}
PAYMENTS = {
    Payment.State.PAID: "You paid",
    Payment.State.UNPLACED: "You paid; it is kept for another time",
    Payment.State.AWAITED: "Your payment of {amount} is on its way",
}
REFUNDS = {
    Refund.State.ASKED: "On its way back to you",
    Refund.State.PENDING: "On its way back to you",
    Refund.State.DONE: "Paid back to you",
    Refund.State.FAILED: "{amount} could not be paid back yet. We know, and will write to you",
}
TRIED_AGAIN = "{amount} could not be paid back at first, and was tried again"
SETTLED = "{amount} could not be paid back so, and was settled otherwise"
DISPUTES = {
    Dispute.Standing.OPEN: "You asked your bank about {amount}; it is looking into it",
    Dispute.Standing.WON: "Your bank looked into {amount}, and the payment stands",
    Dispute.Standing.LOST: "Your bank gave this back to you",
    Dispute.Standing.CLOSED: "Your bank has closed the question about {amount}",
}


@dataclass(frozen=True)
class Row:
    """One line: in `fee_text` what it adds to what is asked for, in `paid_text` to what was paid; "" for nothing."""

    day_text: str
    words: str
    about: str
    fee_minor: int
    paid_minor: int
    currency: str
    receipt_url: str

    @property
    def fee_text(self) -> str:
        """What it adds to the fees."""
        return amount_text(self.fee_minor, self.currency) if self.fee_minor else ""

    @property
    def paid_text(self) -> str:
        """What it adds to what was paid."""
        return amount_text(self.paid_minor, self.currency) if self.paid_minor else ""


@dataclass(frozen=True)
class Table:
    """The rows of one currency, newest first. The balance is worked out of them alone; `open_minor` is how much of it
    is owed for sessions: the rest is kept for the client.
    """

    currency: str
    rows: list[Row]
    open_minor: int

    @cached_property
    def balance(self) -> int:
        """More than nought is still open, less is kept for the client."""
        return sum(row.fee_minor - row.paid_minor for row in self.rows)

    @property
    def fees_text(self) -> str:
        """All fees."""
        return amount_text(sum(row.fee_minor for row in self.rows), self.currency)

    @property
    def paid_text(self) -> str:
        """All that was paid and has not gone back."""
        return amount_text(sum(row.paid_minor for row in self.rows), self.currency)

    @property
    def balance_text(self) -> str:
        """How they stand, in a sentence."""
        is_open = f"{amount_text(self.open_minor, self.currency)} is open" if self.open_minor else ""
        kept = self.open_minor - self.balance
        is_kept = f"{amount_text(kept, self.currency)} is kept for you" if kept else ""
        return f"{', and '.join(filter(None, [is_open, is_kept])) or 'Nothing is open'}."


def ledger_tables(ledger: Ledger, owed: "Iterable[BookingWithPayments]", reader: Reader) -> list[Table]:
    """One table for each currency, in order of its name; `owed` are the sessions of which something is open."""
    open_minor: dict[str, int] = defaultdict(int)
    for booking in owed:
        open_minor[booking.currency] += booking.owed_minor
    refunds = [one.thing for one in ledger.entries if isinstance(one.thing, Refund)]
    tried_again = {refund.retry_of_id for refund in refunds}
    newest = list(reversed(ledger.entries))
    return [Table(code, _rows(newest, code, tried_again, reader), open_minor[code]) for code in sorted(ledger.balances)]


def _rows(entries: Iterable[Entry], currency: str, tried_again: set[int | None], reader: Reader) -> list[Row]:
    return [_row(entry, tried_again, reader) for entry in entries if entry.currency == currency]


def _row(entry: Entry, tried_again: set[int | None], reader: Reader) -> Row:
    is_fee = entry.kind in FEES
    booking = entry.booking
    return Row(
        day_text=_day_text(entry, reader),
        words=_words(entry, tried_again).format(amount=amount_text(entry.amount_minor, entry.currency)),
        about=f"{booking.session_type.name}, {wording.short_text(booking.starts_at, reader.zone)}",
        fee_minor=entry.counts_minor if is_fee else 0,
        paid_minor=0 if is_fee else -entry.counts_minor,
        currency=entry.currency,
        receipt_url=entry.receipt_url,
    )


def _day_text(entry: Entry, reader: Reader) -> str:
    """The day in the client's zone; that of a settlement is a day of the practice's."""
    is_hers = isinstance(entry.thing, Settlement)
    zone = ZoneInfo(reader.practice.time_zone) if is_hers else reader.zone
    local = entry.at.astimezone(zone)
    return f"{local.day} {local:%b} {local.year}"


def _words(entry: Entry, tried_again: set[int | None]) -> str:
    match entry.thing:
        case Booking() as booking:
            ended = CALLED_OFF.get(Booking.Status(booking.status), "")
            return f"Session, {ended}" if ended else "Session"
        case Payment() as payment:
            return PAYMENTS[Payment.State(payment.state)]
        case Refund() as refund:
            if refund.state == Refund.State.FAILED and refund.put_aside_at:
                return SETTLED
            return TRIED_AGAIN if refund.pk in tried_again else REFUNDS[Refund.State(refund.state)]
        case Dispute() as dispute:
            return DISPUTES[Dispute.Standing(dispute.standing)]
        case Settlement() as settlement:
            return _settlement_words(entry.kind, settlement)


def _settlement_words(kind: Kind, settlement: Settlement) -> str:
    how = BY_HAND.get(Settlement.Manner(settlement.manner), "")
    if kind == Kind.WAIVED:
        return "Not asked of you"
    if kind == Kind.UNDONE:
        return "Put right"
    return f"Given back to you{how}" if kind == Kind.GIVEN_BACK else f"You paid{how}"
