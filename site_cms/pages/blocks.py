"""The pieces an author composes a page's text from."""

from wagtail import blocks

RICH_TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, and who said them."""

    text = blocks.TextBlock()
    source = blocks.CharBlock(required=False, help_text="Who said or wrote it.")

    class Meta:
        icon = "openquote"
        template = "pages/blocks/quote.html"


class TextBlocks(blocks.StreamBlock):
    """Running text: paragraphs, headings and quotes, in any order."""

    paragraph = blocks.RichTextBlock(features=RICH_TEXT_FEATURES, template="pages/blocks/paragraph.html")
    heading = blocks.CharBlock(form_classname="title", icon="title", template="pages/blocks/heading.html")
    quote = QuoteBlock()
