"""What an effect is about, in her words: its subject resolved, all of a page's in eight queries at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clients.care.models import Message
from clients.models import SignInRequest
from integrations.outbox.models import Effect
from practice_admin.models import Booking, Dispute, Payment, Refund, Reminder, StripeEvent
from practice_admin.workspace.money.words import event_words


@dataclass(frozen=True)
class Subject:
    """Whom or what an effect is for, and when that takes place where it has a time."""

    words: str
    at: datetime | None = None
    client_id: UUID | None = None  # the client's public id
    booking_id: UUID | None = None  # the booking's, where it is about one that has a time


def subjects_of(effects: Iterable[Effect]) -> dict[str, Subject]:
    """The subjects of these effects by their names; what cannot be found is left out."""
    names = {effect.subject for effect in effects}
    money = _payments(names) | _refunds(names) | _disputes(names) | _events(names)
    return _bookings(names) | money | _reminders(names) | _requests(names) | _messages(names)


def _bookings(names: set[str]) -> dict[str, Subject]:
    wanted = _uuids(names, "booking:")
    rows = Booking.objects.filter(public_id__in=wanted).select_related("client__user", "session_type").defer("reason")
    return {
        row.subject: Subject(f"{row.client}, {row.session_type}", row.starts_at, row.client.public_id, row.public_id)
        for row in rows
    }


def _payments(names: set[str]) -> dict[str, Subject]:
    rows = Payment.objects.filter(pk__in=_numbers(names, "payment:")).select_related("client__user")
    return {f"payment:{row.pk}": Subject(str(row.client), row.paid_at, row.client.public_id) for row in rows}


def _refunds(names: set[str]) -> dict[str, Subject]:
    rows = Refund.objects.filter(pk__in=_numbers(names, "refund:")).select_related("payment__client__user")
    clients = [(row.subject, row.created_at, row.payment.client) for row in rows]
    return {subject: Subject(str(client), at, client.public_id) for subject, at, client in clients}


def _disputes(names: set[str]) -> dict[str, Subject]:
    rows = Dispute.objects.filter(pk__in=_numbers(names, "dispute:")).select_related("payment__client__user")
    clients = [(row.subject, row.opened_at, row.payment.client) for row in rows]
    return {subject: Subject(str(client), at, client.public_id) for subject, at, client in clients}


def _events(names: set[str]) -> dict[str, Subject]:
    rows = StripeEvent.objects.filter(event_id__in=_keys(names, "stripe:")).defer("body")
    return {row.subject: Subject(event_words(row.kind), row.received_at) for row in rows}


def _reminders(names: set[str]) -> dict[str, Subject]:
    rows = Reminder.objects.filter(pk__in=_numbers(names, "reminder:")).select_related(
        "booking__client__user", "booking__session_type"
    )
    bookings = [(row.subject, row.booking) for row in rows.defer("booking__reason")]
    return {
        subject: Subject(
            f"{booking.client}, {booking.session_type}", booking.starts_at, booking.client.public_id, booking.public_id
        )
        for subject, booking in bookings
    }


def _requests(names: set[str]) -> dict[str, Subject]:
    rows = SignInRequest.objects.filter(public_id__in=_uuids(names, "sign_in:"))
    return {f"sign_in:{row.public_id}": Subject(row.email, row.requested_at) for row in rows}


def _messages(names: set[str]) -> dict[str, Subject]:
    rows = Message.objects.filter(public_id__in=_uuids(names, "message:")).select_related("thread__client__user")
    clients = [(row.subject, row.sent_at, row.thread.client) for row in rows.defer("body")]
    return {subject: Subject(str(client), at, client.public_id) for subject, at, client in clients}


def _keys(names: set[str], prefix: str) -> list[str]:
    return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))


def _numbers(names: set[str], prefix: str) -> list[int]:
    return [int(key) for key in _keys(names, prefix) if key.isdecimal()]


def _uuids(names: set[str], prefix: str) -> list[UUID]:
    found = []
    for key in _keys(names, prefix):
        try:
            found.append(UUID(key))
        except ValueError:
            continue  # a subject of another make: its name is shown as it stands
    return found
