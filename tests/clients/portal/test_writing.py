"""Writing in the portal: where the rules allow it, once, and with nothing typed lost (R17)."""

from uuid import uuid4

import pytest

from clients.care.domain.messages import open_welcome_thread
from clients.care.models import Message
from clients.models import Client, Stage
from practice_admin.models import Practice
from tests.factories import NOW, make_booking, make_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice"), pytest.mark.rule("R17")]

ADDRESS = "/portal/messages/"


def send(browser, text: str, key=None):
    return browser.post(ADDRESS, {"text": text, "key": str(key or uuid4())})


def test_a_message_is_sent_once_however_often_the_button_is_pressed(browser, alice):
    key = browser.get(ADDRESS).context["form"]["key"].value()
    for _ in range(2):
        answer = send(browser, "Good morning\r\nand good night", key)
        assert (answer.status_code, answer["Location"]) == (303, f"{ADDRESS}#latest")
    message = Message.objects.get()
    assert (message.thread.client, message.sender, message.body) == (alice, "client", "Good morning\nand good night")
    assert "Good morning" in browser.get(ADDRESS).text


def test_the_words_for_a_crisis_stand_beside_the_box_and_that_it_is_not_read_at_once(browser):
    Practice.objects.update(crisis_text="Call 1414 day and night.")
    main = browser.get(ADDRESS).text.partition("<main")[2].partition("</main>")[0]
    assert "not read at once" in main
    assert "Call 1414 day and night." in main


@pytest.mark.parametrize("text", ["", "  \n", "x" * 100_000, "bell\x07", "turned \u202e", "nul\0"])
def test_what_cannot_be_sent_stays_in_its_field_with_the_reason(browser, text):
    answer = send(browser, text)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"text"}
    assert answer.context["form"]["text"].value() == text
    assert not Message.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "1"])
def test_a_form_without_its_key_sends_nothing_and_keeps_the_words(browser, key):
    answer = browser.post(ADDRESS, {"text": "Good morning", "key": key})
    assert answer.status_code == 422
    assert "Good morning" in answer.text
    assert "too old to send from" in answer.text
    assert not Message.objects.exists()


def test_the_box_opens_by_stage(client):
    newcomer = make_client("eva@example.com")
    client.force_login(newcomer.user)
    assert "once your first call is booked" in client.get(ADDRESS).text
    assert "<textarea" not in client.get(ADDRESS).text
    assert send(client, "Hello").status_code == 409
    make_booking(newcomer)
    open_welcome_thread(client=newcomer, text="Welcome.", now=NOW)
    assert "<textarea" in client.get(ADDRESS).text
    assert send(client, "Hello").status_code == 303
    page = client.get(ADDRESS).text
    assert "<textarea" not in page
    assert "You can write again when there is an answer" in page
    refused = send(client, "And another thing")
    assert refused.status_code == 409
    assert "And another thing" in refused.text
    Client.objects.update(stage=Stage.CLOSED)
    assert "<textarea" not in client.get(ADDRESS).text
    assert send(client, "Once more").status_code == 409
    assert Message.objects.filter(sender="client").count() == 1


def test_addresses_become_links_and_nothing_else_does(browser, alice):
    text = (
        'See https://example.com/a?b=1&c="2" javascript:alert(1) data:text/html,x <a href="https://evil.example">x</a>'
    )
    open_welcome_thread(client=alice, text=text, now=NOW)
    main = browser.get(ADDRESS).text.partition("<main")[2].partition("</main>")[0]
    assert 'href="https://example.com/a?b=1&amp;c=' in main
    assert 'href="javascript' not in main
    assert 'href="data:' not in main
    assert "&lt;a href=" in main
    assert main.count("<a ") == main.count("</a>")


@pytest.mark.rule("R16")
def test_nobody_writes_into_anothers_thread(browser, alice):
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    open_welcome_thread(client=bob, text="Bobs welcome", now=NOW)
    send(browser, "Mine")
    assert Message.objects.get(sender="client").thread.client == alice
    assert "Bobs welcome" not in browser.get(ADDRESS).text


def test_unread_messages_are_counted_in_the_menu(browser, alice):
    open_welcome_thread(client=alice, text="Welcome.", now=NOW)
    assert '1<span class="visually-hidden"> unread' in browser.get("/portal/feed/").text
    browser.get(ADDRESS)
    assert '<span class="visually-hidden"> unread' not in browser.get("/portal/feed/").text
