"""How long a time is held for whom (R10)."""

from datetime import datetime, timedelta

# Stripe ends a Checkout session 30 minutes after its creation at the earliest (`expires_at` in its API reference);
# we ask for a little more, for clocks differ, and the hold outlives the session by a margin.
STRIPE_MINIMUM = timedelta(minutes=30)
CHECKOUT_LIFETIME = STRIPE_MINIMUM + timedelta(minutes=1)
HOLD_MARGIN = timedelta(minutes=4)
HOLD_LIFETIME = CHECKOUT_LIFETIME + HOLD_MARGIN

# Some ways of paying take the bank days. A Multibanco voucher lives for seven (https://docs.stripe.com/payments/
# multibanco); most debits are decided by then, though a bank may take fourteen (https://docs.stripe.com/payments/
# sepa-debit). One person's diary is not blocked for longer, nor beyond the session itself: money that comes later
# is unplaced, and both sides are asked.
LONGEST_WAIT = timedelta(days=7)

# A hold that Stripe could not be asked about stays: it may have been paid. This long after its end the therapist hears.
SILENCE_LIMIT = timedelta(hours=24)


def awaited_until(since: datetime, starts_at: datetime) -> datetime:
    """Until when a time is held for money that the bank has been asked for since then."""
    return min(since + LONGEST_WAIT, starts_at)
