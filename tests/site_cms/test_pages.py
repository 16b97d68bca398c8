"""The public pages: what is published is public, what is not is not there, and the way to a call is never far."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site

from site_cms.pages.models import ArticleIndexPage, ArticlePage, HomePage, StandardPage

pytestmark = pytest.mark.django_db


def add_article(*, slug: str = "on-waiting", live: bool = True, **fields: object) -> ArticlePage:
    article = ArticlePage(title="On waiting rooms", slug=slug, live=live, **fields)
    return ArticleIndexPage.objects.get().add_child(instance=article)


def test_a_new_site_begins_with_a_home_page_and_a_list_of_articles() -> None:
    home = Site.objects.get(is_default_site=True).root_page.specific

    assert isinstance(home, HomePage)
    assert [type(page.specific) for page in home.get_children()] == [ArticleIndexPage]
    assert not any(Page.find_problems()), "the tree of pages is whole"
    assert not Page.objects.filter(title__startswith="Welcome to your new Wagtail").exists()


def test_the_home_page_links_to_the_booking_flow(client: Client) -> None:
    page = client.get("/").content.decode()

    assert reverse("booking_public:types") == "/book/"
    assert 'href="/book/"' in page


def test_a_published_article_is_public_at_its_address_and_listed(client: Client) -> None:
    add_article(
        intro="A few thoughts on the minutes before something begins.",
        body=[
            ("heading", "What the waiting is for"),
            ("paragraph", "<p>There is a <b>chair</b>.</p>"),
            ("quote", {"text": "Patience is not the ability to wait.", "source": "an aunt"}),
        ],
        author_note="Written in Lisbon.",
    )

    article = client.get("/articles/on-waiting/")

    assert article.status_code == 200
    for shown in (
        '<meta name="description" content="A few thoughts on the minutes before something begins.">',
        "<h2>What the waiting is for</h2>",
        "<b>chair</b>",
        "<footer>an aunt</footer>",
        "Written in Lisbon.",
        'href="/book/"',
    ):
        assert shown in article.content.decode()
    for listing in ("/articles/", "/"):
        assert "/articles/on-waiting/" in client.get(listing).content.decode()


def test_a_draft_is_neither_public_nor_listed(client: Client) -> None:
    add_article(slug="a-draft", live=False)

    assert client.get("/articles/a-draft/").status_code == 404
    for listing in ("/articles/", "/"):
        page = client.get(listing)
        assert page.status_code == 200
        assert "On waiting rooms" not in page.content.decode()


def test_an_article_behind_a_restriction_is_not_listed(client: Client) -> None:
    article = add_article()
    article.view_restrictions.create(restriction_type="login")

    assert client.get("/articles/on-waiting/").status_code == 302
    assert "On waiting rooms" not in client.get("/articles/").content.decode()


def test_articles_are_listed_newest_first(client: Client) -> None:
    for day in (2, 3, 1):
        add_article(slug=f"day-{day}", date=f"2026-11-0{day}")

    page = client.get("/articles/").content.decode()

    assert page.index("/day-3/") < page.index("/day-2/") < page.index("/day-1/")


def test_what_is_typed_is_escaped(client: Client) -> None:
    add_article(intro="<script>alert(1)</script>", body=[("heading", "<img src=x>")])

    page = client.get("/articles/on-waiting/").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_the_menu_shows_what_the_author_ticked_and_marks_where_one_is(client: Client) -> None:
    home = HomePage.objects.get()
    home.add_child(instance=StandardPage(title="About me", slug="about", show_in_menus=True))
    home.add_child(instance=StandardPage(title="Small print", slug="small-print"))
    home.add_child(instance=StandardPage(title="Half written", slug="half", show_in_menus=True, live=False))

    page = client.get("/about/").content.decode()

    assert 'href="/about/" aria-current="page">About me<' in page
    assert 'href="/articles/">Articles<' in page
    assert "Small print" not in page
    assert "Half written" not in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_lists_cost_the_same_number_of_queries_whatever_their_length(
    client: Client, how_many: int, django_assert_num_queries
) -> None:
    for number in range(how_many):
        add_article(slug=f"article-{number}")
    client.get("/articles/")  # Wagtail remembers the addresses of its sites
    caches["pages"].clear()

    with django_assert_num_queries(13):
        client.get("/articles/")


@pytest.mark.parametrize(
    ("intro", "search_description", "said"),
    [
        ("Short.", "", "Short."),
        ("Short.", "Better.", "Better."),
        ("word " * 60, "", "word " * 31 + "word…"),
        ("", "", ""),
    ],
)
def test_the_description_falls_back_to_the_beginning_of_the_opening(
    intro: str, search_description: str, said: str
) -> None:
    assert ArticlePage(title="T", intro=intro, search_description=search_description).description == said
