"""Drafts: kept as they were written, once, in order, in a form that only this practice can read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from clients.care.domain import notes
from clients.care.domain.notes import keep_draft, keep_private, sign_note
from clients.care.domain.plans import plan_of
from clients.care.models import Note, NoteTemplate, PrivatePage
from tests.factories import NOW, make_booking, make_client, make_note, therapist

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def keep(client, body, *, note_id=None, known_version=0, now=NOW, **fields) -> Note:
    known = {"note_id": note_id or uuid4(), "known_version": known_version, "actor": therapist()}
    return keep_draft(client=client, body=body, now=now, **known, **fields)


def test_a_draft_is_kept_as_it_was_written():
    alice = make_client()
    booking, written = make_booking(alice), "  Slept badly.\r\n☕ – “again” <b>so</b>\n"
    note = keep(alice, written, booking=booking)
    kept = Note.objects.get()
    assert kept == note
    assert (kept.body, kept.client, kept.booking, kept.created_at) == (written, alice, booking, NOW)
    assert (kept.signed_at, kept.version, kept.written_by) == (None, 1, therapist())


@pytest.mark.rule("R18")
def test_the_database_holds_a_drafts_ciphertext_alone():
    keep(make_client(), "Fear of heights")
    keep(make_client(), "Fear of heights")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, digest, care_note::text FROM care_note")
        (first, digest, row), (second, other_digest, _) = cursor.fetchall()
    assert "Fear" not in row
    assert bytes(first).startswith(b"gAAAA")
    assert bytes(first) != bytes(second)  # the same words are not to be recognised
    assert bytes(digest) != bytes(other_digest)  # nor by their digests
    assert {note.body for note in Note.objects.all()} == {"Fear of heights"}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("", notes.NoteEmpty),
        (" \r\n\t\u00a0", notes.NoteEmpty),
        ("a" * 100_001, notes.NoteTooLong),
        ("before\0after", notes.NoteUnreadable),
        ("half a \ud83d", notes.NoteUnreadable),
        ("a bell\x07", notes.NoteUnreadable),
        ("turned \u202e round", notes.NoteUnreadable),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_changes_nothing(body, refusal):
    with pytest.raises(refusal) as refused:
        keep(make_client(), body)
    assert refused.value.public_message == refusal.public_message
    assert not Note.objects.exists()


def test_the_longest_note_is_kept():
    keep(make_client(), "ß" * 100_000)
    assert len(Note.objects.get().body) == 100_000


@pytest.mark.rule("R16")
def test_a_note_is_tied_to_no_other_clients_session_and_takes_no_other_clients_place():
    with pytest.raises(notes.ForeignBooking):
        keep(make_client(), "Words", booking=make_booking(make_client()))
    assert not Note.objects.exists()
    bobs = make_note(body="Bobs")
    with pytest.raises(notes.NoteElsewhere):
        keep(make_client(), "Words", note_id=bobs.public_id, known_version=1)
    assert Note.objects.get().body == "Bobs"


def test_a_draft_that_is_kept_again_after_a_lost_answer_is_one():
    alice, note_id = make_client(), uuid4()
    keep(alice, "One", note_id=note_id)
    assert keep(alice, "One", note_id=note_id, now=LATER).version == 1
    assert keep(alice, "One, two", note_id=note_id, known_version=1, now=LATER).version == 2
    assert keep(alice, "One, two", note_id=note_id, known_version=1).version == 2
    kept = Note.objects.get()
    assert (kept.body, kept.created_at, kept.kept_at) == ("One, two", NOW, LATER)


def test_a_window_that_knows_an_older_version_overwrites_nothing_and_is_told_what_stands():
    alice = make_client()
    note = keep(alice, "One")
    keep(alice, "From the other window", note_id=note.public_id, known_version=1)
    for known in (0, 1):
        with pytest.raises(notes.NoteChanged) as refused:
            keep(alice, "From this window", note_id=note.public_id, known_version=known)
        assert (refused.value.kept.body, refused.value.kept.version) == ("From the other window", 2)
    with pytest.raises(notes.NoteChanged):
        sign_note(client=alice, note_id=note.public_id, body="Mine", known_version=1, actor=therapist(), now=NOW)
    kept = Note.objects.get()
    assert (kept.body, kept.signed_at) == ("From the other window", None)


def test_a_draft_is_thrown_away_and_a_signed_note_is_not():
    alice = make_client()
    draft, signed = make_note(alice), make_note(alice, signed_at=NOW)
    notes.discard_draft(client=alice, note_id=draft.public_id)
    notes.discard_draft(client=alice, note_id=draft.public_id)
    notes.discard_draft(client=make_client(), note_id=signed.public_id)  # another's is not there
    with pytest.raises(notes.AlreadySigned):
        notes.discard_draft(client=alice, note_id=signed.public_id)
    assert Note.objects.get() == signed


@pytest.mark.rule("R18")
def test_the_private_page_lies_apart_encrypted_and_is_not_overwritten_in_silence():
    alice = make_client()
    keep_private(client=alice, body="What I make of it", known_version=0, now=NOW)
    assert keep_private(client=alice, body="More of it", known_version=1, now=LATER).version == 2
    for known in (0, 1):
        with pytest.raises(notes.NoteChanged):
            keep_private(client=alice, body="Other", known_version=known, now=LATER)
    with pytest.raises(notes.NoteUnreadable):
        keep_private(client=alice, body="\0", known_version=2, now=LATER)
    assert PrivatePage.objects.get().body == "More of it"
    assert not Note.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT care_privatepage::text FROM care_privatepage")
        assert "More" not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("body", "plan"),
    [
        ("Subjective:\nTired\n\nPlan:\nSleep diary\nLess coffee\n", "Sleep diary\nLess coffee"),
        ("**Plan**: sleep diary", "sleep diary"),
        ("Plan:\nFirst\n\nRisk:\nNone", "First"),
        ("We planned nothing.\nA plan is far", ""),
        ("", ""),
    ],
)
def test_the_plan_is_what_stands_under_its_heading(body, plan):
    assert plan_of(body) == plan


def test_there_are_shapes_to_begin_with_and_each_has_a_plan():
    shapes = {shape.name: shape.body for shape in NoteTemplate.objects.all()}
    assert list(shapes) == ["SOAP", "DAP", "BIRP", "Discovery call"]
    assert all(plan_of(body + "rest more") == "rest more" for body in shapes.values())
