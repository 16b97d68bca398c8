"""What a booking as `shown_bookings` gives it says of its money, in minor units of its currency."""

from typing import Literal

from practice_admin.models import Booking

Name = Literal[
    "is_paid",
    "fee_minor",
    "lowered_minor",
    "waived_minor",
    "received_minor",
    "paid_minor",
    "back_minor",
    "owed_minor",
]


def figure(booking: Booking, name: Name) -> int:
    """One of the annotations. Raises AttributeError for a booking without them: nought would be a lie."""
    return int(getattr(booking, name))


def came_minor(booking: Booking) -> int:
    """What came for it and is still there, by Stripe and by hand."""
    kept = figure(booking, "paid_minor") - figure(booking, "back_minor") - int(getattr(booking, "lost_minor", 0))
    return kept + figure(booking, "received_minor")
