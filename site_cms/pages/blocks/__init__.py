"""The pieces an author composes a page from. Each knows how it looks in the editor before it is filled in."""

from typing import Any

from wagtail import blocks

from site_cms.pages.blocks.inviting import ArticleListBlock, CallToBookBlock, EpisodeBlock
from site_cms.pages.blocks.sounding import AudioBlock
from site_cms.pages.blocks.writing import (
    RICH_TEXT_FEATURES,
    ImageBlock,
    NoticeBlock,
    PullQuoteBlock,
    QuestionsBlock,
    QuoteBlock,
    StepsBlock,
)


class PageBlocks(blocks.StreamBlock):
    """Text, pictures, sound and invitations, in any order."""

    paragraph = blocks.RichTextBlock(
        label="Text",
        features=RICH_TEXT_FEATURES,
        template="pages/blocks/paragraph.html",
        preview_value="<p>Some days are for <b>waiting</b>, and that is work too.</p>",
        description="Running text with links, lists and small headings.",
    )
    heading = blocks.CharBlock(
        form_classname="title",
        icon="title",
        template="pages/blocks/heading.html",
        preview_value="What the waiting is for",
        description="Begins a new part of the text.",
    )
    quote = QuoteBlock()
    pull_quote = PullQuoteBlock()
    image = ImageBlock()
    steps = StepsBlock()
    questions = QuestionsBlock()
    notice = NoticeBlock()
    audio = AudioBlock()
    episode = EpisodeBlock()
    article_list = ArticleListBlock()
    call_to_book = CallToBookBlock()

    class Meta:
        block_counts: dict[str, dict[str, int]] = {"call_to_book": {"max_num": 2}}


def questions_in(body: Any) -> list[tuple[str, str]]:
    """Every question in a page's text with its answer (HTML), for machines."""
    found = [block.value["items"] for block in body if block.block_type == "questions"]
    return [(item["question"], str(item["answer"])) for items in found for item in items]
