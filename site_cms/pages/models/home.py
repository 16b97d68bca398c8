"""The front page, and pages that stand by themselves."""

from typing import Any

from django.http import HttpRequest

from practice_admin.models import Practice
from site_cms.pages.models.articles import public_articles
from site_cms.pages.models.written import WrittenPage
from site_cms.pages.structured_data import professional_service

LATEST_ON_HOME = 3


class HomePage(WrittenPage):
    """The front page: who she is, how it begins, and what she wrote last."""

    template = "pages/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "pages.StandardPage",
        "pages.ArticleIndexPage",
        "pages.PodcastPage",
        "pages.ServicesPage",
        "pages.ContactPage",
    ]

    class Meta:
        verbose_name = "home page"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add `articles`: the newest that are public and below this page."""
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        context["articles"] = public_articles().descendant_of(self)[:LATEST_ON_HOME]
        return context

    def structured_data(self) -> list[dict[str, Any]]:
        practice = Practice.objects.filter(pk=1).first()
        return [professional_service(practice, self.description)] if practice else []


class StandardPage(WrittenPage):
    """A page that stands by itself, such as About, Privacy or Terms; in the menu when the author ticks so."""

    template = "pages/standard_page.html"
    parent_page_types = ["pages.HomePage", "pages.StandardPage"]
    subpage_types = ["pages.StandardPage"]

    class Meta:
        verbose_name = "standard page"
