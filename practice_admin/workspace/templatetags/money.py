"""Filters for what money there is and was, in her words."""

from datetime import datetime

from django import template
from django.utils import timezone

from practice_admin.domain.money import amount_text
from practice_admin.domain.queries.ledger import Entry, Kind
from practice_admin.domain.refunds import why_no_retry
from practice_admin.models import Booking, Dispute, Payment, Refund, Settlement, StripeEvent
from practice_admin.workspace import wording
from practice_admin.workspace.figures import figure
from practice_admin.workspace.money import words

register = template.Library()

register.filter("sums_text", words.sums_text)
register.filter("balance_text", words.balance_text)
register.filter("balance_tone", words.balance_tone)
register.filter("event_words", words.event_words)
register.filter("plain_code", words.plain_code)

REFUND_TONES = {Refund.State.DONE: "good", Refund.State.FAILED: "problem"}
EVENT_TONES = {StripeEvent.State.DONE: "good", StripeEvent.State.FAILED: "problem"}
DISPUTE_TONES = {Dispute.Standing.OPEN: "problem", Dispute.Standing.LOST: "problem", Dispute.Standing.WON: "good"}
ENTRY_WORDS = {
    Kind.CHARGE: "Session",
    Kind.PAYMENT: "Payment through Stripe",
    Kind.RECEIVED: "Received",
    Kind.GIVEN_BACK: "Given back by hand",
    Kind.WAIVED: "Waived",
    Kind.UNDONE: "Undone",
    Kind.REFUND: "Back the way it was paid",
    Kind.DISPUTE: "Dispute",
}


@register.filter
def minus(minor: int) -> int:
    """The same amount with the other sign."""
    return -minor


@register.filter
def magnitude(minor: int) -> int:
    """The amount without its sign."""
    return abs(minor)


@register.filter
def lowered_fee(booking: Booking) -> str:
    """`€59.50 of €80, after what was given back`; "" where all of the price is asked, or none of it."""
    lowered, waived = figure(booking, "lowered_minor"), figure(booking, "waived_minor")
    if not figure(booking, "fee_minor") or not (lowered or waived):
        return ""
    left = amount_text(max(0, booking.price_minor - lowered - waived), booking.currency)
    why = " and ".join(word for word, minor in (("given back", lowered), ("waived", waived)) if minor)
    return f"{left} of {amount_text(booking.price_minor, booking.currency)}, after what was {why}"


@register.filter
def when_known(moment: datetime | None) -> str:
    """`Tue 1 Dec, 10:00`; "" where it never was."""
    return wording.when(timezone.localtime(moment), timezone.localtime()) if moment else ""


@register.filter
def day_of(moment: datetime) -> str:
    """The day of an instant: `Tue 1 Dec`."""
    return wording.short_date(timezone.localdate(moment), timezone.localdate())


@register.filter
def refund_tone(state: str) -> str:
    """The tone of a refund's pill."""
    return REFUND_TONES.get(Refund.State(state), "care")


@register.filter
def event_tone(state: str) -> str:
    """The tone of an event's pill."""
    return EVENT_TONES.get(StripeEvent.State(state), "")


@register.filter
def dispute_tone(standing: str) -> str:
    """The tone of a dispute's pill."""
    return DISPUTE_TONES.get(Dispute.Standing(standing), "")


@register.filter
def asked_words(refund: Refund) -> str:
    """On whose word it goes back."""
    if refund.asked_by is not None:
        return f"by {refund.asked_by}"
    return {
        Refund.Origin.POLICY: "since it was cancelled",
        Refund.Origin.CLIENT: "the client asked for it",
        Refund.Origin.STRIPE: "in Stripe’s dashboard",
    }.get(Refund.Origin(refund.origin), "")


@register.filter
def can_retry(refund: Refund) -> bool:
    """Whether it failed and was not settled since; one of the dashboard is tried again there."""
    return refund.origin != Refund.Origin.STRIPE and not why_no_retry(refund)


@register.filter
def settled_words(settlement: Settlement) -> str:
    """`€70 received: bank transfer`, `€20 waived`, `€70 undone: cash`."""
    amount, manner = amount_text(abs(settlement.amount_minor), settlement.currency), settlement.get_manner_display()
    if settlement.undoes_id:
        return f"{amount} undone: {manner.lower()}"
    if settlement.manner == Settlement.Manner.WAIVED:
        return f"{amount} waived"
    return f"{amount} {'received' if settlement.amount_minor > 0 else 'given back'}: {manner.lower()}"


@register.filter
def can_undo(settlement: Settlement) -> bool:
    """Whether it can be taken back: it takes back nothing itself, and stands."""
    return settlement.undoes_id is None and not settlement.is_undone


@register.filter
def is_elsewhere(payment: Payment, booking: Booking) -> bool:
    """Whether it came for this booking and counts for another."""
    return payment.booking_id != booking.pk


@register.filter
def entry_words(entry: Entry) -> str:
    """What a line of the ledger is."""
    return ENTRY_WORDS[entry.kind]


@register.filter
def counts_text(entry: Entry) -> str:
    """What it does to the balance: `+€70`, `−€70`; a dash where it does nothing (yet)."""
    if not entry.counts_minor:
        return "–"
    return f"{'+' if entry.counts_minor > 0 else ''}{amount_text(entry.counts_minor, entry.currency)}"
