"""Signed: locked by the database itself, with two doors and no third; amended, never changed (R18)."""

import json
from io import StringIO
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from clients.care.domain import notes
from clients.care.domain.doors import WordsChanged, encrypt_anew, erase_notes
from clients.care.domain.messages import open_welcome_thread
from clients.care.domain.notes import amend_note, keep_draft, keep_private, sign_note
from clients.care.models import AMENDMENT_LOCK, LOCK, OF_SIGNED, Amendment, Message, Note, PrivatePage
from clients.models import Client
from practice_admin.models import Booking
from tests.factories import NOW, make_booking, make_client, make_note, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R18")]

REENCRYPTING = "SELECT set_config('threshold.reencrypting', pg_current_xact_id()::text, true)"
ERASING = "SELECT set_config('threshold.erasing', pg_current_xact_id()::text || ' ' || %s, true)"


@pytest.fixture
def alice() -> Client:
    return make_client("alice@example.com")


@pytest.fixture
def signed(alice) -> Note:
    her = therapist()
    return sign_note(client=alice, note_id=uuid4(), body="As it was", known_version=0, actor=her, now=NOW)


@pytest.fixture
def amendment(signed) -> Amendment:
    return amend_note(note=signed, reason="A date was wrong", body="It was May", actor=therapist(), now=NOW)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def whole(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t ORDER BY id")
        return [row for (row,) in cursor.fetchall()]


def refused(constraint: str, table: str, *statements: tuple[object, ...]) -> None:
    """These statements, in one transaction, must be refused by this name and leave the table as it was."""
    before = whole(table)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        [sql(*statement) for statement in statements]
    assert error.value.__cause__.diag.constraint_name == constraint
    assert error.value.__cause__.diag.sqlstate == "23514"
    assert whole(table) == before


CHANGES = [
    "UPDATE care_note SET body = 'x'::bytea",
    "UPDATE care_note SET body = ''",
    "UPDATE care_note SET body = body, digest = '\\x00'",
    "UPDATE care_note SET signed_at = NULL",
    "UPDATE care_note SET signed_at = signed_at + interval '1 day'",
    "UPDATE care_note SET created_at = now()",
    "UPDATE care_note SET version = version + 1",
    "UPDATE care_note SET booking_id = NULL, written_by_id = NULL",
    "UPDATE care_note SET client_id = client_id",
    "UPDATE care_note SET digest_key = ''",
    "DELETE FROM care_note",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_every_change_of_a_signed_note(signed, statement):
    refused(LOCK, "care_note", (statement,))


def test_nor_can_the_tables_be_emptied_at_a_stroke(amendment):
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # this test's own rows are being checked
    refused(AMENDMENT_LOCK, "care_amendment", ("TRUNCATE care_amendment",))
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("TRUNCATE care_note CASCADE")
    assert len(whole("care_note")) == len(whole("care_amendment")) == 1


def test_a_draft_can_be_changed_and_deleted(alice):
    make_note(alice)
    sql("UPDATE care_note SET version = 7")
    sql("DELETE FROM care_note")
    assert whole("care_note") == []


@pytest.mark.parametrize("change", ["body = ''", "reason = ''", "created_at = now()", "note_id = note_id"])
def test_an_amendment_stays_as_it_is(amendment, change):
    refused(AMENDMENT_LOCK, "care_amendment", (f"UPDATE care_amendment SET {change}",))
    refused(AMENDMENT_LOCK, "care_amendment", ("DELETE FROM care_amendment",))


def test_the_door_of_encrypting_anew_lets_ciphertext_alone_through(signed, amendment):
    with transaction.atomic():
        sql(REENCRYPTING)
        sql("UPDATE care_note SET body = body || ''::bytea, digest_key = digest_key")
        sql("UPDATE care_amendment SET reason = reason, body = body")
        sql("SELECT set_config('threshold.reencrypting', '', true)")
    for statement in [change for change in CHANGES if change.count("= ''") == 0 and "SET body = 'x'" not in change]:
        if "client_id = client_id" not in statement:  # changes nothing
            refused(LOCK, "care_note", (REENCRYPTING,), (statement,))
    refused(AMENDMENT_LOCK, "care_amendment", (REENCRYPTING,), ("UPDATE care_amendment SET created_at = now()",))


def test_the_door_of_encrypting_anew_is_shut_to_a_note_without_a_digest(alice):
    sql(
        "INSERT INTO care_note (public_id, client_id, body, signed_at) VALUES (gen_random_uuid(), %s, '', now())",
        alice.pk,
    )
    refused(LOCK, "care_note", (REENCRYPTING,), ("UPDATE care_note SET body = 'x'::bytea",))
    with pytest.raises(WordsChanged):
        encrypt_anew()


def test_the_door_of_erasing_lets_one_clients_notes_go_and_nothing_be_changed(alice, signed):
    bobs = make_note(signed_at=NOW)
    refused(LOCK, "care_note", (ERASING, str(alice.pk)), ("DELETE FROM care_note WHERE id = %s", bobs.pk))
    refused(LOCK, "care_note", (ERASING, str(alice.pk)), ("UPDATE care_note SET body = ''",))
    with transaction.atomic():
        sql(ERASING, str(alice.pk))
        sql("DELETE FROM care_note WHERE id = %s", signed.pk)
    assert Note.objects.get() == bobs


@pytest.mark.parametrize("value", ["on", "true", "1", "0 1", ""])
@pytest.mark.parametrize("door", ["threshold.reencrypting", "threshold.erasing", "threshold.unlocked"])
def test_a_setting_that_does_not_bear_the_transactions_number_opens_nothing(signed, door, value):
    setting = ("SELECT set_config(%s, %s, false)", door, value)
    refused(LOCK, "care_note", setting, ("UPDATE care_note SET body = ''",))
    refused(LOCK, "care_note", setting, ("DELETE FROM care_note",))


@pytest.mark.django_db(transaction=True)
def test_a_door_left_open_by_a_session_is_shut_in_its_next_transaction(signed):
    sql("SELECT set_config('threshold.reencrypting', pg_current_xact_id()::text, false)")
    sql("SELECT set_config('threshold.erasing', pg_current_xact_id()::text || ' ' || %s, false)", str(signed.client_id))
    refused(LOCK, "care_note", ("UPDATE care_note SET body = ''",))
    refused(LOCK, "care_note", ("DELETE FROM care_note",))


def test_everything_is_put_under_a_new_key_and_keeps_its_words_and_digests(settings, amendment, signed):
    keep_private(client=signed.client, body="Thoughts", known_version=0, now=NOW)
    make_booking(signed.client, reason="Why I come")
    before = {row.pk: (bytes(row.digest), row.is_intact) for row in Note.objects.all()}
    old, new = settings.FIELD_KEYS, Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, *old]
    call_command("encrypt_anew", stdout=StringIO())
    settings.FIELD_KEYS = [new]  # the old ones are gone
    kept = Note.objects.get()
    assert kept.body == "As it was"
    assert {kept.pk: (bytes(kept.digest), kept.is_intact)} == before
    assert [(row.reason, row.body) for row in Amendment.objects.all()] == [("A date was wrong", "It was May")]
    assert PrivatePage.objects.get().body == "Thoughts"
    assert Booking.objects.get().reason == "Why I come"
    refused(LOCK, "care_note", ("UPDATE care_note SET body = ''",))  # the door is shut behind it


def test_words_that_somebody_put_in_their_place_are_found_when_encrypting_anew(signed):
    with transaction.atomic():
        sql(REENCRYPTING)
        Note.objects.filter(pk=signed.pk).update(body="As somebody wants it")
        sql("SELECT set_config('threshold.reencrypting', '', true)")
    with pytest.raises(WordsChanged):
        encrypt_anew()
    with pytest.raises(CommandError, match="care_note"):
        call_command("encrypt_anew")


def test_a_clients_notes_are_erased_with_all_that_hangs_on_them_and_nobody_elses(alice, amendment):
    bob = make_client()
    for client in (alice, bob):
        keep_private(client=client, body="Thoughts", known_version=0, now=NOW)
        open_welcome_thread(client=client, text="Welcome.", now=NOW)
    bobs = make_note(bob, signed_at=NOW)
    with pytest.raises(CommandError, match="1 notes would be erased"):
        call_command("erase_notes", alice.user.email)
    assert Note.objects.count() == 2
    assert erase_notes(client=alice) == 1
    assert (Note.objects.get(), PrivatePage.objects.get().client, Message.objects.get().thread.client) == (
        bobs,
        bob,
        bob,
    )
    assert not Amendment.objects.exists()
    refused(LOCK, "care_note", ("DELETE FROM care_note",))  # the door is shut behind it


# --- By the friendly door ---------------------------------------------------------------------------------------------


def test_a_signed_note_is_signed_once_and_kept_no_more(alice, signed):
    known = {"client": alice, "note_id": signed.public_id, "actor": therapist(), "now": NOW}
    for act in (sign_note, keep_draft):
        with pytest.raises(notes.AlreadySigned) as error:
            act(body="Otherwise", known_version=signed.version, **known)
        assert error.value.kept.body == "As it was"
    kept = Note.objects.get()
    assert (kept.body, kept.signed_at, kept.is_intact) == ("As it was", NOW, True)


def test_an_empty_note_is_not_signed(alice):
    with pytest.raises(notes.NoteEmpty):
        sign_note(client=alice, note_id=uuid4(), body=" ", known_version=0, actor=therapist(), now=NOW)
    assert not Note.objects.exists()


def test_an_amendment_stands_with_its_reason_and_day_and_a_form_sent_twice_amends_once(signed, amendment):
    again = amend_note(note=signed, reason="A date was wrong ", body="It was May", actor=therapist(), now=NOW)
    assert again == amendment
    kept = Amendment.objects.get()
    assert (kept.reason, kept.body, kept.created_at) == ("A date was wrong", "It was May", NOW)
    assert kept.written_by == therapist()
    assert Note.objects.get().body == "As it was"
    assert not any(word in json.dumps(whole("care_amendment")) for word in ("date", "May"))


@pytest.mark.parametrize(
    ("reason", "body", "refusal"),
    [
        ("", "More", notes.ReasonRefused),
        ("a" * 501, "More", notes.ReasonRefused),
        ("Why", " ", notes.NoteEmpty),
        ("Why", "\x07", notes.NoteUnreadable),
        ("Why", "a" * 100_001, notes.NoteTooLong),
    ],
)
def test_an_amendment_that_cannot_be_kept_is_refused_in_words(signed, reason, body, refusal):
    with pytest.raises(refusal):
        amend_note(note=signed, reason=reason, body=body, actor=therapist(), now=NOW)
    assert not Amendment.objects.exists()


def test_a_draft_is_not_amended_by_either_door(alice):
    draft = make_note(alice)
    with pytest.raises(notes.NotSigned):
        amend_note(note=draft, reason="Why", body="More", actor=therapist(), now=NOW)
    insert = "INSERT INTO care_amendment (note_id, reason, body) VALUES (%s, '', '')"
    refused(OF_SIGNED, "care_amendment", (insert, draft.pk))
