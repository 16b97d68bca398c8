"""Articles: their list, their feed, and finding them."""

from datetime import date

import feedparser
import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from practice_admin.models import Practice, SessionType
from site_cms.pages.models import ArticlePage, HomePage, ServicesPage, Topic
from tests.factories import NOW, make_client, make_session, make_session_type
from tests.site_cms.site import add_article, add_audio, add_episode, add_image, add_show

pytestmark = pytest.mark.django_db


@pytest.fixture
def sleep() -> Topic:
    return Topic.objects.create(name="Sleep", slug="sleep")


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (221, 2), (1000, 5)])
def test_reading_time_is_that_of_a_calm_reader(words: int, minutes: int) -> None:
    page = ArticlePage(title="T", body=[("paragraph", f"<p>{'word ' * words}</p>")])

    assert page.reading_minutes == minutes


def test_the_list_can_be_asked_for_one_topic(client: Client, sleep: Topic) -> None:
    add_article(slug="a", title="About sleep", topics=(sleep,))
    add_article(slug="b", title="About grief")

    page = client.get("/articles/?topic=sleep").content.decode()

    assert "About sleep" in page
    assert "About grief" not in page
    assert 'rel="canonical" href="http://127.0.0.1:8000/articles/?topic=sleep"' in page
    assert client.get("/articles/?topic=unknown").status_code == 404


def test_ten_stand_on_one_page_and_the_rest_on_the_next(client: Client) -> None:
    for number in range(11):
        add_article(slug=f"a-{number}", date=date(2026, 1, number + 1))

    assert "/articles/a-0/" not in client.get("/articles/").content.decode()
    assert "/articles/a-0/" in client.get("/articles/?page=2").content.decode()
    for wrong in ("3", "0", "-1", "x", "9" * 5000, "²"):
        assert client.get("/articles/", {"page": wrong}).status_code == 404


def test_an_article_leads_to_others_of_its_topic(client: Client, sleep: Topic) -> None:
    add_article(slug="a", title="First", topics=(sleep,))
    add_article(slug="b", title="Second", topics=(sleep,))
    add_article(slug="c", title="Elsewhere")

    page = client.get("/articles/a/").content.decode().partition("Near to this")[2]

    assert "Second" in page
    assert "Elsewhere" not in page
    assert "Near to this" not in client.get("/articles/c/").content.decode()


