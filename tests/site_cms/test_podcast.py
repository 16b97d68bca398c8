"""The podcast: what Apple and Spotify ask of a feed, as a table, and what must not get into it."""

import re
import uuid
from collections.abc import Callable
from xml.etree import ElementTree

import feedparser
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from integrations.outbox.operations import run_due
from practice_admin.models import Practice
from site_cms.pages.models import EpisodePage, PodcastPage
from site_cms.pages.transcripts import paragraphs_of, web_vtt
from tests.site_cms.site import SOUND, add_audio, add_episode, add_image, add_show

pytestmark = pytest.mark.django_db

TRANSCRIPT = "[00:03] This is a pause.\n\n[01:05] Breathe --> out & <in>."
NS = {"itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "podcast": "https://podcastindex.org/namespace/1.0"}
XML = ElementTree.Element


def text(element: XML, path: str) -> str:
    return element.findtext(path, "", NS)


def attribute(element: XML, path: str, name: str) -> str:
    found = element.find(path, NS)
    return "" if found is None else found.get(name, "")


# What Apple (podcasters.apple.com/support/823) and Spotify (its delivery specification) ask of the show
OF_THE_SHOW: dict[str, Callable[[XML], bool]] = {
    "title": lambda show: text(show, "title") == "Before the door",
    "description, at most 4000 characters": lambda show: 0 < len(text(show, "description")) <= 4000,
    "link to its page": lambda show: text(show, "link").endswith("/podcast/"),
    "language by ISO 639": lambda show: re.fullmatch(r"[a-z]{2}(-[a-z]{2})?", text(show, "language")) is not None,
    "artwork as JPEG or PNG": lambda show: attribute(show, "itunes:image", "href").endswith((".png", ".jpg")),
    "artwork at a whole address": lambda show: attribute(show, "itunes:image", "href").startswith("http"),
    "category that Apple knows": lambda show: attribute(show, "itunes:category", "text") == "Health & Fitness",
    "its subcategory": lambda show: attribute(show, "itunes:category/itunes:category", "text") == "Mental Health",
    "explicit, true or false": lambda show: text(show, "itunes:explicit") in {"true", "false"},
    "author": lambda show: text(show, "itunes:author") == "Helena Reis",
    "owner's address, for Spotify": lambda show: text(show, "itunes:owner/itunes:email") == "her@example.com",
    "type": lambda show: text(show, "itunes:type") in {"episodic", "serial"},
    "identifier of the show": lambda show: uuid.UUID(text(show, "podcast:guid")).version == 5,
}
OF_AN_EPISODE: dict[str, Callable[[XML], bool]] = {
    "title": lambda episode: text(episode, "title") == text(episode, "itunes:title") == "Three slow breaths",
    "enclosure's length in bytes": lambda episode: attribute(episode, "enclosure", "length") == str(len(SOUND)),
    "enclosure's type": lambda episode: attribute(episode, "enclosure", "type") in {"audio/mpeg", "audio/x-m4a"},
    "address that ends as the file does": lambda episode: attribute(episode, "enclosure", "url").endswith(".mp3"),
    "guid that is no address": lambda episode: attribute(episode, "guid", "isPermaLink") == "false",
    "guid": lambda episode: uuid.UUID(text(episode, "guid")).version == 4,
    "date by RFC 2822": lambda episode: text(episode, "pubDate").endswith("+0000"),
    "duration in seconds": lambda episode: text(episode, "itunes:duration") == "72",
    "explicit": lambda episode: text(episode, "itunes:explicit") in {"true", "false"},
    "kind of episode": lambda episode: text(episode, "itunes:episodeType") == "full",
    "season and number": lambda episode: (
        (text(episode, "itunes:season"), text(episode, "itunes:episode")) == ("1", "2")
    ),
    "timed transcript": lambda episode: attribute(episode, "podcast:transcript", "type") == "text/vtt",
}


@pytest.fixture
def show() -> PodcastPage:
    Practice.objects.update(contact_email="her@example.com")
    return add_show()


@pytest.fixture
def episode(show: PodcastPage) -> EpisodePage:
    return add_episode(
        show, season=1, number=2, transcript=TRANSCRIPT, body=[("paragraph", '<p><a href="/x/">x</a></p>')]
    )


def channel(client: Client) -> XML:
    found = ElementTree.fromstring(client.get("/podcast/feed.xml").content).find("channel")
    assert found is not None
    return found


def test_the_feed_keeps_every_rule_of_the_directories(client: Client, episode: EpisodePage) -> None:
    feed = channel(client)
    item = feed.find("item")
    assert item is not None

    assert [rule for rule, holds in OF_THE_SHOW.items() if not holds(feed)] == []
    assert [rule for rule, holds in OF_AN_EPISODE.items() if not holds(item)] == []


def test_a_program_that_reads_feeds_reads_it_whole(client: Client, episode: EpisodePage) -> None:
    answer = client.get("/podcast/feed.xml")
    read = feedparser.parse(answer.content)

    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert not read.bozo
    assert read.entries[0].id == str(episode.guid)
    assert 'href="http://127.0.0.1:8000/x/"' in read.entries[0].content[0].value.replace("https", "http")


def test_what_the_enclosure_promises_is_what_is_served(client: Client, episode: EpisodePage) -> None:
    item = channel(client).find("item")
    assert item is not None
    path = "/" + attribute(item, "enclosure", "url").split("/", 3)[3]

    answer = client.get(path)

    assert answer["Content-Type"] == attribute(item, "enclosure", "type")
    assert len(b"".join(answer.streaming_content)) == int(attribute(item, "enclosure", "length"))


def test_the_guid_stays_whatever_is_changed_and_a_copy_gets_its_own(client: Client, episode: EpisodePage) -> None:
    show_guid, guid = text(channel(client), "podcast:guid"), episode.guid
    episode.title, episode.slug, episode.date = "Four", "four", timezone.localdate()
    episode.save()
    copy = episode.copy(update_attrs={"slug": "copy", "title": "Copy"})

    assert EpisodePage.objects.get(slug="four").guid == guid
    assert copy.guid != guid
    assert text(channel(client), "podcast:guid") == show_guid


def test_whoever_has_the_feed_already_is_told_so(client: Client, episode: EpisodePage) -> None:
    etag = client.get("/podcast/feed.xml")["ETag"]

    assert client.get("/podcast/feed.xml", headers={"If-None-Match": etag}).status_code == 304
    episode.title = "Another"
    episode.save()
    assert client.get("/podcast/feed.xml", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_feed_costs_the_same_whatever_its_length(
    client: Client, show: PodcastPage, how_many: int, django_assert_num_queries
) -> None:
    audio = add_audio()
    for number in range(how_many):
        add_episode(show, slug=f"episode-{number}", audio=audio)
    client.get("/podcast/feed.xml")  # makes the rendition of the artwork

    with django_assert_num_queries(5):
        client.get("/podcast/feed.xml")


def test_drafts_and_unmeasured_recordings_are_neither_listed_nor_in_the_feed(client: Client, show: PodcastPage) -> None:
    audio = add_audio()
    add_episode(show, slug="draft", audio=audio, live=False)
    heard = add_episode(show, slug="heard", audio=audio, title="Heard")
    EpisodePage.objects.filter(pk=heard.pk).update(audio=add_audio(is_measured=False))

    assert channel(client).find("item") is None
    assert "Heard" not in client.get("/podcast/").content.decode()
    run_due(timezone.now())
    assert channel(client).findtext("item/title") == "Heard"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"audio": None}, "audio", "Choose a recording"),
        ({"transcript": "[01:00] A.\n\n[00:10] B."}, "transcript", "run backwards"),
        ({"number": 0}, "number", "greater than or equal to 1"),
    ],
)
def test_an_episode_that_cannot_be_heard_or_followed_is_refused(
    show: PodcastPage, fields: dict[str, object], field: str, said: str
) -> None:
    page = EpisodePage(title="E", slug="e", **{"audio": add_audio()} | fields)

    with pytest.raises(ValidationError) as refused:
        show.add_child(instance=page)

    assert said in str(refused.value.message_dict[field])
    assert not EpisodePage.objects.exists()


