"""The public pages that the therapist writes: home, standard pages, articles."""

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.query import PageQuerySet

from site_cms.pages.blocks import TextBlocks

LATEST_ON_HOME = 3
DESCRIPTION_LENGTH = 160


class WrittenPage(Page):
    """What every page of this site has: an opening, a text, and a description for search engines."""

    intro = models.TextField(blank=True, max_length=600, help_text="One to three sentences that open the page.")
    body = StreamField(TextBlocks(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    promote_panels = Page.promote_panels

    class Meta:
        abstract = True

    @property
    def description(self) -> str:
        """The search description, or the beginning of the opening where none was written."""
        text = self.search_description or " ".join(self.intro.split())
        if len(text) <= DESCRIPTION_LENGTH:
            return text
        return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


class HomePage(WrittenPage):
    """The front page: who she is, how it begins, and what she wrote last."""

    template = "pages/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["pages.StandardPage", "pages.ArticleIndexPage"]

    class Meta:
        verbose_name = "home page"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add `articles`: the newest that are public and below this page."""
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        context["articles"] = public_articles().descendant_of(self)[:LATEST_ON_HOME]
        return context


class StandardPage(WrittenPage):
    """A page that stands by itself, such as About; shown in the menu when the author ticks so."""

    template = "pages/standard_page.html"
    parent_page_types = ["pages.HomePage", "pages.StandardPage"]
    subpage_types = ["pages.StandardPage"]

    class Meta:
        verbose_name = "standard page"


class ArticleIndexPage(WrittenPage):
    """The list of articles, newest first."""

    template = "pages/article_index_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.ArticlePage"]
    max_count = 1

    class Meta:
        verbose_name = "list of articles"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add `articles`: the public ones below this page, newest first."""
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        context["articles"] = public_articles().child_of(self)
        return context


class ArticlePage(WrittenPage):
    """One article."""

    date = models.DateField(default=timezone.localdate, help_text="The day that readers see.")
    author_note = models.TextField(blank=True, max_length=600, help_text="Shown below the text: who wrote it, and why.")

    template = "pages/article_page.html"
    parent_page_types = ["pages.ArticleIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("date"),
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("author_note"),
    ]

    class Meta:
        verbose_name = "article"


def public_articles() -> PageQuerySet[ArticlePage]:
    """Articles that anybody may read, newest first."""
    return ArticlePage.objects.live().public().order_by("-date", "-first_published_at")
