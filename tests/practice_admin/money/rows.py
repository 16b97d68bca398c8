"""Money written straight into the tables, for what is worked out of rows."""

from datetime import datetime
from typing import Any

from practice_admin.models import Booking, Dispute, Payment, Refund
from tests.factories import NOW


def payment(booking: Booking, minor: int = 7000, **fields: Any) -> Payment:
    attempt = booking.payments.count() + 1
    defaults = {"state": "paid", "paid_at": NOW, "payment_intent": f"pi_{booking.pk}_{attempt}"}
    return Payment.objects.create(
        booking=booking,
        client=booking.client,
        attempt=attempt,
        amount_minor=minor,
        currency=booking.currency or "EUR",
        expires_at=NOW,
        **defaults | fields,
    )


def refund(paid: Payment, minor: int, **fields: Any) -> Refund:
    return Refund.objects.create(payment=paid, amount_minor=minor, **{"state": "done", "done_at": NOW} | fields)


def dispute(paid: Payment, minor: int, *, closed_at: datetime | None = None, **fields: Any) -> Dispute:
    standing = {"standing": "lost" if closed_at else "open", "closed_at": closed_at}
    return Dispute.objects.create(
        payment=paid,
        stripe_id=f"du_{paid.pk}",
        amount_minor=minor,
        currency=paid.currency,
        status="lost" if closed_at else "needs_response",
        **standing | fields,
    )