def test_a_recording_without_sound_is_refused_in_the_editors_words(show: PodcastPage) -> None:
    with pytest.raises(ValidationError, match="no sound in this file"):
        add_episode(show, audio=add_audio(b"nothing"))


@pytest.mark.parametrize(("width", "height", "said"), [(1400, 1300, "square"), (1000, 1000, "1400 to 3000")])
def test_artwork_that_the_directories_would_refuse_is_refused(width: int, height: int, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        add_show(artwork=add_image(width, height))


def test_a_transcript_can_be_had_as_text_and_in_step_with_the_sound(client: Client, episode: EpisodePage) -> None:
    plain = client.get(f"/podcast/transcripts/{episode.guid}.txt")
    timed = client.get(f"/podcast/transcripts/{episode.guid}.vtt")

    assert plain.content.decode() == "This is a pause.\n\nBreathe --> out & <in>.\n"
    assert timed["Content-Type"] == "text/vtt; charset=utf-8"
    assert timed.content.decode().startswith(
        "WEBVTT\n\n00:00:03.000 --> 00:01:05.000\nThis is a pause.\n\n00:01:05.000 --> 00:01:12."
    )
    assert "Breathe --&gt; out &amp; &lt;in>." in timed.content.decode()
    assert client.get(f"/podcast/transcripts/{episode.guid}.srt").status_code == 404


def test_a_transcript_without_times_is_text_alone() -> None:
    assert web_vtt("One.\n\n[00:05] Two.", 10) is None
    assert [paragraph.text for paragraph in paragraphs_of("One.\r\n\r\n\r\nTwo.\n\n ")] == ["One.", "Two."]


def test_an_episodes_page_shows_player_notes_and_every_word(client: Client, episode: EpisodePage) -> None:
    page = client.get("/podcast/breaths/").content.decode()

    assert f'<source src="{episode.audio.url}" type="audio/mpeg">' in page
    assert "This is a pause." in page
    assert "Breathe --&gt; out &amp; &lt;in&gt;." in page
    assert '"@type": "PodcastEpisode"' in page
    assert "1:12" in page
