"""Sound inside a text."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtailmedia.blocks import AudioChooserBlock


class AudioBlock(blocks.StructBlock):
    """A recording with a player."""

    audio = AudioChooserBlock(label="Recording")
    title = blocks.CharBlock(max_length=120)

    class Meta:
        icon = "wagtailmedia-audio"
        template = "pages/blocks/audio.html"
        description = "A recording that plays inside the text."
        preview_value: dict[str, Any] = {"title": "Three minutes of breathing"}

    def clean(self, value: Any) -> Any:
        """Refuse a recording that nobody could hear."""
        from site_cms.pages.models.podcast import why_unheard  # late: pages are made of blocks

        cleaned = super().clean(value)
        if why_not := why_unheard(cleaned["audio"]):
            raise blocks.StructBlockValidationError(block_errors={"audio": ValidationError(why_not)})
        return cleaned
