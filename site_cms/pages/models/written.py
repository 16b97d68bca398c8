"""What every page of this site has: an opening, a text, and what search engines and shared links say of it."""

from typing import Any

from django.conf import settings
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from site_cms.pages.blocks import PageBlocks

DESCRIPTION_LENGTH = 160
MENU_HELP = "A page whose address ends in contact, privacy or terms stands at the foot of every page as well."


class Promoted(models.Model):
    """A picture for shared links, beside Wagtail's own title and description for search engines."""

    social_image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="picture for shared links",
        help_text="Shown where somebody shares the address of this page. 1200 by 630 pixels fit best.",
    )

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug", help_text="The last part of the address. An old address leads to the new one."),
                FieldPanel("seo_title", help_text="What search engines show as title. Empty: the title of the page."),
                FieldPanel(
                    "search_description",
                    help_text="One or two sentences below that title. Empty: the beginning of the opening.",
                ),
                FieldPanel("social_image"),
            ],
            "Being found",
        ),
        MultiFieldPanel([FieldPanel("show_in_menus", heading="Show in the menu", help_text=MENU_HELP)], "On this site"),
    ]

    class Meta:
        abstract = True


class WrittenPage(Page, Promoted):  # type: ignore[django-manager-missing]  # Wagtail ships no types
    """The base of every page. `intro` is one to three sentences."""

    intro = models.TextField(blank=True, max_length=600, help_text="One to three sentences that open the page.")
    body = StreamField(PageBlocks(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    promote_panels = Promoted.promote_panels
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    open_graph_type = "website"

    class Meta:
        abstract = True

    @property
    def description(self) -> str:
        """The search description, or the beginning of the opening where none was written."""
        text = self.search_description or " ".join(self.intro.split())
        if len(text) <= DESCRIPTION_LENGTH:
            return text
        return text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"

    @property
    def public_url(self) -> str:
        """The whole address under which the world knows this page."""
        return f"{settings.SITE_URL}{self.get_url() or '/'}"

    def structured_data(self) -> list[dict[str, Any]]:
        """What the page says of itself to machines (schema.org), beside its questions and answers."""
        return []
