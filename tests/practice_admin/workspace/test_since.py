"""Since last time: one card before a session, on Today and on the record."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.care.domain.messages import send_message
from clients.care.models import Message
from clients.domain.follow_ups import plan_follow_up
from tests.factories import make_booking, make_client, make_note, make_session, therapist

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(time_machine):
    time_machine.move_to("2026-12-01T10:00:00+00:00", tick=False)
    return timezone.now()


def test_it_tells_plan_messages_changes_and_follow_ups_and_nothing_of_before(desk, now, text):
    alice, session, day = make_client(name="Alice Almeida", stage="ongoing"), make_session(), timedelta(days=1)
    coming = make_booking(alice, session, starts_at=now + timedelta(hours=2))
    last = make_booking(alice, session, starts_at=now - 7 * day, status="completed")
    make_booking(alice, session, starts_at=now + 3 * day, status="cancelled", cancelled_by="client", changed_at=now)
    moved = {"previous_starts_at": now + 8 * day, "changed_at": now - day}
    make_booking(alice, session, starts_at=now + 9 * day, **moved)
    make_booking(alice, session, starts_at=now - 9 * day, status="cancelled", changed_at=now - 10 * day)
    make_note(alice, "Heights.\n\nPlan:\nA small bridge", booking=last, signed_at=now - 7 * day)
    make_note(alice, "Begun just now")
    for days, body in ((8, "Long ago"), (1, "Lately")):
        client = {"client": alice, "sender": Message.Sender.CLIENT, "form_key": uuid4()}
        send_message(text=body, now=now - days * day, **client)
    Message.objects.filter(sent_at__lt=now - 7 * day).update(read_at=now - 7 * day)
    today = timezone.localdate()
    follow = {"client": alice, "today": today, "actor": therapist(), "now": now}
    plan_follow_up(line="Ask about the letter", due_on=today, **follow)
    plan_follow_up(line="Not yet", due_on=today + 5 * day, **follow)
    for path in ("/admin/", reverse("admin:client_record", args=[alice.public_id])):
        page = desk.get(path)
        since = page.context["since"]
        assert (since.last, since.plan, since.messages, since.unread) == (last, "A small bridge", 1, 1)
        assert [row.starts_at for row in since.changed] == [now + 3 * day, now + 9 * day]
        assert [one.line for one in since.follow_ups] == ["Ask about the letter"]
        card = text(page).partition('aria-labelledby="since-heading"')[2].partition("</section>")[0]
        assert all(words in card for words in ("A small bridge", "1 from them", "called off by them", "the letter"))
        assert "Lately" not in card
        assert coming not in since.changed


def test_with_nothing_to_tell_it_says_so_and_without_a_session_today_it_is_not_there(desk, now, text):
    alice = make_client(stage="ongoing")
    assert "Nothing has happened since." in text(desk.get(reverse("admin:client_record", args=[alice.public_id])))
    assert "Since last time" not in text(desk.get("/admin/"))
    make_booking(alice, make_session(), starts_at=now + timedelta(hours=1))
    page = desk.get("/admin/")
    assert page.context["since"].client == alice
    assert page.context["since"].is_empty


def test_anothers_are_not_told(desk, now):
    bob, session = make_client(stage="ongoing"), make_session()
    make_note(bob, "Plan: Bobs")
    make_booking(bob, session, starts_at=now + timedelta(days=1), status="cancelled", changed_at=now)
    make_booking(make_client(stage="ongoing"), session, starts_at=now + timedelta(hours=1))
    assert desk.get("/admin/").context["since"].is_empty


@pytest.mark.parametrize("count", [1, 20])
def test_today_before_a_session_asks_the_same_number_of_questions(desk, now, count, django_assert_num_queries):
    alice, session = make_client(stage="ongoing"), make_session()
    make_booking(alice, session, starts_at=now + timedelta(hours=1))
    for number in range(count):
        make_note(alice, "Plan: this", signed_at=now)
        begins = now + timedelta(days=number + 1)
        make_booking(alice, session, starts_at=begins, status="cancelled", changed_at=now)
    with django_assert_num_queries(25):  # twenty of Today with nothing in trouble, and five of the card
        desk.get("/admin/")
