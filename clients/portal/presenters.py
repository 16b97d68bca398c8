"""A client's records in the shapes and words that the portal's templates expect, in the client's own zone (R20)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from clients.care.models import Message, Notification
from clients.models import Client, Stage
from clients.portal.queries import BookingWithPayments
from content.models import Share
from integrations.payments.amounts import objection
from practice_admin.domain import wording
from practice_admin.domain.booking_links import GOOD_FOR, booking_token, owner_tag
from practice_admin.domain.money import amount_text, price_text
from practice_admin.domain.queries.appointments import is_about_to_begin
from practice_admin.domain.refunds import left_of
from practice_admin.models import Booking, Payment, Practice

FIRST_CALL_BOOKED = "Your first call is booked. After it we decide together how to go on."
STAGE_WORDS = {
    Stage.DISCOVERY: "We begin with a free first call. After it we decide together how to go on.",
    Stage.INTAKE: "We have spoken, and we go on together. The next step is a longer first session.",
    Stage.ONGOING: "It is good to have you here.",
    Stage.CLOSED: "Our work together is closed for now. What was shared with you stays here.",
}
FEED_TAKEN = "Our work together is closed for now."
MOST_SINGLE = 3


@dataclass(frozen=True)
class Reader:
    """Who reads, where and when: everything on a page is said for them."""

    client: Client
    practice: Practice
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The client's own zone; the practice's for someone who never told theirs."""
        return wording.zone_or(self.client.user.time_zone, self.practice.time_zone)

    @property
    def zone_text(self) -> str:
        """The zone by its name, as it stands now."""
        return wording.zone_text(self.zone, self.now)

    @property
    def therapist_name(self) -> str:
        """Who writes to them."""
        therapist = self.practice.therapist
        return therapist.name if therapist and therapist.name else self.practice.name


def greeting_name(client: Client) -> str:
    """What to call them; "" for someone who gave no name, who is not to be greeted by an address."""
    return client.user.get_short_name() if client.user.name else ""


def stage_words(client: Client, *, has_booked: bool) -> str:
    """Where the two of them stand, and what comes next."""
    if client.stage == Stage.CLOSED and client.feed_taken_at is not None:
        return FEED_TAKEN
    is_waiting = has_booked and client.stage == Stage.DISCOVERY and client.discovery_completed_at is None
    return FIRST_CALL_BOOKED if is_waiting else STAGE_WORDS[Stage(client.stage)]


def booking_view(booking: BookingWithPayments, reader: Reader) -> dict[str, Any]:
    """A booking as `portal/home.html` and `components/booking_row.html` take it."""
    is_confirmed = booking.status == Booking.Status.CONFIRMED
    is_on = is_confirmed and not booking.awaits_new_time
    is_pending = booking.status == Booking.Status.PENDING_PAYMENT
    url = _booking_url(booking, reader.now)
    is_open = not booking.is_awaited and (is_pending or booking.owed_minor > 0)
    return {
        "state": booking.status,
        "type_name": booking.session_type.name,
        "when_text": wording.when_text(booking.starts_at, booking.ends_at, reader.zone),
        "zone_text": wording.zone_text(reader.zone, booking.starts_at),
        "place_text": wording.place_text(booking.session_type),
        "price_text": price_text(booking.price_minor, booking.currency),
        "url": url,
        "owed_text": amount_text(booking.owed_minor, booking.currency) if is_open and not is_pending else "",
        "is_awaited": booking.is_awaited,
        "pay_url": _pay_url(booking) if url and is_open and not _why_no_card(booking) else "",
        "join_url": _join_url(booking) if is_on and booking.session_type.is_virtual else "",
        "join_kind": "" if is_about_to_begin(booking, now=reader.now) else "quiet",
        "awaits_owner": is_confirmed and booking.awaits_owner,
        "move_url": f"{url}?ask=move" if url and is_confirmed and booking.awaits_new_time else "",
    }


