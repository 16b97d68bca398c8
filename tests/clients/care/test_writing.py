"""Who may write when, and once (R17); what cannot be sent is said in words."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.care.domain import messages
from clients.care.domain.messages import mark_read, open_welcome_thread, send_message, standing
from clients.care.domain.queries.threads import inbox, thread_messages, unread_by_her
from clients.care.models import Message, Thread
from clients.models import Client, Stage
from integrations.outbox.models import Effect
from tests.factories import NOW, make_booking, make_client
from tests.races.crowd import rush

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R17")]

HERS, THEIRS = Message.Sender.THERAPIST, Message.Sender.CLIENT


def send(client, text="A word", sender=THEIRS, *, key=None, now=NOW) -> Message:
    return send_message(client=client, sender=sender, text=text, form_key=key or uuid4(), now=now)


def refused(client, sender=THEIRS) -> str:
    """Writing is refused, nothing is sent and nothing owed: in which words."""
    before = Message.objects.count(), Effect.objects.count(), Thread.objects.count()
    with pytest.raises(messages.WritingClosed) as error:
        send(client, sender=sender)
    assert (Message.objects.count(), Effect.objects.count(), Thread.objects.count()) == before
    return error.value.public_message


@pytest.mark.parametrize("status", ["pending_payment", "expired", "cancelled"])
def test_nothing_is_written_before_a_confirmed_booking(status):
    alice = make_client()
    make_booking(alice, status=status)
    assert refused(alice) == messages.NOT_YET
    assert refused(alice, HERS) == messages.SHE_NOT_YET


def test_the_welcome_takes_one_reply_until_she_writes_again():
    alice = make_client()
    make_booking(alice)
    open_welcome_thread(client=alice, text="Welcome.", now=NOW)
    send(alice, "Thank you", now=NOW + timedelta(minutes=1))
    assert refused(alice) == messages.ONE_REPLY
    send(alice, "Gladly", HERS, now=NOW + timedelta(minutes=2))
    send(alice, "Until then", now=NOW + timedelta(minutes=3))
    assert refused(alice) == messages.ONE_REPLY
    send(alice, "And one more of mine", HERS, now=NOW + timedelta(minutes=4))
    assert thread_messages(alice).count() == 5


def test_one_reply_is_taken_where_the_practice_has_no_welcome_and_where_the_call_was_cancelled_since():
    alice = make_client()
    make_booking(alice, status="cancelled", confirmed_at=NOW)
    send(alice)
    assert refused(alice) == messages.ONE_REPLY


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.ONGOING])
def test_after_discovery_both_write_as_they_like(stage):
    alice = make_client(stage=stage)
    for _ in range(3):
        send(alice)
    for _ in range(2):
        send(alice, sender=HERS)
    assert standing(alice) == messages.Standing("", "")
    assert thread_messages(alice).count() == 5


def test_once_closed_the_thread_is_read_alone():
    alice = make_client(stage=Stage.ONGOING)
    send(alice)
    Client.objects.update(stage=Stage.CLOSED)
    assert refused(alice) == messages.CLOSED  # whatever the page knew
    assert refused(alice, HERS) == messages.SHE_CLOSED
    assert thread_messages(alice).get().body == "A word"


def test_the_same_form_sent_twice_is_one_message_even_where_only_one_is_allowed():
    alice, key = make_client(), uuid4()
    make_booking(alice)
    assert send(alice, key=key) == send(alice, "Another text", key=key)
    assert Message.objects.get().body == "A word"
    assert Effect.objects.filter(subject__startswith="message:").count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_a_crowd_of_taps_one_message_comes():
    alice, key = make_client(stage=Stage.ONGOING), uuid4()
    outcomes, _ = rush(6, lambda _: send(alice, key=key).pk)
    assert len(set(outcomes)) == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", messages.MessageEmpty),
        (" \n\u00a0\t", messages.MessageEmpty),
        ("x" * 100_000, messages.MessageTooLong),
        ("nul\0", messages.MessageUnreadable),
        ("bell\x07", messages.MessageUnreadable),
        ("moc.elpmaxe\u202e", messages.MessageUnreadable),
        ("half \ud83d", messages.MessageUnreadable),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(text, refusal):
    alice = make_client(stage=Stage.ONGOING)
    with pytest.raises(refusal) as error:
        send(alice, text)
    assert error.value.public_message == refusal.public_message
    assert not Message.objects.exists()
    assert not Effect.objects.exists()


def test_letters_of_every_script_and_joined_signs_are_sent_as_they_are():
    words = "שלום\u200e – مرحبا – 👩‍👧 – first\nsecond"
    assert send(make_client(stage=Stage.ONGOING), words).body == words


def test_each_side_sees_what_the_other_wrote_as_unread_and_threads_with_something_unread_stand_first():
    alice, bob, charlie = (make_client(stage=Stage.ONGOING) for _ in range(3))
    send(alice)
    send(alice)
    send(bob, now=NOW + timedelta(minutes=1))
    send(charlie, sender=HERS, now=NOW + timedelta(minutes=2))
    assert [(thread.client, thread.unread) for thread in inbox()] == [(bob, 1), (alice, 2), (charlie, 0)]
    assert unread_by_her() == 3
    assert mark_read(client=alice, now=NOW, reader=HERS) == 2
    assert mark_read(client=alice, now=NOW, reader=HERS) == 0
    assert mark_read(client=alice, now=NOW) == 0  # what she wrote herself is no news to a client
    assert [thread.client for thread in inbox()] == [bob, charlie, alice]
    assert unread_by_her() == 1
