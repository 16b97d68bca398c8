"""Mails about a booking: to the client, and to the therapist."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.urls import reverse

from integrations.mail import Attachment
from integrations.outbox.registry import Turn, handles
from practice_admin.domain import calendar_files, wording
from practice_admin.domain.booking_links import owner_tag
from practice_admin.domain.cancelling import why_not_cancellable
from practice_admin.domain.money import amount_text
from practice_admin.domain.moving import why_not_movable
from practice_admin.domain.payment_links import why_no_link
from practice_admin.domain.policy import policy_words
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.refunds import paid_for, refundable
from practice_admin.handlers.bookings import (
    QUIET,
    SUPERSEDED,
    booking_of,
    is_superseded,
    series_of,
    the_practice,
    therapists_address,
)
from practice_admin.handlers.instead_of_mail import told_by_her
from practice_admin.handlers.letters import booking_url, payment_url, send, send_to_client, site_url
from practice_admin.models import Booking, Payment, Practice, Refund

TOLD_WITH_SERIES = "told with the first of its series"


@handles("client_email")
def write_to_client(turn: Turn) -> str:
    """Tell the client how their booking stands, with the .ics; ask the owner of a known address whether it is theirs.

    In the last case the mail quotes nothing that the visitor typed (R9). A series is told in one mail, with its first.
    Whoever may not be mailed is told by the therapist instead (R22).
    """
    booking = booking_of(turn)
    series = series_of(booking) if turn.version == 1 else []
    if series:
        return _tell_series(turn, booking, series)
    if is_superseded(turn, booking):
        return SUPERSEDED
    letter = _letter(booking)
    if not letter:
        return "nothing to tell"
    practice, page = the_practice(), booking_url(booking)
    if by_her := told_by_her(turn, booking, practice):
        return by_her
    zone = _zone_of(booking, practice)
    context = (
        facts(booking, zone)
        | _money(booking, turn)
        | {
            "policy_text": policy_words(booking, practice, booking.changed_at, zone),
            "page_url": page,
            "move_url": f"{page}?ask=move",
            "owner_url": f"{page}?own={owner_tag(booking)}",
            "join_url": f"{page}join/" if booking.session_type.is_virtual else "",
            "sign_in_url": site_url(reverse("sign_in")),
            "can_cancel": not why_not_cancellable(booking, practice, is_owner=False, now=booking.changed_at),
            "can_move": not why_not_movable(booking, practice, booking.changed_at),
            "before_text": _before_text(booking, zone),
            "is_her_doing": booking.cancelled_by == Booking.Side.THERAPIST,
            "name": "" if booking.awaits_owner else booking.client.user.get_short_name(),
        }
    )
    ics = calendar_files.of_booking(booking, practice, page_url=page)
    _send_with_ics(letter, booking, turn, context, ics)
    return ""


@handles("therapist_email")
def write_to_therapist(turn: Turn) -> str:
    """Tell the therapist that something was booked, moved or cancelled; the rest is in the workspace."""
    booking, practice = booking_of(turn), the_practice()
    if is_superseded(turn, booking):
        return SUPERSEDED
    if booking.is_quiet:
        return QUIET
    series = series_of(booking) if turn.version == 1 else []
    if series and series[0] != booking:
        return TOLD_WITH_SERIES
    address = therapists_address(practice)
    if not address:
        return "no address for the therapist"
    zone = ZoneInfo(practice.time_zone)
    context = facts(booking, zone) | {
        "client_name": booking.guest_name or str(booking.client),
        "awaits_owner": booking.awaits_owner,
        "series_count": len(series),
        "is_cancelled": booking.status == Booking.Status.CANCELLED,
        "before_text": _before_text(booking, zone),
        "workspace_url": site_url(reverse("admin:index")),
    }
    send("therapist_notice", to=address, key=turn.key, context=context)
    return ""


def facts(booking: Booking, zone: ZoneInfo) -> dict[str, Any]:
    """What every mail about a booking says of it."""
    return {
        "type_name": booking.session_type.name,
        "when_text": wording.when_text(booking.starts_at, booking.ends_at, zone),
        "zone_text": wording.zone_text(zone, booking.starts_at),
        "place_text": wording.place_text(booking.session_type),
        "policy_text": booking.policy_text,
    }


def _letter(booking: Booking) -> str:
    """Which letter tells how it stands; "" where there is nothing to tell."""
    if booking.status == Booking.Status.CANCELLED:
        return "booking_cancelled"
    if booking.status != Booking.Status.CONFIRMED:
        return ""
    if booking.awaits_owner:
        return "booking_under_your_address"
    if booking.awaits_new_time:
        return "booking_anew"
    return "booking_moved" if booking.previous_starts_at else "booking_confirmed"


def _tell_series(turn: Turn, booking: Booking, series: list[Booking]) -> str:
    """One mail for all of it, as it stands now, with the turn of the booking that was made first."""
    if series[0] != booking:
        return TOLD_WITH_SERIES
    practice = the_practice()
    zone = _zone_of(booking, practice)
    standing = [each for each in series if each.status == Booking.Status.CONFIRMED and not each.awaits_new_time]
    if not standing:
        return "nothing to tell"
    if by_her := told_by_her(turn, booking, practice, series_count=len(standing)):
        return by_her
    pages = [(each, booking_url(each)) for each in standing]
    context = (
        facts(booking, zone)
        | _money(standing[0], turn)
        | {
            "name": booking.client.user.get_short_name(),
            "sessions": [(wording.when_text(each.starts_at, each.ends_at, zone), page) for each, page in pages],
            "portal_url": site_url(reverse("portal:appointments")),
        }
    )
    _send_with_ics("series_confirmed", booking, turn, context, calendar_files.of_series(pages, practice))
    return ""


def _send_with_ics(letter: str, booking: Booking, turn: Turn, context: dict[str, Any], ics: bytes) -> None:
    attachments = (Attachment("session.ics", "text/calendar", ics),)
    send_to_client(letter, client=booking.client, key=turn.key, context=context, attachments=attachments)


def _zone_of(booking: Booking, practice: Practice) -> ZoneInfo:
    own_zone = "" if booking.awaits_owner else booking.time_zone
    return wording.zone_or(own_zone or booking.client.user.time_zone, practice.time_zone)


def _before_text(booking: Booking, zone: ZoneInfo) -> str:
    """When it was before it was moved; "" for one that never was, or is no longer on."""
    is_on = booking.status == Booking.Status.CONFIRMED and not booking.awaits_new_time
    return wording.short_text(booking.previous_starts_at, zone) if is_on and booking.previous_starts_at else ""


def _money(booking: Booking, turn: Turn) -> dict[str, str | bool]:
    """What a mail says of its money; of what went back, only what this cancellation sends. Nothing for a free one.

    `owed_text` is what is still to be paid, "" while a payment is on its way; `pay_url` where, "" where a card cannot.
    """
    owed, is_awaited = owed_for(booking), booking.payments.filter(state=Payment.State.AWAITED).exists()
    is_open = owed > 0 and not is_awaited
    return {
        "paid_text": _amount(paid_for(booking), booking),
        "has_money_left": refundable(booking) > 0,
        "refund_text": _amount(_sent_back_by_cancelling(booking), booking),
        "price_text": _amount(booking.price_minor, booking),
        "owed_text": _amount(owed, booking) if is_open else "",
        "pay_url": payment_url(booking) if is_open and not why_no_link(booking, turn.now) else "",
    }


def _sent_back_by_cancelling(booking: Booking) -> int:
    asked = Refund.objects.filter(payment__booking=booking, origin=Refund.Origin.POLICY)
    back: int | None = asked.exclude(state=Refund.State.FAILED).aggregate(sum=Sum("amount_minor"))["sum"]
    return back or 0


def _amount(minor: int, booking: Booking) -> str:
    return amount_text(minor, booking.currency) if minor else ""
