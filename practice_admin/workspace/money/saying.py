"""What will come of an act on money, told before it is done."""

from clients.domain.contact import why_no_mail
from practice_admin.domain.money import amount_text
from practice_admin.domain.refunds import refundable
from practice_admin.models import Booking
from practice_admin.workspace.figures import figure
from practice_admin.workspace.letters import letter

NO_MAIL = "No mail is sent: whatever there is to say, you say."


def of_refund(booking: Booking) -> list[str]:
    """How much there is, how it goes, who is told."""
    left = amount_text(refundable(booking), booking.currency)
    return [
        f"{left} is left of what was paid by card. All of it or a part goes back the way it was paid.",
        "It can take some days. Should the bank refuse it, you see that under “Needs you”.",
        NO_MAIL,
    ]


def of_received(booking: Booking) -> list[str]:
    """What is owed; and that a held time is confirmed by it."""
    if booking.status == Booking.Status.PENDING_PAYMENT:
        price = amount_text(booking.price_minor, booking.currency)
        return [
            f"The time is held until {price} is paid by card. Your word confirms the session; what is then still open "
            "of it stays owed.",
            "Its payment page at Stripe is closed first, so that it is not paid twice.",
            f"{booking.client.user.get_short_name()} gets the mail “{letter('booking_confirmed').subject}”.",
        ]
    return [f"{_owed(booking)} is owed for this session.", NO_MAIL]


def of_payback(booking: Booking) -> list[str]:
    """How much was received so, and how much more there is than is due."""
    held = amount_text(max(0, figure(booking, "received_minor")), booking.currency)
    over = amount_text(max(0, -figure(booking, "owed_minor")), booking.currency)
    return [
        f"{held} is recorded as received by hand, and {over} is more than is due. What you gave back is taken off.",
        "This moves no money: it keeps what you did.",
        NO_MAIL,
    ]


def of_waiving(booking: Booking) -> list[str]:
    """How much is owed."""
    return [f"{_owed(booking)} is owed for this session. What you waive is asked for no longer.", NO_MAIL]


def of_link(booking: Booking) -> list[str]:
    """What the link does, and who gets the mail."""
    opens = (
        "Each time it is opened it leads to a fresh payment page for what is owed then. Once it is paid, it says so."
    )
    return [opens, _who_is_mailed(booking)]


def link_sent(booking: Booking) -> str:
    """What is said once the mail is owed."""
    if why_no_mail(booking.client):
        return "It may not be mailed: it stands under “Needs you”, for you to tell."
    return f"{booking.client} gets the payment link by mail."


def of_letting_go(booking: Booking) -> list[str]:
    """Stripe first, then the time."""
    return [
        "Its payment page at Stripe is closed, and its time is free again at once.",
        "Should it be paid in this very moment, it is booked instead, and you see that here.",
        NO_MAIL,
    ]


def _owed(booking: Booking) -> str:
    return amount_text(figure(booking, "owed_minor"), booking.currency)


def _who_is_mailed(booking: Booking) -> str:
    if why_not := why_no_mail(booking.client):
        return f"There is {why_not}. Asked for by mail, it comes to you under “Needs you”, to be told otherwise."
    return f"By mail, {booking.client.user.get_short_name()} gets “{letter('payment_link').subject}”. You get none."
