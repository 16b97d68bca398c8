"""Her notes at the desk: one click from the session, kept as she types, signed, amended, found."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clients.care.models import Amendment, Note, NoteTemplate, PrivatePage
from tests.factories import make_booking, make_client, make_note, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_client(name="Alice Almeida", stage="ongoing")


def note_url(client, note_id=None, name="note") -> str:
    return reverse(f"admin:{name}", args=[client.public_id, note_id or uuid4()])


def typed(body: str, version: int = 0, **more) -> dict[str, object]:
    return {"body": body, "version": version, **more}


def test_the_note_of_a_session_is_one_click_away_before_and_after_it_is_written(desk, alice, text):
    booking = make_booking(alice, make_session(), starts_at=timezone.now() - timedelta(hours=2), status="completed")
    address = reverse("admin:session_note", args=[booking.public_id])
    for path in ("/admin/", reverse("admin:client_record", args=[alice.public_id])):
        assert address in text(desk.get(path)), path
    assert address in text(desk.get(reverse("admin:booking", args=[booking.public_id])))
    opened = desk.get(address, follow=True)
    assert opened.context["form"]["session"].value() == str(booking.public_id)
    assert not Note.objects.exists()  # looking writes nothing
    note = make_note(alice, booking=booking)
    assert desk.get(address)["Location"] == note_url(alice, note.public_id)


def test_a_draft_is_kept_without_a_script_and_signed_and_then_only_amended(desk, alice, text):
    booking = make_booking(alice, make_session(), starts_at=timezone.now() - timedelta(days=1))
    address = note_url(alice, note_id := uuid4())
    answer = desk.post(address, typed("One\r\ntwo", session=str(booking.public_id)), follow=True)
    assert "Your draft is kept." in text(answer)
    note = Note.objects.get()
    assert (note.public_id, note.body, note.booking) == (note_id, "One\ntwo", booking)
    desk.post(address, typed("One, two, three", 1, session=str(booking.public_id), act="sign"))
    signed = Note.objects.get()
    assert (signed.body, signed.is_locked) == ("One, two, three", True)
    amend = note_url(alice, note_id, "amend_note")
    shown = text(desk.post(amend, {"reason": "A date", "body": "It was May"}, follow=True))
    assert all(words in shown for words in ("Signed and locked", "One, two, three", "A date", "It was May"))
    again = desk.post(address, typed("Otherwise", 3, act="sign"))
    assert again.status_code == 409
    assert "signed and locked" in text(again)
    assert "Otherwise" in text(again)  # what was typed is not lost: it stands in the form of an amendment
    assert Note.objects.get().body == "One, two, three"
    record = text(desk.get(reverse("admin:client_record", args=[alice.public_id])))
    assert "It was May" in record


@pytest.mark.parametrize("body", ["  ", "\x07", "a\u202eb", "x" * 100_001])
@pytest.mark.parametrize("act", ["keep", "sign"])
def test_what_cannot_be_kept_is_said_beside_it_and_stays_in_its_field(desk, alice, text, body, act):
    answer = desk.post(note_url(alice), typed(body, act=act))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"body"}
    assert answer.context["form"]["body"].value() == body
    assert not Note.objects.exists()
    told = desk.post(note_url(alice, name="keep_note"), typed(body))
    assert (told.status_code, bool(told.json()["problem"])) == (422, True)


def test_a_nul_and_markup_are_dealt_with_in_words(desk, alice, text):
    refused = desk.post(note_url(alice), typed("a\0b"))
    assert refused.status_code == 422
    assert "Please paste it again" in text(refused)
    desk.post(note_url(alice, note_id := uuid4()), typed("<script>alert(1)</script>"))
    shown = text(desk.get(note_url(alice, note_id)))
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_page_without_its_version_keeps_nothing_and_loses_nothing(desk, alice, text):
    for version in ("", "x", "-1"):
        answer = desk.post(note_url(alice), typed("Words", version))
        assert answer.status_code == 422
        assert "Words" in text(answer)
    assert not Note.objects.exists()


def test_the_script_is_told_the_version_and_the_time_and_of_another_window_both_texts(desk, alice):
    keep = note_url(alice, note_id := uuid4(), "keep_note")
    kept = desk.post(keep, typed("One"))
    assert kept.json().keys() == {"version", "kept_at"}
    assert desk.post(keep, typed("One")).json()["version"] == 1  # the answer was lost: asked again, it is kept once
    assert desk.post(keep, typed("One, two", 1)).json()["version"] == 2
    other = desk.post(keep, typed("Mine", 1))
    assert (other.status_code, other.json()["text"], other.json()["version"]) == (409, "One, two", 2)
    assert Note.objects.get(public_id=note_id).body == "One, two"
    assert "no-store" in kept.headers["Cache-Control"]


def test_without_a_script_the_later_window_is_shown_both_and_overwrites_only_knowing_it(desk, alice, text):
    note = make_note(alice, "First window", version=2)
    answer = desk.post(note_url(alice, note.public_id), typed("Second window", 1))
    assert answer.status_code == 409
    assert all(words in text(answer) for words in ("First window", "Second window"))
    assert Note.objects.get().body == "First window"
    form = answer.context["form"]
    desk.post(note_url(alice, note.public_id), typed(form["body"].value(), int(form["version"].value())))
    assert Note.objects.get().body == "Second window"


def test_a_template_is_put_under_what_was_typed_and_nothing_is_kept_by_that(desk, alice, text):
    soap = NoteTemplate.objects.get(name="SOAP")
    answer = desk.post(note_url(alice), typed("Mine first", act=f"insert-{soap.pk}"))
    assert answer.context["form"]["body"].value() == f"Mine first\n\n{soap.body}"
    assert not Note.objects.exists()
    for key in ("0", "x", "9" * 30):
        assert desk.post(note_url(alice), typed("Mine", act=f"insert-{key}")).status_code == 404


def test_the_note_before_stands_beside_the_new_one_with_what_was_added_to_it(desk, alice, text):
    now = timezone.now()
    make_note(alice, "The oldest", created_at=now - timedelta(days=14), signed_at=now)
    before = make_note(alice, "The one before", created_at=now - timedelta(days=7), signed_at=now)
    Amendment.objects.create(note=before, reason="Why", body="And more")
    make_note(body="Another client’s", signed_at=now)
    words = text(desk.get(note_url(alice)))
    assert all(line in words for line in ("The one before", "And more"))
    assert "The oldest" not in words
    assert "Another client" not in words


@pytest.mark.rule("R16")
def test_a_note_is_found_under_its_own_client_alone(desk, alice):
    bobs = make_note(body="Bobs", signed_at=timezone.now())
    for name in ("note", "keep_note", "amend_note"):
        address = note_url(alice, bobs.public_id, name)
        assert desk.post(address, typed("x", 1, reason="y")).status_code == 404
    assert desk.get(note_url(alice, bobs.public_id)).status_code == 404
    assert Note.objects.get().body == "Bobs"


def test_a_draft_is_thrown_away(desk, alice, text):
    note = make_note(alice)
    address = note_url(alice, note.public_id)
    assert "thrown away" in text(desk.post(address, typed("A note", 1, act="discard"), follow=True))
    assert not Note.objects.exists()


def test_the_private_page_is_kept_and_stands_nowhere_else(desk, alice, text):
    address = reverse("admin:private_page", args=[alice.public_id])
    desk.post(address, typed("What I make of it"))
    assert "What I make of it" in text(desk.get(address))
    kept = desk.post(f"{address}keep/", typed("More", 1))
    assert kept.json()["version"] == 2
    other = desk.post(address, typed("Mine", 1))
    assert other.status_code == 409
    assert all(words in text(other) for words in ("More", "Mine"))
    assert desk.post(f"{address}keep/", typed("\x07", 2)).status_code == 422
    assert PrivatePage.objects.get().body == "More"
    assert "More" not in desk.get(reverse("admin:client_record", args=[alice.public_id])).context["record"].timeline


def test_words_are_found_in_notes_amendments_and_private_pages_and_stand_in_no_address(desk, alice, text):
    signed = make_note(alice, "Fear of HEIGHTS and bridges", signed_at=timezone.now())
    Amendment.objects.create(note=signed, reason="Why", body="Heights, and towers")
    PrivatePage.objects.create(client=alice, body="Mine: heights")
    make_note(body="Sleeps well")
    search = reverse("admin:search_notes")
    found = desk.post(search, {"words": " heights "})
    assert [type(one.thing) for one in found.context["found"]] == [Note, Amendment, PrivatePage]
    assert len(desk.post(search, {"words": "bridges heights"}).context["found"]) == 1
    assert "Nothing found" in text(desk.post(search, {"words": "rivers"}))
    assert desk.get(f"{search}?words=heights").context["found"] == []
    assert desk.post(search, {"words": " "}).context["found"] == []


@pytest.mark.parametrize("count", [2, 30])
def test_the_pages_ask_the_same_number_of_questions_for_one_and_for_many(desk, alice, count, django_assert_num_queries):
    for number in range(count):
        note = make_note(alice, f"Words {number}", signed_at=timezone.now())
        Amendment.objects.create(note=note, reason="Why", body="More words")
    with django_assert_num_queries(9):  # session, user, practice; client, note, amendments; the one before, with its
        desk.get(note_url(alice, note.public_id))  # amendments; sessions
    with django_assert_num_queries(8):  # session, user, practice; each table's words, and the rows that hold them
        assert len(desk.post(reverse("admin:search_notes"), {"words": "words"}).context["found"]) == 2 * count


def test_the_key_of_unsent_text_is_hers_the_same_at_each_sign_in_and_given_to_nobody_else(desk, client):
    first, second = (desk.get(reverse("admin:unsent_key")) for _ in range(2))
    assert first.json()["key"] == second.json()["key"]
    assert "no-store" in first.headers["Cache-Control"]
    assert client.get(reverse("admin:unsent_key")).status_code == 302


@pytest.mark.rule("R18")
def test_what_the_tables_say_of_a_practice_full_of_notes_holds_none_of_their_words(desk, alice):
    secret = "zqxheights"
    for version, act in enumerate(("keep", "sign")):
        desk.post(note_url(alice, alice.public_id), typed(f"{secret} {act}", version, act=act))
    amend = note_url(alice, alice.public_id, "amend_note")
    desk.post(amend, {"reason": f"{secret} reason", "body": f"{secret} more"})
    desk.post(note_url(alice), typed(f"{secret} draft"))
    desk.post(reverse("admin:private_page", args=[alice.public_id]), typed(f"{secret} private"))
    desk.post(reverse("admin:search_notes"), {"words": secret})
    assert (Note.objects.count(), Amendment.objects.count(), PrivatePage.objects.count()) == (2, 1, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        dump = b""
        for table in tables:
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                dump += b"".join(bytes(part) for part in copy)
    assert len(tables) > 40
    assert b"SOAP" in dump  # it is a dump, and it is read
    assert secret.encode() not in dump
    assert secret.encode().hex().encode() not in dump
