"""`/podcast/feed.xml`: RSS 2.0 with the namespaces that directories read.

What Apple asks for: podcasters.apple.com/support/823-podcast-requirements. Spotify: support.spotify.com, "Podcast
delivery specification". The `podcast` namespace: github.com/Podcastindex-org/podcast-namespace.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Value
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import conditional_page

from practice_admin.models import Practice
from site_cms.pages.feeds.articles import midnight, whole_text
from site_cms.pages.models import EpisodePage, PodcastPage, public_episodes
from site_cms.pages.transcripts import web_vtt

MOST = 300  # Apple shows that many
NAMESPACES = {
    "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
}


class PodcastRss(Rss201rev2Feed):
    """RSS 2.0 with the itunes and podcast elements out of `itunes`, `podcast` and `text`."""

    content_type = "application/rss+xml; charset=utf-8"

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | NAMESPACES

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        _write(handler, self.feed["show"])

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        _write(handler, item["episode"])


@dataclass(frozen=True)
class Element:
    """An XML element with text, attributes or children."""

    name: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: tuple["Element", ...] = ()


def _write(handler: SimplerXMLGenerator, elements: Iterable[Element]) -> None:
    for element in elements:
        handler.startElement(element.name, element.attributes)  # type: ignore[arg-type]
        handler.characters(element.text)
        _write(handler, element.children)
        handler.endElement(element.name)


@method_decorator(conditional_page, name="__call__")
class PodcastFeed(Feed[EpisodePage, PodcastPage]):
    """Answers 304 to whoever has it already. 404 until there is a show with artwork."""

    feed_type = PodcastRss
    language = "en-gb"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> PodcastPage:
        page: PodcastPage | None = PodcastPage.objects.live().public().select_related("artwork").first()
        if page is None or page.artwork is None:
            raise Http404
        return page

    def title(self, obj: PodcastPage) -> str:
        return str(obj.title)

    def description(self, obj: PodcastPage) -> str:
        return obj.intro or obj.title

    def link(self, obj: PodcastPage) -> str:
        return obj.public_url

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{reverse('pages:podcast_feed')}"

    def feed_copyright(self, obj: PodcastPage) -> str:
        return f"© {obj.author}"

    def feed_extra_kwargs(self, obj: PodcastPage) -> dict[str, Any]:
        return {"show": show_elements(obj)}

    def items(self, obj: PodcastPage) -> list[EpisodePage]:
        is_explicit = Value(obj.is_explicit)
        return list(public_episodes().child_of(obj).annotate(show_is_explicit=is_explicit)[:MOST])

    def item_title(self, item: EpisodePage) -> str:
        return str(item.title)

    def item_description(self, item: EpisodePage) -> str:
        return item.intro or item.title

    def item_link(self, item: EpisodePage) -> str:
        return item.public_url

    item_guid_is_permalink = False

    def item_guid(self, item: EpisodePage) -> str:
        return str(item.guid)

    def item_pubdate(self, item: EpisodePage) -> datetime:
        return midnight(item)

    def item_enclosures(self, item: EpisodePage) -> list[Enclosure]:
        audio = item.audio
        assert audio is not None  # noqa: S101  (public_episodes() lets no other through)
        return [Enclosure(f"{settings.SITE_URL}{audio.url}", str(audio.size_bytes), audio.content_type)]

    def item_extra_kwargs(self, item: EpisodePage) -> dict[str, Any]:
        return {"episode": episode_elements(item)}


def show_elements(page: PodcastPage) -> list[Element]:
    """What directories know of the show."""
    assert page.artwork is not None  # noqa: S101  (get_object() lets no other through)
    artwork = page.artwork.get_rendition("original")
    category, _, below = page.category.partition(" > ")
    picture = f"{settings.SITE_URL}{artwork.url}"
    elements = [
        Element("itunes:author", page.author),
        Element("itunes:image", attributes={"href": picture}),
        Element("itunes:explicit", yes_or_no(page.is_explicit)),
        Element("itunes:type", "episodic"),
        Element("podcast:guid", str(page.guid)),
        Element("podcast:locked", "yes"),
        Element("podcast:medium", "podcast"),
    ]
    email = Practice.objects.filter(pk=1).values_list("contact_email", flat=True).first()
    if email:  # Spotify proves by it whose show it is
        children = (Element("itunes:name", page.author), Element("itunes:email", email))
        elements.append(Element("itunes:owner", children=children))
    inner = (Element("itunes:category", attributes={"text": below}),) if below else ()
    return [*elements, Element("itunes:category", attributes={"text": category}, children=inner)]


def episode_elements(page: Any) -> list[Element]:
    """What players know of an episode, annotated with `show_is_explicit`."""
    audio = page.audio
    assert audio is not None  # noqa: S101  (public_episodes() lets no other through)
    elements = [
        Element("itunes:title", page.title),
        Element("itunes:duration", str(max(1, round(audio.duration)))),
        Element("itunes:explicit", yes_or_no(page.show_is_explicit)),
        Element("itunes:episodeType", page.kind),
        Element("content:encoded", whole_text(page)),
    ]
    if page.season:
        elements += [Element("itunes:season", str(page.season)), Element("podcast:season", str(page.season))]
    if page.number:
        elements += [Element("itunes:episode", str(page.number)), Element("podcast:episode", str(page.number))]
    for ending, kind in transcripts_of(page):
        address = f"{settings.SITE_URL}{reverse('pages:transcript', args=[page.guid, ending])}"
        elements.append(Element("podcast:transcript", attributes={"url": address, "type": kind, "language": "en-GB"}))
    return elements


def transcripts_of(page: EpisodePage) -> list[tuple[str, str]]:
    """The forms in which its transcript can be had: ending of the address, media type. The timed one first."""
    if not page.transcript.strip():
        return []
    plain = [("txt", "text/plain")]
    timed = web_vtt(page.transcript, page.audio.duration if page.audio else 0)
    return [("vtt", "text/vtt"), *plain] if timed else plain


def yes_or_no(fact: bool) -> str:
    """As Apple wants it."""
    return "true" if fact else "false"
