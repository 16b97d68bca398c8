"""Messages at the desk: the inbox, answering in place, saved replies (R17)."""

from uuid import uuid4

import pytest
from django.urls import reverse

from clients.care.domain.messages import send_message
from clients.care.models import Message, SavedReply
from clients.models import Client, Stage
from tests.factories import NOW, make_client

HEARD = {("client", "For the thread"), ("therapist", "Gladly")}
pytestmark = [pytest.mark.django_db, pytest.mark.rule("R17")]


@pytest.fixture
def alice() -> Client:
    client = make_client(name="Alice Almeida", stage=Stage.ONGOING)
    send_message(client=client, sender=Message.Sender.CLIENT, text="For the thread", form_key=uuid4(), now=NOW)
    return client


def thread(client) -> str:
    return reverse("admin:thread", args=[client.public_id])


def test_an_unread_message_stands_on_today_and_in_the_inbox_until_it_is_read(desk, alice, text):
    today = text(desk.get("/admin/"))
    assert "A message that you have not read" in today
    inbox = text(desk.get(reverse("admin:inbox")))
    assert "1 unread" in inbox
    assert "For the thread" not in inbox
    desk.head(thread(alice))
    assert Message.objects.get().read_at is None
    assert "For the thread" in text(desk.get(thread(alice)))
    assert "1 unread" not in text(desk.get(reverse("admin:inbox")))
    assert "A message that you have not read" not in text(desk.get("/admin/"))


def test_it_is_answered_in_place_once(desk, alice):
    key = desk.get(thread(alice)).context["form"]["key"].value()
    for _ in range(2):
        answer = desk.post(thread(alice), {"text": "Gladly", "key": key})
        assert (answer.status_code, answer["Location"]) == (302, thread(alice))
    assert {(one.sender, one.body) for one in Message.objects.all()} == HEARD


def test_a_saved_reply_goes_under_what_was_typed_and_is_not_sent_by_that(desk, alice):
    reply = SavedReply.objects.create(title="Room", body="The room is on the second floor.")
    form = {"text": "Dear Alice", "key": str(uuid4()), "insert": str(reply.pk)}
    answer = desk.post(thread(alice), form)
    assert answer.context["form"]["text"].value() == "Dear Alice\n\nThe room is on the second floor."
    assert Message.objects.count() == 1
    for key in ("0", "x", "9" * 30):
        assert desk.post(thread(alice), form | {"insert": key}).status_code == 404


@pytest.mark.parametrize("typed", [" ", "x" * 100_000, "bell\x07"])
def test_what_cannot_be_sent_stays_in_its_field(desk, alice, typed):
    answer = desk.post(thread(alice), {"text": typed, "key": str(uuid4())})
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == typed
    assert Message.objects.count() == 1


def test_a_closed_thread_is_read_alone(desk, alice, text):
    Client.objects.update(stage=Stage.CLOSED)
    words = text(desk.get(thread(alice)))
    assert "For the thread" in words
    assert "<textarea" not in words
    late = desk.post(thread(alice), {"text": "One word more", "key": str(uuid4())})
    assert late.status_code == 409
    assert "One word more" in text(late)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("count", [1, 30])
def test_the_inbox_and_a_thread_ask_the_same_number_of_questions(desk, count, django_assert_num_queries):
    for _ in range(count):
        client = make_client(stage=Stage.ONGOING)
        for _ in range(count):
            send_message(client=client, sender=Message.Sender.CLIENT, text="A word", form_key=uuid4(), now=NOW)
    with django_assert_num_queries(5):  # session, user, practice; threads, unread
        desk.get(reverse("admin:inbox"))
    with django_assert_num_queries(7):  # session, user, practice; client, messages, replies, marking as read
        desk.get(thread(client))
