"""What leads on from a text: to other texts, to an episode, to a first call."""

from typing import Any

from wagtail import blocks

from site_cms.pages.invitation import invitation_for

MOST_ARTICLES = 6


class EpisodeBlock(blocks.StructBlock):
    """One episode of the podcast with its player."""

    episode = blocks.PageChooserBlock(page_type="pages.EpisodePage")

    class Meta:
        icon = "wagtailmedia-audio"
        template = "pages/blocks/episode.html"
        description = "One episode of the podcast, with its player."
        preview_value: dict[str, Any] = {}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add `episode`: as it is published; None for one that was taken back or cannot be heard."""
        from site_cms.pages.models.podcast import public_episodes  # late: pages are made of blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        chosen = value.get("episode")
        return context | {"episode": public_episodes().filter(pk=chosen.pk).first() if chosen else None}


class ArticleListBlock(blocks.StructBlock):
    """The newest articles, of one topic where one is named."""

    title = blocks.CharBlock(default="To read in the meantime", max_length=80)
    how_many = blocks.IntegerBlock(default=3, min_value=1, max_value=MOST_ARTICLES)
    topic = blocks.CharBlock(required=False, help_text="The topic as it stands in addresses. Empty: all of them.")

    class Meta:
        icon = "list-ul"
        template = "pages/blocks/article_list.html"
        description = "The newest articles as cards."
        preview_value: dict[str, Any] = {"title": "To read in the meantime", "how_many": 3, "topic": ""}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add `articles`."""
        from site_cms.pages.models.articles import public_articles  # late: pages are made of blocks

        context: dict[str, Any] = super().get_context(value, parent_context)
        articles = public_articles()
        if value.get("topic"):
            articles = articles.filter(topics__slug=value["topic"])
        return context | {"articles": articles[: value.get("how_many") or 3]}


class CallToBookBlock(blocks.StructBlock):
    """The invitation to book, in words that fit whoever reads: a visitor, or a client at their stage."""

    title = blocks.CharBlock(
        required=False, max_length=80, help_text="Your own words in place of the usual ones. Only visitors see them."
    )
    text = blocks.CharBlock(required=False, max_length=200, help_text="The same for the sentence below.")

    class Meta:
        icon = "calendar-alt"
        template = "pages/blocks/call_to_book.html"
        description = "Invites to a first call; a client sees what is open to them instead."
        preview_value: dict[str, Any] = {}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add `invitation`."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        request = (parent_context or {}).get("request")
        own = {"title": value.get("title") or "", "text": value.get("text") or ""}
        return context | {"invitation": invitation_for(request, **own)}
