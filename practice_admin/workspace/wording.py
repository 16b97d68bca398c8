"""Times and states as the therapist says them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

EFFECT_KINDS = {
    "client_email": "E-mail to the client",
    "therapist_email": "E-mail to you",
    "notifications": "Notifications",
    "calendar_event": "Calendar entry",
    "welcome_thread": "Welcome message",
    "sign_in_email": "Sign-in link",
    "stripe_event": "News from Stripe",
    "reminder": "Reminder",
    "message_notice": "Notification of a message",
    "message_mail": "E-mail that a message waits",
    "payment_link": "Payment link to the client",
    "refund": "Money to pay back",
    "refund_failed_notice": "Notice that money did not go back",
    "payment_unplaced": "E-mail to you: a payment without a place",
    "payment_unplaced_client": "E-mail to the client: a payment without a place",
    "payment_unplaced_notices": "Notifications: a payment without a place",
    "payment_failed_client": "E-mail to the client: a payment that did not arrive",
    "payment_failed_notices": "Notifications: a payment that did not arrive",
    "dispute_email": "E-mail to you about a dispute",
    "dispute_notice": "Notice about a dispute",
    "hold_unasked": "E-mail to you: a time that Stripe was not asked about",
    "hold_unasked_notice": "Notice: a time that Stripe was not asked about",
}


def when(moment: datetime, now: datetime) -> str:
    """`Tue 1 Dec, 10:00`, with the year only where it is another one. Both instants in the reader's zone."""
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{moment:%a} {moment.day} {moment:%b}{year}, {moment:%H:%M}"


def short_date(day: date, today: date) -> str:
    """`Tue 1 Dec`, with the year only where it is another one."""
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def their_time(moment: datetime, zone_name: str) -> str:
    """The time on the client's clock, `12:00 in Athens`; empty where it is the same as on hers, or not known.

    `moment` is in the therapist's zone.
    """
    try:
        theirs = moment.astimezone(ZoneInfo(zone_name)) if zone_name else moment
    except (KeyError, ValueError, OSError):  # a zone that no list knows: ZoneInfoNotFoundError is a KeyError
        return ""
    if theirs.utcoffset() == moment.utcoffset():
        return ""
    day = f"{theirs:%a} " if theirs.date() != moment.date() else ""
    return f"{day}{theirs:%H:%M} in {zone_name.rpartition('/')[2].replace('_', ' ')}"


def until(moment: datetime, now: datetime) -> str:
    """How far away an instant is: `in 25 minutes`, `in 2 hours`, `in 3 days`; `now` where it has come."""
    minutes = (moment - now) // timedelta(minutes=1)
    if minutes < 1:
        return "now"
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"in {count} {unit}{'' if count == 1 else 's'}"
    return "now"


def effect_kind(kind: str) -> str:
    """What an effect of this kind is, in her words."""
    return EFFECT_KINDS.get(kind, kind.replace("_", " ").capitalize())


def effect_error(error: str) -> str:
    """What went wrong, in a sentence. Vendors' reasons are written for people; of others only the kind is kept."""
    name = error.removeprefix("Unexpected: ")
    return error if name == error else f"Something in the program went wrong ({name})."
