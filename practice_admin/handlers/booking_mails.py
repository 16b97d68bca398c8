"""Mails about a booking: to the client, and to the therapist."""

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from integrations.mail import Attachment
from integrations.outbox.registry import Turn, handles
from practice_admin.domain import calendar_files, wording
from practice_admin.domain.booking_links import owner_tag
from practice_admin.domain.bookings import is_cancellable
from practice_admin.domain.money import amount_text
from practice_admin.handlers.bookings import SUPERSEDED, booking_of, is_superseded, the_practice, therapists_address
from practice_admin.handlers.letters import booking_url, send, site_url
from practice_admin.models import Booking, Payment

CLIENT_LETTERS = {Booking.Status.CONFIRMED: "booking_confirmed", Booking.Status.CANCELLED: "booking_cancelled"}


@handles("client_email")
def write_to_client(turn: Turn) -> str:
    """Tell the client how their booking stands, with the .ics; ask the owner of a known address whether it is theirs.

    In the last case the mail quotes nothing that the visitor typed (R9).
    """
    booking = booking_of(turn)
    if is_superseded(turn, booking):
        return SUPERSEDED
    letter = CLIENT_LETTERS.get(Booking.Status(booking.status))
    if letter is None:
        return "nothing to tell"
    if booking.awaits_owner and booking.status == Booking.Status.CONFIRMED:
        letter = "booking_under_your_address"
    practice, page = the_practice(), booking_url(booking)
    own_zone = "" if booking.awaits_owner else booking.time_zone
    zone = wording.zone_or(own_zone or booking.client.user.time_zone, practice.time_zone)
    context = _facts(booking, zone) | {
        "page_url": page,
        "owner_url": f"{page}?own={owner_tag(booking)}",
        "join_url": f"{page}join/" if booking.session_type.is_virtual else "",
        "sign_in_url": site_url(reverse("sign_in")),
        "can_cancel": is_cancellable(
            booking, notice_hours=practice.cancellation_notice_hours, is_owner=False, now=booking.changed_at
        ),
        "paid_text": _paid_text(booking),
        "name": "" if booking.awaits_owner else booking.client.user.get_short_name(),
    }
    ics = calendar_files.of_booking(booking, practice, page_url=page)
    attachments = (Attachment("session.ics", "text/calendar", ics),)
    send(letter, to=booking.client.user.email, key=turn.key, context=context, attachments=attachments)
    return ""


@handles("therapist_email")
def write_to_therapist(turn: Turn) -> str:
    """Tell the therapist that something was booked or cancelled; the rest is in the workspace."""
    booking, practice = booking_of(turn), the_practice()
    if is_superseded(turn, booking):
        return SUPERSEDED
    address = therapists_address(practice)
    if not address:
        return "no address for the therapist"
    context = _facts(booking, ZoneInfo(practice.time_zone)) | {
        "client_name": booking.guest_name or str(booking.client),
        "awaits_owner": booking.awaits_owner,
        "is_cancelled": booking.status == Booking.Status.CANCELLED,
        "workspace_url": site_url(reverse("admin:index")),
    }
    send("therapist_notice", to=address, key=turn.key, context=context)
    return ""


def _paid_text(booking: Booking) -> str:
    paid = booking.payments.filter(state=Payment.State.PAID).first()
    return amount_text(paid.amount_minor, paid.currency) if paid else ""


def _facts(booking: Booking, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "type_name": booking.session_type.name,
        "when_text": wording.when_text(booking.starts_at, booking.ends_at, zone),
        "zone_text": wording.zone_text(zone, booking.starts_at),
        "place_text": wording.place_text(booking.session_type),
        "policy_text": booking.policy_text,
    }
