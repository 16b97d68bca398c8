"""`/articles/feed/`: the newest articles with their whole text, as Atom (RFC 4287)."""

import re
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import conditional_page

from practice_admin.models import Practice
from site_cms.pages.models import ArticleIndexPage, ArticlePage, public_articles

MOST = 20
_LOCAL = re.compile(r'(\s(?:href|src)=")/(?!/)')


class FullTextAtom(Atom1Feed):
    """Atom with the text itself beside the summary."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["text"], {"type": "html"})


@method_decorator(conditional_page, name="__call__")
class ArticleFeed(Feed[ArticlePage, ArticleIndexPage]):
    """Answers 304 to whoever has it already."""

    feed_type = FullTextAtom
    link = "/articles/"

    def get_feed(self, obj: Any, request: HttpRequest) -> Any:
        """As Django's, with addresses that do not depend on how it was asked for."""
        self.practice = Practice.objects.filter(pk=1).first()
        return super().get_feed(obj, request)

    def title(self) -> str:
        name = Practice.objects.values_list("name", flat=True).filter(pk=1).first()
        return f"{name or settings.WAGTAIL_SITE_NAME}: articles"

    def subtitle(self) -> str:
        page = ArticleIndexPage.objects.live().first()
        return page.description if page else ""

    def feed_guid(self) -> str:
        return f"{settings.SITE_URL}/articles/"

    def author_name(self) -> str:
        return Practice.objects.values_list("name", flat=True).filter(pk=1).first() or settings.WAGTAIL_SITE_NAME

    def items(self) -> list[ArticlePage]:
        return list(public_articles().prefetch_related("topics")[:MOST])

    def item_title(self, item: ArticlePage) -> str:
        return str(item.title)

    def item_description(self, item: ArticlePage) -> str:
        return item.description

    def item_link(self, item: ArticlePage) -> str:
        return item.public_url

    def item_guid(self, item: ArticlePage) -> str:
        # RFC 4151: stays whatever becomes of the address.
        host = settings.SITE_URL.partition("://")[2].partition(":")[0]
        return f"tag:{host},{item.first_published_at or midnight(item):%Y-%m-%d}:article/{item.translation_key}"

    def item_pubdate(self, item: ArticlePage) -> datetime:
        return midnight(item)

    def item_updateddate(self, item: ArticlePage) -> datetime:
        return max(item.last_published_at or midnight(item), midnight(item))

    def item_categories(self, item: ArticlePage) -> list[str]:
        return [topic.name for topic in item.topics.all()]

    def item_extra_kwargs(self, item: ArticlePage) -> dict[str, Any]:
        return {"text": whole_text(item)}


def midnight(page: Any) -> datetime:
    """The instant from which a page with a date counts as published."""
    return datetime.combine(page.date, time.min, tzinfo=UTC)


def whole_text(page: Any) -> str:
    """A page's opening and text as HTML whose addresses are whole."""
    intro = f"<p>{page.intro}</p>" if page.intro else ""
    return _LOCAL.sub(rf"\g<1>{settings.SITE_URL}/", intro + str(page.body))
