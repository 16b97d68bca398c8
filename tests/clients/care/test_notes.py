"""Notes: kept as they were written, in a form that only this practice can read."""

import pytest
from django.db import connection

from clients.care.domain.notes import ForeignBooking, NoteEmpty, NoteTooLong, NoteUnreadable, write_note
from clients.care.models import Note
from tests.factories import NOW, make_booking, make_client

pytestmark = pytest.mark.django_db


def test_a_note_is_kept_as_it_was_written():
    alice = make_client()
    booking = make_booking(alice)
    written = "  Slept badly.\r\n☕ – “again”\n"
    note = write_note(client=alice, body=written, booking=booking, now=NOW)
    kept = Note.objects.get()
    assert (kept.body, kept.client, kept.booking, kept.created_at, kept.signed_at) == (
        written,
        alice,
        booking,
        NOW,
        None,
    )
    assert kept == note


@pytest.mark.rule("R18")
def test_the_database_holds_a_notes_ciphertext_alone():
    write_note(client=make_client(), body="Fear of heights", now=NOW)
    write_note(client=make_client(), body="Fear of heights", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM care_note")
        first, second = (bytes(body) for (body,) in cursor.fetchall())
    assert b"Fear" not in first + second
    assert first.startswith(b"gAAAA")
    assert first != second  # the same words are not to be recognised
    assert {note.body for note in Note.objects.all()} == {"Fear of heights"}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("", NoteEmpty),
        (" \r\n\t\u00a0", NoteEmpty),
        ("a" * 100_001, NoteTooLong),
        ("before\0after", NoteUnreadable),
        ("half a \ud83d", NoteUnreadable),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_changes_nothing(body, refusal):
    with pytest.raises(refusal) as refused:
        write_note(client=make_client(), body=body, now=NOW)
    assert refused.value.public_message == refusal.public_message
    assert not Note.objects.exists()


def test_the_longest_note_is_kept():
    write_note(client=make_client(), body="ß" * 100_000, now=NOW)
    assert len(Note.objects.get().body) == 100_000


@pytest.mark.rule("R16")
def test_a_note_cannot_be_tied_to_another_clients_session():
    with pytest.raises(ForeignBooking):
        write_note(client=make_client(), body="Words", booking=make_booking(make_client()), now=NOW)
    assert not Note.objects.exists()
