"""Sharing a link: with one client, safely, and told to them without saying what it is."""

import pytest
from django.db import connection

from clients.care.models import Notification
from clients.models import Stage
from content.domain.queries.feed import feed_of, shared_item
from content.domain.sharing import (
    BadLink,
    BadTitle,
    ClientClosed,
    ForeignBooking,
    NotText,
    ShareRefused,
    TooManyWords,
    share_link,
)
from content.models import FeedItem, Share
from tests.factories import NOW, make_booking, make_client

pytestmark = pytest.mark.django_db

GOOD = {"title": "Breathing", "url": "https://example.com/a?b=c#d", "words": "Ten minutes a day", "now": NOW}


def nothing_was_shared() -> bool:
    return not (FeedItem.objects.exists() or Share.objects.exists() or Notification.objects.exists())


@pytest.mark.rule("R15")
def test_a_link_is_in_the_feed_of_the_one_it_was_shared_with_and_in_no_other():
    alice, bob = make_client(stage=Stage.ONGOING), make_client(stage=Stage.ONGOING)
    booking = make_booking(alice)
    share = share_link(client=alice, booking=booking, **GOOD)
    assert list(feed_of(alice)) == [share]
    assert (share.item.title, share.item.url, share.words, share.shared_at) == (*list(GOOD.values())[:3], NOW)
    assert share.booking == booking
    assert not feed_of(bob).exists()
    assert shared_item(alice, share.public_id) == share
    assert shared_item(bob, share.public_id) is None


@pytest.mark.rule("R22")
def test_the_client_is_told_that_something_is_there_and_not_what():
    alice = make_client(stage=Stage.ONGOING)
    share = share_link(client=alice, **GOOD)
    told = Notification.objects.get()
    assert (told.recipient, told.key, told.path) == (alice.user, f"share:{share.public_id}", "/portal/feed/")
    assert told.text == "Something new is in your feed"


@pytest.mark.rule("R18")
def test_the_words_beside_it_are_ciphertext_in_the_database():
    share_link(client=make_client(stage=Stage.ONGOING), **GOOD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM content_share")
        (words,) = cursor.fetchone()
    assert b"minutes" not in bytes(words)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "/portal/",
        "//example.com/",
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://example.com",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://example.com/",
        "https://",
        "https:///path",
        "https://name:word@example.com/",
        "https://name@example.com/",
        "https://@example.com/",
        "https://example.com/\0",
        "https://example.com/a b",
        "https://exa\nmple.com/",
        "https://[::1/",
        "https://example.com/" + "a" * 1000,
    ],
)
def test_what_is_no_safe_web_address_is_refused(url):
    with pytest.raises(BadLink):
        share_link(client=make_client(stage=Stage.ONGOING), **GOOD | {"url": url})
    assert nothing_was_shared()


@pytest.mark.parametrize(
    "url", ["http://example.com", "HTTPS://Example.com/", "https://münchen.example/ü?q=@x", " https://example.com/ "]
)
def test_web_addresses_of_every_usual_shape_are_taken(url):
    assert share_link(client=make_client(stage=Stage.ONGOING), **GOOD | {"url": url}).item.url == url.strip()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"title": ""}, BadTitle),
        ({"title": " \n"}, BadTitle),
        ({"title": "a" * 201}, BadTitle),
        ({"title": "a\0b"}, NotText),
        ({"title": "half a \ud83d"}, NotText),
        ({"words": "a" * 501}, TooManyWords),
        ({"words": "a\0b"}, NotText),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words_and_changes_nothing(change, refusal):
    with pytest.raises(refusal) as refused:
        share_link(client=make_client(stage=Stage.ONGOING), **GOOD | change)
    assert isinstance(refused.value, ShareRefused)
    assert refused.value.public_message
    assert nothing_was_shared()


def test_the_longest_title_and_words_are_taken_and_words_may_be_missing():
    alice = make_client(stage=Stage.ONGOING)
    share_link(client=alice, **GOOD | {"title": "a" * 200, "words": "b" * 500})
    share_link(client=alice, **GOOD | {"words": ""})
    assert feed_of(alice).count() == 2


@pytest.mark.parametrize("stage", [Stage.DISCOVERY, Stage.INTAKE, Stage.ONGOING])
def test_sharing_is_open_at_every_stage_but_the_last(stage):
    assert share_link(client=make_client(stage=stage), **GOOD)


def test_nothing_is_shared_with_a_client_whose_care_is_closed_even_where_the_caller_has_not_noticed():
    alice = make_client(stage=Stage.ONGOING)
    type(alice).objects.filter(pk=alice.pk).update(stage=Stage.CLOSED)
    with pytest.raises(ClientClosed):
        share_link(client=alice, **GOOD)
    assert nothing_was_shared()


@pytest.mark.rule("R16")
def test_a_share_cannot_be_tied_to_another_clients_session():
    with pytest.raises(ForeignBooking):
        share_link(client=make_client(stage=Stage.ONGOING), booking=make_booking(make_client()), **GOOD)
    assert nothing_was_shared()
