"""The sample site as somebody walks through it: whole, valid, light, and made once."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from site_cms.pages.models import ArticlePage, EpisodePage, public_episodes

MOST_BYTES, MOST_REQUESTS = 50_000, 8
LINKS = re.compile(r'(?:href|src)="([^"]+)"')


@pytest.fixture(scope="module")
def walk(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[dict[str, object]]:
    """Every page that can be reached from the front page by links, made once and undone when all have looked."""
    outer = transaction.atomic()
    outer._from_testcase = True  # as a test case's own: operations may be durable within
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    caches["default"].clear()  # Wagtail's word of where a picture's sizes lie, in somebody else's folder
    with django_db_blocker.unblock(), files, outer:
        call_command("seed_demo", verbosity=0)
        yield walked(Client())
        transaction.set_rollback(True)
    caches["pages"].clear()


def walked(client: Client) -> dict[str, object]:
    answers: dict[str, object] = {}
    ahead = ["/"]
    while ahead:
        path = ahead.pop()
        if path in answers:
            continue
        answer = answers[path] = client.get(path)
        if answer["Content-Type"].startswith("text/html") and not path.startswith(("/book/", "/sign-in/")):
            found = (
                urlsplit(urljoin(path, link.replace("&amp;", "&"))) for link in LINKS.findall(answer.content.decode())
            )
            ahead += [f"{one.path}{'?' + one.query if one.query else ''}" for one in found if is_ours(one)]
        elif answer.streaming:
            b"".join(answer.streaming_content)  # or the file stays open
    return answers


def is_ours(link: object) -> bool:
    return (
        link.netloc in {"", "127.0.0.1:8000"} and link.scheme in {"", "http"} and not link.path.startswith("/static/")
    )


def pages(walk: dict[str, object]) -> dict[str, str]:
    return {
        path: answer.content.decode() for path, answer in walk.items() if answer["Content-Type"].startswith("text/html")
    }


def test_no_link_is_broken(walk: dict[str, object]) -> None:
    assert {path: answer.status_code for path, answer in walk.items() if answer.status_code != 200} == {}
    assert {"/about/", "/services/", "/contact/", "/privacy/", "/terms/", "/podcast/feed.xml"} <= set(walk)
    assert len([path for path in walk if re.fullmatch(r"/articles/[\w-]+/", path)]) == 6, "five and the feed"
    assert len([path for path in walk if path.startswith("/listen/")]) == 3


def test_every_page_is_valid_has_one_heading_and_a_description(walk: dict[str, object]) -> None:
    for path, page in pages(walk).items():
        html5lib.HTMLParser(strict=True).parse(page)
        assert len(re.findall(r"<h1[ >]", page)) == 1, path
        if not path.startswith(("/book/", "/sign-in/", "/search/")):
            assert '<meta name="description"' in page, path
            assert '<link rel="canonical"' in page, path


def test_no_page_sets_a_cookie_asks_elsewhere_or_shows_an_unsized_picture(walk: dict[str, object]) -> None:
    written = {
        path: page for path, page in pages(walk).items() if not path.startswith(("/book/", "/sign-in/", "/contact/"))
    }
    assert len(written) > 15
    for path, page in written.items():
        assert not walk[path].cookies, path
        assert not re.search(r'(?:src|srcset)="https?://', page), path
        assert all("width=" in tag and "height=" in tag for tag in re.findall(r"<img [^>]*>", page)), path


def test_a_first_visit_is_light(walk: dict[str, object]) -> None:
    for path, page in pages(walk).items():
        if path.startswith("/book/"):  # the flow has its own scripts
            continue
        asked = set(re.findall(r'<(?:link|script)[^>]*(?:href|src)="/static/([^"]+)"', page))
        files = [Path(str(finders.find(name))).read_bytes() for name in asked]
        weight = sum(len(gzip.compress(sent)) for sent in (page.encode(), *files))
        assert weight <= MOST_BYTES, (path, weight)
        # the page, what it names, and the arch that a style sheet names
        assert 1 + len(asked) + 1 <= MOST_REQUESTS, path


def test_making_it_again_changes_nothing(walk: dict[str, object]) -> None:
    def state() -> tuple[list[object], int]:
        return list(
            ArticlePage.objects.order_by("pk").values_list("pk", "latest_revision_created_at")
        ), EpisodePage.objects.count()

    before = state()
    call_command("seed_demo", verbosity=0)

    assert state() == before
    assert public_episodes().count() == 3, "measured, without a worker"
