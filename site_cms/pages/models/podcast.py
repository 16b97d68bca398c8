"""The podcast: the show and its episodes."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtailmedia.edit_handlers import MediaChooserPanel

from site_cms.pages.models.audio import Audio
from site_cms.pages.models.written import WrittenPage
from site_cms.pages.structured_data import podcast_episode, podcast_series
from site_cms.pages.transcripts import paragraphs_of

LEAST_ARTWORK, MOST_ARTWORK = 1400, 3000  # pixels each way (podcasters.apple.com/support/896)
NO_AUDIO = "Choose a recording. An episode without sound can be kept as a draft, not published."
# podcastindex.org's namespace for show identifiers: UUIDv5 of the feed's address without its scheme.
PODCAST_NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


class Category(models.TextChoices):
    """Apple's categories that suit a practice, as `category > subcategory`."""

    MENTAL_HEALTH = "Health & Fitness > Mental Health", "Health & Fitness: Mental Health"
    HEALTH = "Health & Fitness", "Health & Fitness"
    SELF_IMPROVEMENT = "Education > Self-Improvement", "Education: Self-Improvement"
    RELATIONSHIPS = "Society & Culture > Relationships", "Society & Culture: Relationships"
    SPIRITUALITY = "Religion & Spirituality > Spirituality", "Religion & Spirituality: Spirituality"


class PodcastPage(WrittenPage):
    """The show: what the directories of Apple and Spotify know of it, and the list of its episodes."""

    artwork = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Square, 1400 to 3000 pixels each way, JPEG or PNG. Apple and Spotify take nothing else.",
    )
    author = models.CharField(max_length=100, help_text="Who speaks. Directories show it below the title.")
    category = models.CharField(max_length=60, choices=Category.choices, default=Category.MENTAL_HEALTH)
    is_explicit = models.BooleanField("explicit", default=False, help_text="Tick it where children should not listen.")
    guid = models.UUIDField(null=True, blank=True, editable=False)

    template = "pages/podcast_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.EpisodePage"]
    max_count = 1
    content_panels = [
        *WrittenPage.content_panels,
        MultiFieldPanel(
            [FieldPanel("artwork"), FieldPanel("author"), FieldPanel("category"), FieldPanel("is_explicit")],
            "For Apple, Spotify and the others",
        ),
    ]

    class Meta:
        verbose_name = "podcast"

    def clean(self) -> None:
        """Refuse artwork that the directories would refuse."""
        super().clean()
        if self.artwork and (fault := artwork_fault(self.artwork.width, self.artwork.height)):
            raise ValidationError({"artwork": fault})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; its identifier is made once and stays, wherever the feed may move."""
        if self.guid is None:
            address = f"{settings.SITE_URL}/podcast/feed.xml".partition("://")[2]
            self.guid = uuid.uuid5(PODCAST_NAMESPACE, address)
        super().save(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add `episodes`: the public ones below this page, newest first."""
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        return context | {"episodes": public_episodes().child_of(self)}

    def structured_data(self) -> list[dict[str, Any]]:
        return [podcast_series(self)]


class EpisodeForm(WagtailAdminPageForm):
    """As Wagtail's, in her words where the recording is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "audio" in self.fields:
            self.fields["audio"].error_messages["required"] = NO_AUDIO


class EpisodePage(WrittenPage):
    """One episode. Its text is the show notes; its identifier in feeds never changes."""

    class Kind(models.TextChoices):
        FULL = "full", "Full episode"
        TRAILER = "trailer", "Trailer"
        BONUS = "bonus", "Bonus"

    guid = models.UUIDField(default=uuid.uuid4, editable=False)
    date = models.DateField(default=timezone.localdate, help_text="The day that listeners see.")
    audio = models.ForeignKey(
        Audio, null=True, on_delete=models.PROTECT, related_name="episodes", error_messages={"blank": NO_AUDIO}
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.FULL)
    season = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    number = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    transcript = models.TextField(
        blank=True,
        help_text="Every word that is said, a blank line between paragraphs. Where each begins with its time, such as "
        "[01:20], players show it in step with the sound.",
    )

    template = "pages/episode_page.html"
    base_form_class = EpisodeForm
    parent_page_types = ["pages.PodcastPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        MediaChooserPanel("audio", media_type="audio", heading="Recording"),
        FieldRowPanel([FieldPanel("date"), FieldPanel("kind"), FieldPanel("season"), FieldPanel("number")], "Episode"),
        FieldPanel("intro"),
        FieldPanel("body", heading="Show notes"),
        FieldPanel("transcript"),
    ]
    search_fields = [*WrittenPage.search_fields, index.SearchField("transcript")]

    class Meta:
        verbose_name = "episode"

    def clean(self) -> None:
        """Refuse a recording that nobody could hear, and a transcript whose times run backwards."""
        super().clean()
        if self.audio is not None and (why_not := why_unheard(self.audio)):
            raise ValidationError({"audio": why_not})
        times = [paragraph.seconds for paragraph in paragraphs_of(self.transcript) if paragraph.seconds is not None]
        if times != sorted(times):
            raise ValidationError({"transcript": "The times in square brackets run backwards. Put them in order."})

    def structured_data(self) -> list[dict[str, Any]]:
        return [podcast_episode(self)]

    @property
    def paragraphs(self) -> list[Any]:
        """The transcript as the page shows it."""
        return paragraphs_of(self.transcript)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it. A copy is another episode: Wagtail copies fields, so a second row of one guid gets its own."""
        if self.pk is None and EpisodePage.objects.filter(guid=self.guid).exists():
            self.guid = uuid.uuid4()
        super().save(*args, **kwargs)


def why_unheard(audio: Audio) -> str:
    """Why a recording cannot be published, in the editor's words; "" where it can."""
    if audio.measured_at is None:
        return "The length of this recording is still being read. That takes a moment: please try again."
    return audio.problem


def artwork_fault(width: int, height: int) -> str:
    """Why Apple or Spotify would refuse a picture of this size; "" where they take it."""
    if width != height:
        return f"The artwork must be square. This picture is {width} by {height} pixels."
    if not LEAST_ARTWORK <= width <= MOST_ARTWORK:
        return f"The artwork must be {LEAST_ARTWORK} to {MOST_ARTWORK} pixels each way. This one has {width}."
    return ""


def public_episodes() -> PageQuerySet[EpisodePage]:
    """Episodes that anybody may hear, newest first."""
    newest = EpisodePage.objects.live().public().order_by("-date", "-first_published_at")
    return newest.filter(audio__measured_at__isnull=False, audio__problem="").select_related("audio")
