"""The payment link, mailed on the therapist's word."""

from zoneinfo import ZoneInfo

from integrations.outbox.registry import Turn, handles
from practice_admin.domain import wording
from practice_admin.domain.money import amount_text
from practice_admin.domain.payment_links import PAYMENT_LINK, why_no_link
from practice_admin.domain.queries.owed import owed_for
from practice_admin.handlers.bookings import the_practice
from practice_admin.handlers.instead_of_mail import handed_over
from practice_admin.handlers.letters import payment_url, send_to_client
from practice_admin.models import Booking


@handles(PAYMENT_LINK)
def send_payment_link(turn: Turn) -> str:
    """Mail the client the address where they pay what is owed as it is sent; nothing where that is settled by then.

    Whoever may not be mailed is told by the therapist (R22).
    """
    related = Booking.objects.select_related("session_type", "client__user").defer("reason")
    booking, practice = related.get(public_id=turn.subject_id), the_practice()
    if why_not := why_no_link(booking, turn.now):
        return why_not
    is_held = booking.status == Booking.Status.PENDING_PAYMENT
    amount = amount_text(booking.price_minor if is_held else owed_for(booking), booking.currency)
    hers = wording.short_text(booking.starts_at, ZoneInfo(practice.time_zone))
    told = f"Give them the payment link: {amount} for the session on {hers}"
    if by_her := handed_over(turn, booking.client, told, practice):
        return by_her
    zone = wording.zone_or(booking.time_zone or booking.client.user.time_zone, practice.time_zone)
    context = {
        "name": booking.client.user.get_short_name(),
        "amount_text": amount,
        "when_text": wording.short_text(booking.starts_at, zone),
        "zone_text": wording.zone_text(zone, booking.starts_at),
        "pay_url": payment_url(booking),
    }
    send_to_client("payment_link", client=booking.client, key=turn.key, context=context)
    return ""
