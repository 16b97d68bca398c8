"""Money that does not go its usual way, told to those whom it concerns, each once (R10). No mail names a session (R22).

Each tells how things stand as it is sent: what has been settled meanwhile is not told any more.
"""

from zoneinfo import ZoneInfo

from django.urls import reverse

from clients.care.domain.notifications import notify
from clients.models import Client
from integrations.outbox.registry import Turn, handles
from practice_admin.domain import wording
from practice_admin.domain.booking_links import GOOD_FOR
from practice_admin.domain.disputes import NEWS_CLOSED
from practice_admin.domain.money import amount_text
from practice_admin.domain.payment_links import why_no_link
from practice_admin.domain.refunds import left_of
from practice_admin.domain.settling import NEWS_LATE
from practice_admin.handlers.bookings import the_practice, therapists_address
from practice_admin.handlers.instead_of_mail import handed_over
from practice_admin.handlers.letters import booking_url, payment_url, send, send_to_client, site_url
from practice_admin.models import Booking, Dispute, Payment, Refund

NO_ADDRESS = "no address for the therapist"
NO_THERAPIST = "no therapist yet"
OVER = "settled meanwhile"


@handles("payment_unplaced")
def tell_therapist_of_unplaced(turn: Turn) -> str:
    """Tell the therapist that a payment came for a time that was no longer held."""
    payment = _payment(turn)
    if not _is_unplaced(payment):
        return OVER
    return _write_to_therapist("payment_unplaced", turn, amount_text=_amount(payment), client_name=str(payment.client))


@handles("payment_unplaced_client")
def tell_client_of_unplaced(turn: Turn) -> str:
    """Tell the client that their money is safe, and offer another time or the money back."""
    payment = _payment(turn)
    if not _is_unplaced(payment):
        return OVER
    told = f"{_amount(payment)} came for a time that was gone. Another time, or the money back?"
    return _write_to_client("payment_kept", payment, turn, told)


@handles("payment_unplaced_notices")
def notice_unplaced(turn: Turn) -> str:
    """The same inside the house, for both."""
    payment = _payment(turn)
    if not _is_unplaced(payment):
        return OVER
    came = f"{_amount(payment)} came {'for a time that was gone' if _is_gone(payment.booking) else 'once too often'}"
    _notify_client(payment.client, turn, f"{came}. Choose another time, or have it back")
    return _notify_therapist(turn, came)


@handles("payment_failed_client")
def tell_client_of_failure(turn: Turn) -> str:
    """Tell the client that their money did not arrive (in time), and what became of the time that was held."""
    payment = _payment(turn)
    if payment.state in Payment.CAME:
        return OVER
    is_late = turn.version == NEWS_LATE
    told = f"Their payment of {_amount(payment)} {'has not arrived in time' if is_late else 'did not arrive'}"
    return _write_to_client("payment_late" if is_late else "payment_failed", payment, turn, told)


@handles("payment_failed_notices")
def notice_failure(turn: Turn) -> str:
    """The same inside the house, for both."""
    payment = _payment(turn)
    if payment.state in Payment.CAME:
        return OVER
    what = "has not arrived in time" if turn.version == NEWS_LATE else "did not arrive"
    _notify_client(payment.client, turn, f"Your payment of {_amount(payment)} {what}")
    return _notify_therapist(turn, f"A payment of {_amount(payment)} {what}")


@handles("dispute_email")
def tell_of_dispute(turn: Turn) -> str:
    """Tell the therapist of a dispute at once, with the date by which to answer; and how it ended."""
    dispute = _dispute(turn)
    return _write_to_therapist(
        "dispute_closed" if turn.version == NEWS_CLOSED else "dispute_opened",
        turn,
        amount_text=amount_text(dispute.amount_minor, dispute.currency),
        client_name=str(dispute.payment.client),
        reason_text=dispute.reason.replace("_", " "),
        answer_by_text=_day_text(dispute),
        standing_text=dispute.get_standing_display().lower(),
    )