def to_do(bookings: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """What waits for the client among their upcoming bookings: a payment, a booking to keep or refuse, a new time."""
    waiting = []
    for view in bookings:
        what = f"{view['type_name']}, {view['when_text']}"
        if view["pay_url"] and view["state"] == Booking.Status.PENDING_PAYMENT:
            text = f"Kept for you, and not paid yet: {what}."
            waiting.append({"text": text, "url": view["pay_url"], "label": "Go on to pay"})
        elif view["awaits_owner"]:
            waiting.append({"text": f"Was this booked by you? {what}.", "url": view["url"], "label": "Keep or cancel"})
        elif view["move_url"]:
            text = f"This session cannot take place: {what}. Please choose another time."
            waiting.append({"text": text, "url": view["move_url"], "label": "Choose another time"})
    return waiting


def to_settle(bookings: Iterable[BookingWithPayments], reader: Reader) -> list[dict[str, str]]:
    """What is open of sessions that are over: each by itself, or all of them together where they are many."""
    over = [booking for booking in bookings if booking.ends_at <= reader.now and not booking.is_awaited]
    if len(over) > MOST_SINGLE:
        text = f"{len(over)} sessions are still to be paid."
        return [{"text": text, "url": reverse("portal:payments"), "label": "See them"}]
    return [_settle_view(booking_view(booking, reader)) for booking in over]


def _settle_view(view: dict[str, Any]) -> dict[str, str]:
    text = f"{view['owed_text']} is open for {view['type_name']}, {view['when_text']}."
    if view["pay_url"]:
        return {"text": text, "url": view["pay_url"], "label": "Go on to pay"}
    return {"text": text, "url": reverse("portal:payments"), "label": "See your payments"}


def kept_view(payment: Payment, reader: Reader) -> dict[str, str]:
    """Money that came and has no session, as `components/kept_money.html` takes it."""
    page = _booking_url(payment.booking, reader.now)
    is_whole = left_of(payment) == payment.amount_minor
    return {
        "amount_text": amount_text(left_of(payment), payment.currency),
        "place_url": f"{page}?ask=place&money={payment.public_id}" if page and is_whole else "",
        "back_url": f"{page}?ask=back&money={payment.public_id}" if page else "",
    }


def feed_view(share: Share, reader: Reader) -> dict[str, str]:
    """A shared item as `components/feed_card.html` takes it. Its link is ours, so that only this client can open it."""
    session = share.booking
    return {
        "title": share.item.title,
        "kind_label": share.item.get_kind_display(),
        "shared_text": f"Shared on {_date_text(share.shared_at, reader)}",
        "session_text": f"For your session on {_date_text(session.starts_at, reader)}" if session else "",
        "words": share.words,
        "url": reverse("portal:feed_item", args=[share.public_id]),
    }


def message_view(message: Message, reader: Reader) -> dict[str, Any]:
    """A message as `components/message.html` takes it."""
    return {
        "from_me": message.sender == Message.Sender.CLIENT,
        "author": reader.therapist_name,
        "text": message.body,
        "sent_text": _moment_text(message.sent_at, reader),
    }


def notification_view(notification: Notification, reader: Reader) -> dict[str, Any]:
    """A notification as `portal/notifications.html` takes it."""
    return {
        "text": notification.text,
        "when_text": _moment_text(notification.created_at, reader),
        "url": notification.path,
        "is_read": notification.read_at is not None,
    }


def _booking_url(booking: Booking, now: datetime) -> str:
    """The booking's own page; "" once its link has run out. Whoever is signed in has proved the mailbox (R9)."""
    if booking.ends_at <= now - GOOD_FOR:
        return ""
    address = reverse("booking_public:booking", args=[booking_token(booking)])
    return f"{address}?own={owner_tag(booking)}" if booking.awaits_owner else address


def _why_no_card(booking: BookingWithPayments) -> str:
    """Why Stripe's page cannot take what is open for it: too little, say; "" where it can."""
    is_pending = booking.status == Booking.Status.PENDING_PAYMENT
    return objection(booking.price_minor if is_pending else booking.owed_minor, booking.currency)


def _pay_url(booking: Booking) -> str:
    return reverse("booking_public:pay", args=[booking_token(booking)])


def _join_url(booking: Booking) -> str:
    return reverse("booking_public:join", args=[booking_token(booking)])


def _date_text(moment: datetime, reader: Reader) -> str:
    """A day, with its year where that is not this one: "1 December"."""
    local, today = moment.astimezone(reader.zone), reader.now.astimezone(reader.zone)
    return f"{local.day} {local:%B}" + (f" {local.year}" if local.year != today.year else "")


def _moment_text(moment: datetime, reader: Reader) -> str:
    return f"{_date_text(moment, reader)}, {moment.astimezone(reader.zone):%H:%M}"
