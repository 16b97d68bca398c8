"""The welcome thread: one for each client, with one message, however often and however many ask."""

from datetime import timedelta

import pytest
from django.db import connection

from clients.care.domain.messages import mark_read, open_welcome_thread
from clients.care.domain.queries.threads import thread_messages, unread_count
from clients.care.models import Message, Thread
from tests.factories import NOW, make_client
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db


@pytest.mark.rule("R12")
def test_a_first_time_client_gets_one_thread_and_one_message():
    alice, bob = make_client(), make_client()
    assert open_welcome_thread(client=alice, text="Welcome.", now=NOW)
    assert not open_welcome_thread(client=alice, text="Welcome again.", now=NOW)
    assert [(message.sender, message.body, message.sent_at) for message in thread_messages(alice)] == [
        ("therapist", "Welcome.", NOW)
    ]
    assert not thread_messages(bob).exists()
    assert (unread_count(alice), unread_count(bob)) == (1, 0)


def test_a_practice_without_a_welcome_opens_an_empty_thread():
    alice = make_client()
    assert open_welcome_thread(client=alice, text=" \n", now=NOW)
    assert Thread.objects.filter(client=alice).exists()
    assert not Message.objects.exists()


@pytest.mark.rule("R12")
@pytest.mark.django_db(transaction=True)
def test_of_a_crowd_that_opens_the_thread_one_does():
    for _ in range(10):
        alice = make_client()
        outcomes, _ = rush(6, lambda _, alice=alice: open_welcome_thread(client=alice, text="Welcome.", now=NOW))
        assert sorted(outcomes) == [False] * 5 + [True]
        assert thread_messages(alice).count() == 1
        assert Thread.objects.filter(client=alice).count() == 1


def test_reading_marks_what_the_therapist_wrote_and_only_the_first_time():
    alice, bob = make_client(), make_client()
    for client in (alice, bob):
        open_welcome_thread(client=client, text="Welcome.", now=NOW)
    mine = Message.objects.create(thread=alice.thread, sender=Message.Sender.CLIENT, body="Thank you.")
    assert mark_read(client=alice, now=NOW) == 1
    assert mark_read(client=alice, now=NOW + timedelta(hours=1)) == 0
    assert thread_messages(alice).get(sender="therapist").read_at == NOW
    mine.refresh_from_db()
    assert mine.read_at is None
    assert (unread_count(alice), unread_count(bob)) == (0, 1)


@pytest.mark.rule("R18")
def test_the_database_holds_a_messages_ciphertext_alone():
    open_welcome_thread(client=make_client(), text="Welcome to this quiet place", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM care_message")
        (body,) = cursor.fetchone()
    assert b"quiet" not in bytes(body)
    assert Message.objects.get().body == "Welcome to this quiet place"