@handles("dispute_notice")
def notice_dispute(turn: Turn) -> str:
    """The same inside the house."""
    dispute = _dispute(turn)
    amount = amount_text(dispute.amount_minor, dispute.currency)
    if turn.version == NEWS_CLOSED:
        return _notify_therapist(turn, f"A dispute about {amount} is over: {dispute.get_standing_display().lower()}")
    by = _day_text(dispute)
    return _notify_therapist(turn, f"A payment of {amount} is disputed" + (f". Answer by {by}" if by else ""))


@handles("refund_failed_notice")
def notice_failed_refund(turn: Turn) -> str:
    """Tell the therapist that money did not go back."""
    refund = Refund.objects.select_related("payment").get(pk=int(turn.subject_id))
    return _notify_therapist(
        turn, f"{amount_text(refund.amount_minor, refund.payment.currency)} could not be paid back"
    )


@handles("hold_unasked")
def tell_of_silent_hold(turn: Turn) -> str:
    """Tell the therapist that a time is kept because Stripe could not be asked whether it was paid."""
    if _booking(turn).status != Booking.Status.PENDING_PAYMENT:
        return OVER
    return _write_to_therapist("hold_unasked", turn)


@handles("hold_unasked_notice")
def notice_silent_hold(turn: Turn) -> str:
    """The same inside the house."""
    if _booking(turn).status != Booking.Status.PENDING_PAYMENT:
        return OVER
    return _notify_therapist(turn, "A time is still held unpaid: Stripe could not be asked about it")


def _payment(turn: Turn) -> Payment:
    related = Payment.objects.select_related("client__user", "booking__session_type", "booking__client__user")
    return related.defer("booking__reason").get(pk=int(turn.subject_id))


def _dispute(turn: Turn) -> Dispute:
    return Dispute.objects.select_related("payment__client__user").get(pk=int(turn.subject_id))


def _booking(turn: Turn) -> Booking:
    return Booking.objects.defer("reason").get(public_id=turn.subject_id)


def _is_unplaced(payment: Payment) -> bool:
    return payment.state == Payment.State.UNPLACED and left_of(payment) > 0


def _is_gone(booking: Booking) -> bool:
    """Whether the booking holds no time any more."""
    return booking.status in {Booking.Status.EXPIRED, Booking.Status.CANCELLED}


def _amount(payment: Payment) -> str:
    return amount_text(payment.amount_minor, payment.currency)


def _day_text(dispute: Dispute) -> str:
    """The day by which to answer, in the practice's zone; "" where there is none."""
    zone = ZoneInfo(the_practice().time_zone)
    return wording.short_text(dispute.answer_by, zone) if dispute.answer_by else ""


def _write_to_therapist(letter: str, turn: Turn, **context: str) -> str:
    address = therapists_address(the_practice())
    if not address:
        return NO_ADDRESS
    send(letter, to=address, key=turn.key, context=context | {"workspace_url": site_url(reverse("admin:index"))})
    return ""


def _write_to_client(letter: str, payment: Payment, turn: Turn, told: str) -> str:
    """A letter to the client, with the page of the booking that it was for as long as that opens.

    Whoever may not be mailed is `told` it by the therapist (R22): then why no mail goes.
    """
    if by_her := handed_over(turn, payment.client, f"Tell them: {told}", the_practice()):
        return by_her
    booking = payment.booking
    context = {
        "name": payment.client.user.get_short_name(),
        "amount_text": _amount(payment),
        "is_gone": _is_gone(booking),
        "page_url": booking_url(booking) if booking.ends_at > turn.now - GOOD_FOR else "",
        "pay_url": "" if why_no_link(booking, turn.now) else payment_url(booking),
        "portal_url": site_url(reverse("portal:appointments")),
    }
    send_to_client(letter, client=payment.client, key=turn.key, context=context)
    return ""


def _notify_client(client: Client, turn: Turn, text: str) -> None:
    notify(recipient=client.user, key=turn.key, text=text, path=reverse("portal:appointments"), now=turn.now)


def _notify_therapist(turn: Turn, text: str) -> str:
    therapist = the_practice().therapist
    if therapist is None:
        return NO_THERAPIST
    notify(recipient=therapist, key=turn.key, text=text, path=reverse("admin:index"), now=turn.now)
    return ""
