"""What a message owes: told at once in the house; by mail only if unread later, at most once an hour (R22)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from clients.care.domain.messages import mark_read, send_message
from clients.care.models import Message, Notification
from clients.models import Client, FollowUp, Stage
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from tests.factories import NOW, make_client, therapist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R22")]

WORDS = "zqx I lie awake"
HERS, THEIRS = Message.Sender.THERAPIST, Message.Sender.CLIENT


@pytest.fixture
def alice(vendors) -> Client:
    therapist()
    return make_client("alice@example.com", stage=Stage.ONGOING, name="Alice Example")


def send(client, sender, minutes=0) -> Message:
    return send_message(
        client=client, sender=sender, text=WORDS, form_key=uuid4(), now=NOW + timedelta(minutes=minutes)
    )


def pump(minutes: int) -> None:
    """Everything that is due so many minutes after NOW."""
    with time_machine.travel(NOW + timedelta(minutes=minutes), tick=True):
        _, failed = run_due(NOW + timedelta(minutes=minutes))
    assert failed == 0


def test_the_other_side_is_told_at_once_and_mailed_after_a_quarter_of_an_hour_without_a_word_of_it(vendors, alice):
    send(alice, HERS)
    send(alice, THEIRS)
    pump(0)
    told = {(one.recipient.email, one.text) for one in Notification.objects.all()}
    assert told == {
        ("alice@example.com", "A new message for you"),
        ("therapist@example.com", "A message from Alice Example"),
    }
    pump(14)
    assert vendors.mails() == []
    pump(15)
    for address in ("alice@example.com", "therapist@example.com"):
        (mail,) = vendors.mails(address)
        assert "wait" in mail.subject
        assert "zqx" not in str(mail)
        assert "Alice Example" not in str(mail)
    pump(600)
    assert len(vendors.mails()) == 2
    assert Notification.objects.count() == 2


def test_what_was_read_in_time_is_not_mailed(vendors, alice):
    send(alice, HERS)
    mark_read(client=alice, now=NOW + timedelta(minutes=10))
    pump(15)
    assert vendors.mails() == []
    assert Effect.objects.get(kind="message_mail").reason == "read already"


def test_many_messages_are_one_mail_and_the_next_comes_after_an_hour_at_most_and_only_if_unread(vendors, alice):
    for minutes in range(3):
        send(alice, HERS, minutes)
    pump(20)
    assert len(vendors.mails("alice@example.com")) == 1
    send(alice, HERS, 21)
    pump(40)
    pump(80)  # the mail went a moment after the twentieth minute
    assert len(vendors.mails("alice@example.com")) == 1
    pump(81)
    assert len(vendors.mails("alice@example.com")) == 2
    send(alice, HERS, 82)
    pump(100)
    mark_read(client=alice, now=NOW + timedelta(minutes=101))
    pump(600)
    assert len(vendors.mails("alice@example.com")) == 2


def test_two_clients_hear_each_for_themselves_and_she_once_for_both(vendors, alice):
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    for client in (alice, bob):
        send(client, HERS)
        send(client, THEIRS)
    pump(15)
    assert sorted(mail.to[0] for mail in vendors.mails()) == [
        "alice@example.com",
        "bob@example.com",
        "therapist@example.com",
    ]


def test_a_mail_that_failed_is_tried_again_by_the_same_effect(vendors, alice):
    send(alice, HERS)
    pump(0)
    vendors.down("resend")
    with time_machine.travel(NOW + timedelta(minutes=15), tick=True):
        assert run_due(NOW + timedelta(minutes=15)) == (0, 1)
    vendors.up("resend")
    pump(17)
    assert len(vendors.mails("alice@example.com")) == 1


def test_whom_no_mail_may_reach_is_told_by_her_instead(vendors, alice):
    Client.objects.update(may_mail=False)
    send(alice, HERS)
    pump(15)
    assert vendors.mails() == []
    assert FollowUp.objects.get().line == "Tell them that a message waits for them in the portal"
