"""Making the sample site: once, and never over what somebody has written."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.core.files import File
from django.db import transaction
from wagtail.models import Page

from integrations.outbox.models import Effect
from integrations.outbox.operations import run
from site_cms.pages.models import (
    ArticleIndexPage,
    ArticlePage,
    Audio,
    ContactPage,
    EpisodePage,
    HomePage,
    PodcastPage,
    ServicesPage,
    StandardPage,
    Topic,
)
from site_cms.pages.models.audio import MEASURE
from site_cms.pages.sample import texts
from site_cms.pages.sample.pictures import add_picture
from site_cms.pages.sample.words import ABOUT, CONTACT, EPISODES, HOME, PODCAST, PRIVACY, SERVICES, TERMS

HERE = Path(__file__).parent
P = TypeVar("P", bound=Page)


def make_sample_site(*, now: datetime) -> bool:
    """Add the sample pages below the home page that migrating made: False, changing nothing, where there are any.

    Recordings are measured here, so that the feed is whole before a worker runs. `now` is aware.
    """
    with transaction.atomic():
        home, articles = HomePage.objects.first(), ArticleIndexPage.objects.first()
        if home is None or articles is None or home.get_children().count() != 1 or articles.numchild:
            return False
        pages = _pages(home, now)
        for path in sorted((HERE / "articles").glob("*.txt")):
            _article(articles, path, now)
        _podcast(home, now)
        _home(home, pages, now)
    return True


def _publish(parent: Page, page: P, now: datetime, **stamps: Any) -> P:
    page.first_published_at = page.last_published_at = stamps.get("at", now)
    parent.add_child(instance=page)
    page.save_revision(log_action=False)
    Page.objects.filter(pk=page.pk).update(has_unpublished_changes=False)
    return page


def _pages(home: HomePage, now: datetime) -> dict[str, Page]:
    room = add_picture("A doorway with evening light", 1600, 1067)
    body = texts.blocks_of(ABOUT["text"])
    picture = {
        "image": room,
        "alt_text": "A doorway, and light that falls through it onto the floor",
        "credit": "Drawn for this site",
        "caption": "Ring once. The door is open.",
    }
    body.insert(2, ("image", picture))
    about = StandardPage(title="About me", slug="about", intro=ABOUT["intro"], body=body, show_in_menus=True)
    questions = [{"question": question, "answer": answer} for question, answer in SERVICES["questions"]]
    services = ServicesPage(
        title="Services and prices",
        slug="services",
        show_in_menus=True,
        intro=SERVICES["intro"],
        body=[*texts.blocks_of(SERVICES["text"]), ("questions", {"items": questions})],
    )
    made = {
        "about": about,
        "services": services,
        "contact": ContactPage(title="Write to me", slug="contact", **_written(CONTACT)),
        "privacy": StandardPage(title="Privacy", slug="privacy", **_written(PRIVACY)),
        "terms": StandardPage(title="Terms", slug="terms", **_written(TERMS)),
    }
    return {name: _publish(home, page, now) for name, page in made.items()}


def _written(words: dict[str, Any]) -> dict[str, Any]:
    return {"intro": words["intro"], "body": texts.blocks_of(words.get("text", "")) if words.get("text") else []}


def _article(parent: ArticleIndexPage, path: Path, now: datetime) -> None:
    text = texts.read(path)
    day = _day(now, int(text.fields["days"]))
    page = ArticlePage(
        title=text.fields["title"],
        slug=path.stem,
        date=day,
        intro=text.fields["intro"],
        author_note=text.fields["note"],
        body=text.body,
    )
    _publish(parent, page, now, at=now - timedelta(days=int(text.fields["days"])))
    for name in text.fields["topics"].split(", "):
        topic, _ = Topic.objects.get_or_create(slug=name.lower(), defaults={"name": name})
        page.topics.add(topic)
    page.save()


def _podcast(home: HomePage, now: datetime) -> None:
    artwork = add_picture("The podcast", 1400, 1400, is_night=True)
    show = PodcastPage(
        title=PODCAST["title"],
        slug="podcast",
        intro=PODCAST["intro"],
        author="Helena Reis",
        artwork=artwork,
        show_in_menus=True,
    )
    _publish(home, show, now)
    for number, (slug, words) in enumerate(EPISODES.items(), start=1):
        with (HERE / "episodes" / f"{slug}.mp3").open("rb") as sound:
            audio = Audio.objects.create(title=words["title"], file=File(sound, name=f"{slug}.mp3"))
        effect = Effect.objects.get(kind=MEASURE, subject=audio.subject)
        run(effect.pk, effect.due_at)
        audio.refresh_from_db()
        episode = EpisodePage(
            title=words["title"],
            slug=slug,
            date=_day(now, words["days"]),
            audio=audio,
            season=1,
            number=number,
            intro=words["intro"],
            body=texts.blocks_of(words["text"]),
            transcript=(HERE / "episodes" / f"{slug}.txt").read_text(),
        )
        _publish(show, episode, now, at=now - timedelta(days=words["days"]))


def _home(home: HomePage, pages: dict[str, Page], now: datetime) -> None:
    home.refresh_from_db()
    home.social_image = add_picture("Threshold", 1200, 630)
    newest = EpisodePage.objects.order_by("-date").first()
    home.body = [
        *texts.blocks_of(HOME["text"]),
        ("heading", "One small thing to hear"),
        ("episode", {"episode": newest}),
        ("call_to_book", {"title": "", "text": ""}),
    ]
    home.save()
    home.save_revision(log_action=False).publish(log_action=False)


def _day(now: datetime, days: int) -> date:
    return (now - timedelta(days=days)).date()
