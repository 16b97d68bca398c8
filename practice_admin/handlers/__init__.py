"""What each kind of side effect does when its turn comes. Importing this package registers them all."""

from practice_admin.handlers import (
    booking_mails,
    calendar,
    messages,
    money_news,
    payment_links,
    payments,
    portal,
    reminders,
    sign_in,
)

__all__ = [
    "booking_mails",
    "calendar",
    "messages",
    "money_news",
    "payment_links",
    "payments",
    "portal",
    "reminders",
    "sign_in",
]
