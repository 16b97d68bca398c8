"""What becomes of the fee of a session that does not take place, told before it is chosen (R19)."""

from dataclasses import dataclass

from practice_admin.domain.money import amount_text
from practice_admin.models import Booking
from practice_admin.workspace.figures import came_minor, figure

Fee = Booking.Fee


@dataclass(frozen=True)
class Choice:
    """One answer to a question, and what it brings."""

    value: str
    label: str
    effect: str


def fee_choices(booking: Booking, back: int) -> list[Choice]:
    """Charge or waive; nothing to choose for a free session. `back` is what waiving pays back, in minor units."""
    if not booking.price_minor:
        return []
    return [
        Choice(Fee.CHARGED, "Charge it", _charged(booking)),
        Choice(Fee.WAIVED, "Waive it", waived_words(booking, back)),
    ]


def cancelling_choices(booking: Booking, back: int, *, is_free_to_go: bool) -> list[Choice]:
    """The same where it is called off: before the notice nothing can be charged, later only what its client does."""
    if not booking.price_minor:
        return []
    if is_free_to_go:
        return [Choice(Fee.WAIVED, "Nothing is charged", waived_words(booking, back))]
    charge, waive = fee_choices(booking, back)
    return [Choice(charge.value, charge.label, f"{charge.effect} Only where the client called it off."), waive]


def _charged(booking: Booking) -> str:
    owed = figure(booking, "owed_minor")
    if owed <= 0:
        return "What was paid stays with you; nothing goes back."
    left = f"{amount_text(owed, booking.currency)} stays owed."
    return f"What was paid stays with you; {left}" if came_minor(booking) else left


def waived_words(booking: Booking, back: int) -> str:
    """What goes back where nothing is asked for the session any more: by Stripe (`back`), and by her own hand."""
    told = []
    if back:
        told.append(f"{amount_text(back, booking.currency)} goes back, the way it was paid. It can take some days.")
    if (by_hand := figure(booking, "received_minor")) > 0:
        told.append(f"{amount_text(by_hand, booking.currency)} came by hand: that is yours to give back.")
    if told:
        return " ".join(told)
    return "It was paid back already." if figure(booking, "is_paid") else "It is not paid: nothing is owed then."


def fee_report(booking: Booking, fee: str, back: int) -> str:
    """What became of the fee, in a sentence; "" for a free session."""
    if not booking.price_minor:
        return ""
    if fee == Fee.CHARGED:
        return "The fee is charged."
    return f"{amount_text(back, booking.currency)} goes back." if back else "The fee is waived."
