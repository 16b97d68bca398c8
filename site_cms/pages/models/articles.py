"""Articles, their list, and the topics that they are about."""

import math
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from site_cms.pages.models.written import WrittenPage
from site_cms.pages.structured_data import article

ON_ONE_PAGE = 10
RELATED = 3
WORDS_A_MINUTE = 220  # of a calm reader


@register_snippet
class Topic(models.Model):
    """What articles are about; readers can ask for those of one topic."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True, help_text="As it stands in addresses.")

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ArticleIndexPage(WrittenPage):
    """The list of articles, newest first, by topic where one is asked for."""

    template = "pages/article_index_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.ArticlePage"]
    max_count = 1

    class Meta:
        verbose_name = "list of articles"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add `articles` (one page of the public ones), `topics` (that any bears) and `topic` (asked for, or None).

        Raises Http404 for a topic or a page that is not there.
        """
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        articles = public_articles().child_of(self)
        topics = list(Topic.objects.filter(articles__in=articles).distinct())
        topic = None
        if "topic" in request.GET:
            topic = next((one for one in topics if one.slug == request.GET["topic"]), None)
            if topic is None:
                raise Http404
            articles = articles.filter(topics=topic)
        paginator = Paginator(articles, ON_ONE_PAGE)
        number = request.GET.get("page", "1")
        if not (number.isascii() and number.isdecimal() and 1 <= int(number[:6]) <= paginator.num_pages):
            raise Http404
        return context | {"articles": paginator.page(int(number)), "topics": topics, "topic": topic}


class ArticlePage(WrittenPage):
    """One article."""

    date = models.DateField(default=timezone.localdate, help_text="The day that readers see.")
    author_note = models.TextField(blank=True, max_length=600, help_text="Shown below the text: who wrote it, and why.")
    topics = ParentalManyToManyField(Topic, blank=True, related_name="articles")

    template = "pages/article_page.html"
    parent_page_types = ["pages.ArticleIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("topics", widget=CheckboxSelectMultiple),
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("author_note"),
    ]
    search_fields = [*WrittenPage.search_fields, index.FilterField("date")]
    open_graph_type = "article"

    class Meta:
        verbose_name = "article"

    @property
    def reading_minutes(self) -> int:
        """How long a calm reader takes, in whole minutes; 1 at least."""
        words = len(strip_tags(str(self.body)).split()) + len(self.intro.split())
        return max(1, math.ceil(words / WORDS_A_MINUTE))

    def related(self) -> PageQuerySet["ArticlePage"]:
        """The newest other public articles that share a topic with this one."""
        sharing = public_articles().filter(topics__in=self.topics.all()).exclude(pk=self.pk)
        return sharing.distinct()[:RELATED]

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add `related`."""
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        return context | {"related": self.related()}

    def structured_data(self) -> list[dict[str, Any]]:
        return [article(self)]


def public_articles() -> PageQuerySet[ArticlePage]:
    """Articles that anybody may read, newest first."""
    return ArticlePage.objects.live().public().order_by("-date", "-first_published_at")
