"""The therapist's notes (R18): drafts that are kept as she writes, signed and locked, amended; and the private page."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.care.models import Amendment, Note, PrivatePage
from clients.care.models.sealed import new_digest_key
from clients.domain.refusals import Refusal
from clients.domain.texts import is_plain_text
from clients.models import Client, User
from practice_admin.models import Booking

LONGEST_NOTE = 100_000  # characters
LONGEST_REASON = 500


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
    """It holds characters that are no text: controls, half of a surrogate pair, or what turns the order of reading."""

    public_message = "The note holds characters that cannot be seen or kept. Please paste it again as plain text."


class ForeignBooking(NoteRefused):
    """The session belongs to another client."""

    public_message = "That session belongs to another client."


class NoteElsewhere(NoteRefused):
    """The note of this id is another client's."""

    public_message = "That note belongs to another client."


class NoteChanged(NoteRefused):
    """Another window kept something in the meantime: `kept` is how it stands now."""

    public_message = "Something else was kept since this page was opened. Here are both."

    def __init__(self, kept: Note | PrivatePage) -> None:
        self.kept = kept
        super().__init__()


class AlreadySigned(NoteRefused):
    """It is locked: `kept` is how it stands."""

    public_message = "This note is signed and locked. What there is to add goes into an amendment."

    def __init__(self, kept: Note) -> None:
        self.kept = kept
        super().__init__()


class NotSigned(NoteRefused):
    """A draft is changed, not amended."""

    public_message = "This note is not signed yet: change it as it is."


class ReasonRefused(NoteRefused):
    """What is wrong is the reason of an amendment."""

    public_message = f"Please write why you amend it, in at most {LONGEST_REASON} characters."


def keep_draft(
    *,
    client: Client,
    note_id: UUID,
    body: str,
    known_version: int,
    actor: User,
    now: datetime,
    booking: Booking | None = None,
) -> Note:
    """Keep a draft as it stands, encrypted, exactly as it came; the first time (`known_version` 0) it is made.

    `note_id` is the note's public id, chosen by the page, so that asking again after an answer that was lost keeps it
    once. What is there already in the same words counts as kept, whatever version was known. Raises NoteChanged,
    AlreadySigned, NoteEmpty (of one that is not there yet), NoteTooLong, NoteUnreadable, ForeignBooking,
    NoteElsewhere, changing nothing. `now` is aware.
    """
    with transaction.atomic(durable=True):
        return _keep(client, note_id, body, known_version, actor, now, booking)


def sign_note(
    *,
    client: Client,
    note_id: UUID,
    body: str,
    known_version: int,
    actor: User,
    now: datetime,
    booking: Booking | None = None,
) -> Note:
    """Keep it as it stands, and lock it: from now on it can only be amended. Raises as `keep_draft` does."""
    if not body.strip():
        raise NoteEmpty
    with transaction.atomic(durable=True):
        note = _keep(client, note_id, body, known_version, actor, now, booking)
        note.signed_at, note.version = now, note.version + 1
        note.save(update_fields=["signed_at", "version", "digest_key", "digest"])
        return note


def discard_draft(*, client: Client, note_id: UUID) -> None:
    """Throw a draft away; one that is not there is thrown away already. Raises AlreadySigned."""
    with transaction.atomic(durable=True):
        _lock(client)
        note = Note.objects.filter(client=client, public_id=note_id).first()
        if note is not None:
            _ensure_draft(note)
            note.delete()


def amend_note(*, note: Note, reason: str, body: str, actor: User, now: datetime) -> Amendment:
    """Add to a signed note, with the reason; both are kept encrypted and stay. A form sent twice amends once.

    Raises NotSigned, ReasonRefused, NoteEmpty, NoteTooLong, NoteUnreadable, changing nothing. `now` is aware.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or not is_plain_text(reason):
        raise ReasonRefused
    if not body.strip():
        raise NoteEmpty("The amendment is empty. Write what there is to add.")
    _ensure_text(body)
    with transaction.atomic(durable=True):
        _lock(note.client)
        if not Note.objects.filter(pk=note.pk, signed_at__isnull=False).exists():
            raise NotSigned
        last = Amendment.objects.filter(note=note).last()
        if last is not None and (last.reason, last.body) == (reason, body):
            return last
        return Amendment.objects.create(note=note, reason=reason, body=body, written_by=actor, created_at=now)


def keep_private(*, client: Client, body: str, known_version: int, now: datetime) -> PrivatePage:
    """Keep the private page on a client as it stands; `known_version` 0 where there was none.

    Raises NoteChanged, NoteTooLong, NoteUnreadable, changing nothing. `now` is aware.
    """
    _ensure_text(body)
    with transaction.atomic(durable=True):
        _lock(client)
        page = PrivatePage.objects.filter(client=client).first()
        if page is None:
            return PrivatePage.objects.create(client=client, body=body, kept_at=now)
        if page.body == body:
            return page
        if page.version != known_version:
            raise NoteChanged(page)
        page.body, page.version, page.kept_at = body, page.version + 1, now
        page.save()
        return page


def _keep(
    client: Client,
    note_id: UUID,
    body: str,
    known_version: int,
    actor: User,
    now: datetime,
    booking: Booking | None,
) -> Note:
    _ensure_text(body)
    if booking is not None and booking.client_id != client.pk:
        raise ForeignBooking
    _lock(client)
    note = Note.objects.filter(public_id=note_id).first()
    if note is None:
        if not body.strip():
            raise NoteEmpty
        return Note.objects.create(
            public_id=note_id, client=client, booking=booking, body=body, written_by=actor, created_at=now, kept_at=now
        )
    if note.client_id != client.pk:
        raise NoteElsewhere
    _ensure_draft(note)
    if note.body == body and note.booking_id == (booking.pk if booking else None):
        return note
    if note.version != known_version:
        raise NoteChanged(note)
    note.body, note.booking, note.version, note.kept_at = body, booking, note.version + 1, now
    note.digest_key = note.digest_key or new_digest_key()
    note.save()
    return note


def _lock(client: Client) -> None:
    """Whatever is kept on one client is kept one after the other: a form that was sent twice waits here."""
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)


def _ensure_draft(note: Note) -> None:
    if note.signed_at is not None:
        raise AlreadySigned(note)


def _ensure_text(body: str) -> None:
    if len(body) > LONGEST_NOTE:
        raise NoteTooLong
    if not is_plain_text(body):
        raise NoteUnreadable
