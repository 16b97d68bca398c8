"""Follow-ups, and calls and letters, on the desk."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from clients.domain.follow_ups import hand_over
from clients.models import Client, ContactEntry, FollowUp
from tests.factories import NOW, make_client

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice() -> Client:
    return make_client("alice@example.com", name="Alice Almeida", stage="ongoing", phone="+351 912 345 678")


def page_of(client: Client, name: str, *more) -> str:
    return reverse(f"admin:{name}", args=[client.public_id, *more])


# --- Follow-ups


def test_a_follow_up_appears_on_today_on_its_day_in_her_zone_and_not_before(desk, alice, text):
    """23:30 UTC on the last of June is half past midnight in Lisbon."""
    with time_machine.travel("2026-06-29T12:00:00Z", tick=False):
        desk.post(page_of(alice, "follow_ups"), {"line": "Ask about the <b>letter</b>", "due_on": "2026-07-01"})
    for moment, is_there in (("2026-06-30T22:30:00Z", False), ("2026-06-30T23:30:00Z", True)):
        with time_machine.travel(moment, tick=False):
            page = desk.get("/admin/")
            assert ("Ask about the &lt;b&gt;letter&lt;/b&gt;" in text(page)) is is_there
    with time_machine.travel("2026-07-03T12:00:00Z", tick=False):
        assert "since Wed 1 Jul" in text(desk.get(page_of(alice, "client_record")))


def test_one_is_done_and_stands_in_the_timeline_with_who(desk, alice, text):
    desk.post(page_of(alice, "follow_ups"), {"line": "Send the form", "due_on": "2026-11-27"})
    kept = FollowUp.objects.get()
    done = page_of(alice, "finish_follow_up", kept.public_id)
    assert desk.get(done).status_code == 405
    assert "Done. It is kept in the record." in text(desk.post(done, follow=True))
    assert "ended already" in text(desk.post(done, follow=True))
    assert "Done by Dr Helena Reis" in text(desk.get(page_of(alice, "client_record")))
    assert "Send the form" not in text(desk.get("/admin/"))


def test_one_is_put_off_and_a_bad_day_says_so_beside_it(desk, alice, text):
    desk.post(page_of(alice, "follow_ups"), {"line": "Send the form", "due_on": "2026-11-27"})
    later = page_of(alice, "put_off_follow_up", FollowUp.objects.get().public_id)
    for day in ("2026-11-26", "whenever", ""):
        answer = desk.post(later, {"due_on": day})
        assert answer.status_code == 422
        assert 'class="desk-problem"' in text(answer)
    assert FollowUp.objects.get().due_on == TODAY
    desk.post(later, {"due_on": "2026-12-04"})
    assert FollowUp.objects.get().due_on == date(2026, 12, 4)
    assert "Send the form" not in text(desk.get("/admin/"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"line": " "}, "line"),
        ({"line": "x" * 301}, "line"),
        ({"due_on": "2026-11-26"}, "due_on"),
        ({"due_on": "x"}, "due_on"),
    ],
)
def test_a_follow_up_that_cannot_be_kept_is_said_beside_its_field(desk, alice, typed, field):
    answer = desk.post(page_of(alice, "follow_ups"), {"line": "Send it", "due_on": "2026-11-27"} | typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not FollowUp.objects.exists()


@pytest.mark.rule("R16")
def test_a_follow_up_is_reached_through_its_own_client_alone(desk, alice):
    desk.post(page_of(alice, "follow_ups"), {"line": "Send it", "due_on": "2026-11-27"})
    kept, other = FollowUp.objects.get(), make_client()
    for name in ("finish_follow_up", "put_off_follow_up"):
        assert desk.post(page_of(other, name, kept.public_id), {"due_on": "2026-12-01"}).status_code == 404
    kept.refresh_from_db()
    assert (kept.ended_at, kept.due_on) == (None, TODAY)


@pytest.mark.rule("R22")
def test_what_a_mail_may_not_say_is_urgent_and_says_how_to_tell_them(desk, alice):
    Client.objects.update(may_mail=False)
    hand_over(client=alice, line="Tell them: moved", due_on=TODAY, origin="client_email/booking:a/1", now=NOW)
    [need] = desk.get("/admin/").context["needs"]
    assert (need.title, need.about, need.is_urgent) == ("Tell them: moved", "Alice Almeida", True)
    assert need.detail == "By telephone, no voicemail; no mail."


# --- Calls and letters


def test_a_call_is_written_down_and_told_in_the_timeline(desk, alice, text):
    typed = {"kind": "call_in", "happened_on": "2026-11-26", "happened_at": "18:30", "words": "She is <u>ill</u>."}
    assert "Written down." in text(desk.post(page_of(alice, "contacts"), typed, follow=True))
    words = text(desk.get(page_of(alice, "client_record")))
    assert "They rang you" in words
    assert "She is &lt;u&gt;ill&lt;/u&gt;." in words
    assert "Written down by Dr Helena Reis" in words
    assert "Thu 26 Nov, 18:30" in words


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "smoke signal"}, "kind"),
        ({"happened_on": "2026-11-28"}, "happened_on"),
        ({"happened_at": ""}, "happened_at"),
        ({"happened_at": "late"}, "happened_at"),
        ({"words": "x" * 5001}, "words"),
        ({"words": ""}, "words"),
        ({"words": " \n "}, "words"),
    ],
)
def test_what_cannot_be_written_down_is_said_beside_its_field(desk, alice, typed, field):
    form = {"kind": "call_in", "happened_on": "2026-11-26", "happened_at": "18:30", "words": "He rang."} | typed
    answer = desk.post(page_of(alice, "contacts"), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not ContactEntry.objects.exists()
