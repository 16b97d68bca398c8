"""Pages and recordings for the tests of the site."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Canvas
from wagtail.images.models import Image

import site_cms.pages.sample
from integrations.outbox.operations import run_due
from site_cms.pages.models import ArticleIndexPage, ArticlePage, Audio, EpisodePage, HomePage, PodcastPage

SOUND = (Path(site_cms.pages.sample.__file__).parent / "episodes" / "three-slow-breaths.mp3").read_bytes()


def add_article(*, slug: str = "on-waiting", live: bool = True, topics: tuple[Any, ...] = (), **fields: Any) -> Any:
    fields = {"title": "On waiting rooms"} | fields
    article = ArticleIndexPage.objects.get().add_child(instance=ArticlePage(slug=slug, live=live, **fields))
    if topics:
        article.topics.set(topics)
        article.save()
    return article


def add_image(width: int = 1400, height: int = 1400, title: str = "A doorway") -> Image:
    file = BytesIO()
    Canvas.new("RGB", (width, height), "#1b4d4a").save(file, "PNG")
    file.seek(0)
    return Image.objects.create(title=title, file=ImageFile(file, name="picture.png"), width=width, height=height)


def add_audio(content: bytes = SOUND, name: str = "breaths.mp3", *, is_measured: bool = True) -> Audio:
    audio = Audio.objects.create(title="Breaths", file=ContentFile(content, name=name))
    if is_measured:
        run_due(timezone.now())
        audio.refresh_from_db()
    return audio


def add_show(**fields: Any) -> PodcastPage:
    show = PodcastPage(title="Before the door", slug="podcast", author="Helena Reis", intro="Short.", **fields)
    show.artwork = show.artwork or add_image()
    return HomePage.objects.get().add_child(instance=show)


def add_episode(show: PodcastPage, *, slug: str = "breaths", audio: Audio | None = None, **fields: Any) -> EpisodePage:
    fields = {"title": "Three slow breaths", "intro": "A pause of one minute."} | fields
    return show.add_child(instance=EpisodePage(slug=slug, audio=audio or add_audio(), **fields))
