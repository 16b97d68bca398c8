"""What becomes of the fee of a session that does not take place, told before it is chosen (R19)."""

from dataclasses import dataclass

from practice_admin.domain.money import amount_text
from practice_admin.models import Booking

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
    is_paid = getattr(booking, "is_paid", False)
    price = amount_text(booking.price_minor, booking.currency)
    kept = "What was paid stays with you; nothing goes back." if is_paid else f"{price} stays owed."
    return [Choice(Fee.CHARGED, "Charge it", kept), Choice(Fee.WAIVED, "Waive it", _waived(booking, back, is_paid))]


def _waived(booking: Booking, back: int, is_paid: bool) -> str:
    if back:
        return f"{amount_text(back, booking.currency)} goes back, the way it was paid. It can take some days."
    return "It was paid back already." if is_paid else "It is not paid: nothing is owed then."


def fee_report(booking: Booking, fee: str, back: int) -> str:
    """What became of the fee, in a sentence; "" for a free session."""
    if not booking.price_minor:
        return ""
    if fee == Fee.CHARGED:
        return "The fee is charged."
    return f"{amount_text(back, booking.currency)} goes back." if back else "The fee is waived."