def test_the_feed_carries_the_whole_text_under_whole_addresses(client: Client, sleep: Topic) -> None:
    body = [("paragraph", '<p>Every word, and <a href="/about/">a link</a>.</p>')]
    article = add_article(intro="Short.", body=body, topics=(sleep,))
    add_article(slug="draft", title="A draft", live=False)

    answer = client.get("/articles/feed/")
    read = feedparser.parse(answer.content)

    assert answer["Content-Type"].startswith("application/atom+xml")
    assert not read.bozo
    assert [entry.title for entry in read.entries] == ["On waiting rooms"]
    entry = read.entries[0]
    assert (entry.summary, entry.tags[0].term) == ("Short.", "Sleep")
    assert entry.link == article.public_url
    assert entry.id.startswith("tag:")
    assert 'href="http://127.0.0.1:8000/about/"' in entry.content[0].value
    assert client.get("/articles/feed/", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_feed_names_an_article_the_same_after_its_address_changed(client: Client) -> None:
    article = add_article()
    before = feedparser.parse(client.get("/articles/feed/").content).entries[0].id
    article.slug = "another"
    article.save()

    assert feedparser.parse(client.get("/articles/feed/").content).entries[0].id == before


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_feed_costs_the_same_whatever_its_length(client: Client, how_many: int, django_assert_num_queries) -> None:
    for number in range(how_many):
        add_article(slug=f"a-{number}")

    with django_assert_num_queries(7):
        client.get("/articles/feed/")


def test_search_finds_articles_and_what_is_said_in_episodes(client: Client) -> None:
    add_article(slug="a", title="On chairs", body=[("paragraph", "<p>A chrysanthemum stands there.</p>")])
    add_article(slug="b", title="A draft about chrysanthemum", live=False)
    add_episode(add_show(), title="Spoken", transcript="Somebody says chrysanthemum here.")

    page = client.get("/search/?q=chrysanthemum").content.decode()

    assert "2 texts with" in page
    assert "On chairs" in page
    assert "Spoken" in page
    assert "A draft" not in page
    assert "Nothing with" in client.get("/search/?q=zyzzyva").content.decode()


@pytest.mark.parametrize("words", ["", "   ", "%00", "'", "a & | !", "x" * 5000, "<script>", "&page=x"])
def test_search_takes_whatever_is_typed(client: Client, words: str) -> None:
    answer = client.get(f"/search/?q={words}")

    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().partition("<main")[2]


@time_machine.travel(NOW, tick=False)
def test_search_asked_too_often_is_429(client: Client) -> None:
    for _ in range(60):
        client.get("/search/?q=x")
    answer = client.get("/search/?q=x")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert client.get("/search/").status_code == 200


def test_machines_are_told_what_a_page_is(client: Client) -> None:
    picture = add_image(1400, 800)
    add_article(intro="</script><b>", seo_title="For engines", social_image=picture)
    page = client.get("/articles/on-waiting/").content.decode()

    for shown in (
        "<title>For engines · ",
        '<link rel="canonical" href="http://127.0.0.1:8000/articles/on-waiting/">',
        '<meta property="og:type" content="article">',
        '<meta property="og:image:width" content="1200">',
        '"@type": "Article"',
        "\\u003C/script\\u003E",
    ):
        assert shown in page
    assert page.count("</script>") == page.count("<script")
    assert '"@type": "ProfessionalService"' in client.get("/").content.decode()


def test_the_sitemap_names_public_pages_and_their_pictures_alone(client: Client) -> None:
    body = [("image", {"image": add_image(1400, 800), "alt_text": "A", "credit": "B", "caption": ""})]
    add_article(body=body)
    add_article(slug="draft", live=False)
    add_article(slug="closed").view_restrictions.create(restriction_type="login")

    sitemap = client.get("/sitemap.xml").content.decode()

    assert "<loc>http://127.0.0.1:8000/articles/on-waiting/</loc>" in sitemap
    assert "<image:loc>http://127.0.0.1:8000/media/images/" in sitemap
    assert "<loc>http://127.0.0.1:8000/book/</loc>" in sitemap
    assert "draft" not in sitemap
    assert "closed" not in sitemap


def test_robots_are_kept_from_what_is_private_and_shown_the_sitemap(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert {"Disallow: /portal/", "Disallow: /booking/", "Disallow: /admin/"} <= set(lines)
    assert lines[-1] == "Sitemap: http://127.0.0.1:8000/sitemap.xml"


def test_services_and_prices_are_those_that_can_be_booked(client: Client) -> None:
    make_session_type("discovery", name="Discovery call")
    make_session(name="Session", price_minor=8000)
    HomePage.objects.get().add_child(instance=ServicesPage(title="Services", slug="services"))

    page = client.get("/services/").content.decode()
    assert "Discovery call" in page
    assert "€80" in page

    SessionType.objects.filter(slug="session").update(price_minor=9000)
    assert "€90" in client.get("/services/").content.decode(), "nothing old is kept"


def test_a_kept_page_is_given_to_visitors_until_something_on_it_changes(
    client: Client, django_assert_num_queries
) -> None:
    article = add_article(title="First words")
    first = client.get("/articles/on-waiting/")
    with django_assert_num_queries(1):
        again = client.get("/articles/on-waiting/")

    assert again.content == first.content
    assert "Cookie" in again["Vary"]
    assert not again.cookies
    assert client.get("/articles/on-waiting/", headers={"If-None-Match": again["ETag"]}).status_code == 304
    article.title = "Other words"
    article.save()
    assert "Other words" in client.get("/articles/on-waiting/").content.decode()
    Practice.objects.update(name="Another practice")
    assert "Another practice" in client.get("/articles/on-waiting/").content.decode()
    ArticlePage.objects.get().unpublish()
    assert client.get("/articles/on-waiting/").status_code == 404


def test_nobody_who_is_signed_in_is_given_a_kept_page_nor_is_theirs_kept(client: Client) -> None:
    add_article()
    visitor = client.get("/articles/on-waiting/").content.decode()
    hers = Client()
    hers.force_login(make_client("alice@example.com").user)

    signed_in = hers.get("/articles/on-waiting/").content.decode()

    assert "Sign in" in visitor
    assert "My space" in signed_in
    assert "My space" not in Client().get("/articles/on-waiting/").content.decode()


def test_an_address_with_other_questions_in_it_fills_no_cache(client: Client) -> None:
    add_article()
    caches["pages"].clear()
    for number in range(3):
        assert client.get(f"/articles/?utm={number}").status_code == 200

    assert len(caches["pages"]._cache) == 0


def test_a_recording_in_an_article_is_part_of_it(client: Client) -> None:
    audio = add_audio()
    add_article(body=[("audio", {"audio": audio, "title": "Breathe"})])

    assert f'src="{audio.url}"' in client.get("/articles/on-waiting/").content.decode()
