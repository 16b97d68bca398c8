"""Text, pictures, quotes, steps, questions, notices."""

from typing import Any

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

RICH_TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
ANSWER_FEATURES = ["bold", "italic", "ol", "ul", "link"]
NO_ALT_TEXT = "Describe the picture in a few words. Somebody who cannot see it hears them instead."
NO_CREDIT = "Say whose picture it is, even where it is your own."


class QuoteBlock(blocks.StructBlock):
    """Somebody's words, and who said them."""

    text = blocks.TextBlock()
    source = blocks.CharBlock(required=False, help_text="Who said or wrote it.")

    class Meta:
        icon = "openquote"
        template = "pages/blocks/quote.html"
        description = "Somebody else's words inside the text."
        preview_value: dict[str, Any] = {"text": "Patience is not the ability to wait.", "source": "an aunt"}


class PullQuoteBlock(blocks.StructBlock):
    """A sentence of the text itself, lifted out of it."""

    text = blocks.CharBlock(max_length=200, help_text="A sentence of this text that should catch the eye.")

    class Meta:
        icon = "openquote"
        template = "pages/blocks/pull_quote.html"
        description = "One sentence of your own text, set large."
        preview_value: dict[str, Any] = {"text": "You may arrive without knowing what to say."}


class ImageBlock(blocks.StructBlock):
    """A picture with what it shows and whose it is."""

    image = ImageChooserBlock()
    alt_text = blocks.CharBlock(
        label="What it shows",
        max_length=200,
        help_text="Read to somebody who cannot see the picture.",
    )
    credit = blocks.CharBlock(max_length=120, help_text="Whose picture it is.")
    caption = blocks.CharBlock(required=False, max_length=250)

    class Meta:
        icon = "image"
        template = "pages/blocks/image.html"
        description = "A picture, with a description and a credit."
        preview_value: dict[str, Any] = {
            "alt_text": "A chair at an open window",
            "credit": "Photograph: Helena Reis",
            "caption": "The room, early.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, missing in (("alt_text", NO_ALT_TEXT), ("credit", NO_CREDIT)):
            self.child_blocks[name].field.error_messages["required"] = missing


class StepBlock(blocks.StructBlock):
    """One step."""

    title = blocks.CharBlock(max_length=80)
    text = blocks.TextBlock(max_length=400)


class StepsBlock(blocks.StructBlock):
    """What happens one after another."""

    items = blocks.ListBlock(StepBlock(), min_num=2, max_num=7, label="Steps")

    class Meta:
        icon = "list-ol"
        template = "pages/blocks/steps.html"
        description = "Numbered steps: how something goes, one after another."
        preview_value: dict[str, Any] = {
            "items": [
                {"title": "A call", "text": "Twenty minutes, free."},
                {"title": "A first session", "text": "Eighty minutes to arrive."},
            ]
        }


class QuestionBlock(blocks.StructBlock):
    """A question and its answer."""

    question = blocks.CharBlock(max_length=160)
    answer = blocks.RichTextBlock(features=ANSWER_FEATURES)


class QuestionsBlock(blocks.StructBlock):
    """Questions that people ask, each opening onto its answer. Search engines are told of them too."""

    items = blocks.ListBlock(QuestionBlock(), min_num=1, label="Questions")

    class Meta:
        icon = "help"
        template = "pages/blocks/questions.html"
        description = "Questions and answers that open one by one."
        preview_value: dict[str, Any] = {
            "items": [{"question": "Is what I say kept private?", "answer": "<p>Yes.</p>"}],
        }


class NoticeBlock(blocks.StructBlock):
    """A few words that nobody should miss."""

    title = blocks.CharBlock(required=False, max_length=80)
    text = blocks.RichTextBlock(features=["bold", "italic", "link"])
    tone = blocks.ChoiceBlock(choices=[("", "Calm"), ("care", "Take care")], required=False)

    class Meta:
        icon = "warning"
        template = "pages/blocks/notice.html"
        description = "A box that stands out: holidays, a warning, a number to call."
        preview_value: dict[str, Any] = {"title": "In August", "text": "<p>The practice is closed.</p>", "tone": "care"}
