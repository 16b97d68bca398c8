"""The therapist's notes (R18): written here, read by nobody but her."""

from datetime import datetime

from django.db import transaction

from clients.care.models import Note
from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from clients.models import Client
from practice_admin.models import Booking

LONGEST_NOTE = 100_000  # characters


class NoteRefused(Refusal):
    """The note cannot be kept as it stands. What was typed is still the caller's."""

    public_message = "This note could not be kept."


class NoteEmpty(NoteRefused):
    """Nothing was written."""

    public_message = "The note is empty. Write a word or two first."


class NoteTooLong(NoteRefused):
    """More than LONGEST_NOTE characters."""

    public_message = f"The note is longer than {LONGEST_NOTE:,} characters. Please divide it in two."


class NoteUnreadable(NoteRefused):
    """It holds characters that are no text: NUL, or half of a surrogate pair."""

    public_message = "The note holds characters that cannot be kept. Please paste it again as plain text."


class ForeignBooking(NoteRefused):
    """The session belongs to another client."""

    public_message = "That session belongs to another client."


def write_note(*, client: Client, body: str, now: datetime, booking: Booking | None = None) -> Note:
    """Keep a note on a client, perhaps on one session of theirs; its text is stored encrypted, exactly as it came.

    Raises NoteEmpty, NoteTooLong, NoteUnreadable, ForeignBooking, changing nothing. `now` is aware.
    """
    _ensure_text(body)
    if booking is not None and booking.client_id != client.pk:
        raise ForeignBooking
    with transaction.atomic(durable=True):
        return Note.objects.create(client=client, booking=booking, body=body, created_at=now)


def _ensure_text(body: str) -> None:
    if not body.strip():
        raise NoteEmpty
    if len(body) > LONGEST_NOTE:
        raise NoteTooLong
    if not is_text(body):
        raise NoteUnreadable
