"""The public site in a real browser: to axe's liking, at any width, and written by somebody who is no developer."""

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client as Browser

from clients.models import User
from site_cms.pages.models import ArticleIndexPage, ArticlePage
from tests.browser.axe import Axe

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = ["/", "/articles/", "/articles/the-tired-yes/", "/podcast/", "/podcast/three-slow-breaths/", "/services/"]
PATHS += ["/about/", "/contact/", "/contact/?sent=1", "/privacy/", "/search/?q=breath", "/search/?q=zyzzyva"]


@pytest.fixture
def sample(transactional_db, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in caches:  # pages and pictures' sizes that were kept of another database
        caches[name].clear()
    call_command("seed_demo", verbosity=0)


def test_axe_finds_nothing_on_the_site_in_light_or_dark_and_nothing_runs_over(chromium, live_server, sample) -> None:
    found = {}
    for scheme, width in (("light", 320), ("dark", 1280)):
        context = chromium.new_context(
            base_url=live_server.url, bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800}
        )
        page = context.new_page()
        for path in PATHS:
            page.goto(path)
            wrong = {one["id"]: one["nodes"][0]["html"][:120] for one in Axe().run(page).response["violations"]}
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong["runs over"] = str(width)
            if wrong:
                found[path, scheme] = wrong
        context.close()
    assert found == {}


def test_nothing_on_the_site_offends_its_own_policy(page, sample) -> None:
    said = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/podcast/three-slow-breaths/", "/about/"):
        page.goto(path)
    page.goto("/podcast/three-slow-breaths/")
    page.evaluate("document.querySelector('audio').load()")
    page.wait_for_function("document.querySelector('audio').error === null")

    assert said == []


def test_she_writes_an_article_and_it_is_on_the_site_in_the_feed_the_map_and_the_search(
    page, sample, live_server
) -> None:
    her = Browser()
    her.force_login(User.objects.get(is_superuser=True))
    session = {"name": "sessionid", "value": her.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])
    page.goto(f"/cms/pages/add/pages/articlepage/{ArticleIndexPage.objects.get().pk}/")

    page.locator("[name=title]").fill("On chrysanthemums")
    page.locator("textarea[name=intro]").fill("They bloom late, and they do not apologise.")
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/cms/pages/*/")

    assert ArticlePage.objects.get(slug="on-chrysanthemums").live
    visitor = Browser()
    for path in ("/articles/on-chrysanthemums/", "/articles/", "/articles/feed/", "/search/?q=chrysanthemums"):
        assert "On chrysanthemums" in visitor.get(path).content.decode(), path
    assert "/articles/on-chrysanthemums/" in visitor.get("/sitemap.xml").content.decode()
