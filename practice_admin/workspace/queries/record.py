"""One client's record: everything between the two of them, in thirteen queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from clients.care.domain.queries.notes import notes_of
from clients.care.models import Message, Note
from clients.models import Client
from content.models import Share
from practice_admin.domain.closing import why_not_closable
from practice_admin.models import Booking, Waiver
from practice_admin.workspace.queries.bookings import shown_bookings
from practice_admin.workspace.queries.contacts import told_by_hand
from practice_admin.workspace.queries.money import money_told

LATEST = 200  # of each kind


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: `kind` says which part of `templates/workspace/components/entry.html` shows `thing`."""

    at: datetime
    kind: str
    thing: Any


@dataclass(frozen=True)
class Record:
    """A client with their sessions (newest first) and the timeline up to now (newest first)."""

    client: Client
    sessions: list[Booking]
    timeline: list[Entry]
    now: datetime

    @property
    def coming(self) -> list[Booking]:
        """Live sessions that have not begun, soonest first."""
        return [booking for booking in reversed(self.sessions) if booking.starts_at > self.now and booking.is_live]

    @property
    def next_session(self) -> Booking | None:
        """The soonest of them."""
        return next(iter(self.coming), None)

    @property
    def last_session(self) -> Booking | None:
        """The latest that began and took place, as far as anybody has said."""
        held = (Booking.Status.CONFIRMED, Booking.Status.COMPLETED)
        begun = (booking for booking in self.sessions if booking.starts_at <= self.now and booking.status in held)
        return next(begun, None)

    @property
    def drafts(self) -> list[Note]:
        """Notes that are not signed yet, the latest first."""
        return [entry.thing for entry in self.timeline if entry.kind == "note" and not entry.thing.is_locked]

    @property
    def unread_messages(self) -> int:
        """How many of the client's messages she has not seen."""
        told = (entry.thing for entry in self.timeline if entry.kind == "message")
        return sum(message.sender == Message.Sender.CLIENT and message.read_at is None for message in told)

    @property
    def session_to_note(self) -> Booking | None:
        """The last session, where no note is on it yet."""
        last = self.last_session
        return last if last is not None and not getattr(last, "has_note", False) else None

    @property
    def call_to_close(self) -> Booking | None:
        """A discovery call that has begun and has no outcome yet."""
        return next((booking for booking in self.sessions if not why_not_closable(booking, self.now)), None)


def find_client(public_id: UUID) -> Client | None:
    """The client with this public id, and `is_waived`: whether a waiver is in force for them."""
    waivers = Waiver.objects.filter(client=OuterRef("pk"), ended_at=None)
    known = Client.objects.select_related("user").annotate(is_waived=Exists(waivers))
    return known.filter(public_id=public_id).first()


def record_of(client: Client, now: datetime) -> Record:
    """The client's record as it stands at `now`."""
    sessions = list(shown_bookings().defer(None).filter(client=client).order_by("-starts_at")[:LATEST])
    entries = chain(
        (Entry(row.starts_at, "session", row) for row in sessions if not (row.starts_at > now and row.is_live)),
        _entries("note", "created_at", notes_of(client)),
        _entries("message", "sent_at", _messages(client)),
        _entries("share", "shared_at", Share.objects.filter(client=client).select_related("item")),
        *(_entries(*told) for told in (*money_told(client), *told_by_hand(client))),
    )
    return Record(client, sessions, sorted(entries, key=lambda entry: entry.at, reverse=True), now)


def _messages(client: Client) -> Any:
    """That there was one. What it says is read in the thread, not here."""
    told = Message.objects.filter(thread__client=client).select_related("thread__client")
    return told.order_by("-sent_at").defer("body")


def _entries(kind: str, at: str, rows: Any) -> Iterable[Entry]:
    return (Entry(getattr(row, at), kind, row) for row in rows[:LATEST])
