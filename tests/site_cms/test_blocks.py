"""The pieces of a page: every one of them rendered, and what they refuse."""

import json
import re

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from wagtail.blocks import StreamBlockValidationError

from clients.models import Stage
from site_cms.pages.blocks import PageBlocks
from site_cms.pages.blocks.writing import NO_ALT_TEXT, NO_CREDIT
from site_cms.pages.handlers import UNREADABLE
from site_cms.pages.models import HomePage, StandardPage, Topic
from tests.factories import make_client
from tests.site_cms.site import add_article, add_audio, add_episode, add_image, add_show

pytestmark = pytest.mark.django_db

KINDS = sorted(PageBlocks().child_blocks)


def preview(kind: str, **chosen: object) -> tuple[str, object]:
    """A block as the editor shows it before it is filled in, with what has to be chosen."""
    value = PageBlocks().child_blocks[kind]._evaluate_callable(PageBlocks().child_blocks[kind].meta.preview_value)
    return kind, value | chosen if isinstance(value, dict) else value


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_says_what_it_is_for_and_has_a_template_of_its_own(kind: str) -> None:
    block = PageBlocks().child_blocks[kind]

    assert block.get_description()
    assert block.get_template().startswith("pages/blocks/")
    assert block.is_previewable


def test_a_page_of_every_block_is_whole_and_valid(client: Client) -> None:
    audio = add_audio()
    episode = add_episode(add_show(), audio=audio)
    add_article(title="An article")
    chosen = {"image": {"image": add_image(1400, 900)}, "audio": {"audio": audio}, "episode": {"episode": episode}}
    body = [preview(kind, **chosen.get(kind, {})) for kind in KINDS]
    gallery = HomePage.objects.get().add_child(instance=StandardPage(title="All", slug="all", body=body))

    page = client.get(gallery.url).content.decode()

    html5lib.HTMLParser(strict=True).parse(page)
    for kind, shown in {
        "article_list": "An article",
        "audio": audio.url,
        "call_to_book": "Would you like to talk?",
        "episode": "Three slow breaths",
        "heading": "<h2>What the waiting is for</h2>",
        "image": 'alt="A chair at an open window"',
        "notice": "notice--care",
        "paragraph": "<b>waiting</b>",
        "pull_quote": 'class="pull-quote" aria-hidden="true"',
        "questions": "<summary>Is what I say kept private?</summary>",
        "quote": "<footer>an aunt</footer>",
        "steps": '<li class="way__step"><h3>A call</h3>',
    }.items():
        assert shown in page, kind
    assert len(KINDS) == 12
    assert '"@type": "FAQPage"' in page
    assert 'type="image/webp"' in page
    assert 'loading="lazy"' in page
    assert re.search(r'<img [^>]*height="\d+"[^>]*width="\d+"', page) or re.search(r'<img [^>]*width="\d+"', page)


def refusals(kind: str, value: dict[str, object]) -> str:
    typed = PageBlocks().to_python([{"type": kind, "value": value}])
    with pytest.raises(StreamBlockValidationError) as refused:
        PageBlocks().clean(typed)
    return str(refused.value.block_errors[0].as_json_data())


def test_a_picture_without_description_or_credit_is_refused_in_the_editors_words() -> None:
    said = refusals("image", {"image": add_image(10, 10).pk, "alt_text": "", "credit": ""})

    assert NO_ALT_TEXT in said
    assert NO_CREDIT in said


def test_sound_that_cannot_be_heard_is_refused_in_the_editors_words() -> None:
    assert UNREADABLE in refusals("audio", {"audio": add_audio(b"nothing").pk, "title": "Nothing"})


def test_a_script_in_a_text_is_never_part_of_the_page(client: Client) -> None:
    body = [
        ("paragraph", '<p>Hello<script>alert(1)</script><a href="javascript:alert(1)" onclick="x()">x</a></p>'),
        ("steps", {"items": [{"title": "<script>", "text": "<img src=x>"}, {"title": "b", "text": "b"}]}),
        ("questions", {"items": [{"question": "</script><script>alert(2)</script>", "answer": "<p>No.</p>"}]}),
    ]
    editor = PageBlocks().child_blocks["paragraph"].field.widget
    page = HomePage.objects.get().add_child(instance=StandardPage(title="S", slug="s", body=body))

    shown = client.get(page.url).content.decode()

    assert "<script>alert(2)" not in shown
    assert "<img src=x>" not in shown
    assert "&lt;script&gt;" in shown
    line = {"text": "<script>alert(1)</script>", "type": "unstyled", "key": "a", "depth": 0}
    typed = json.dumps({"blocks": [line | {"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}})
    assert "<script>" not in editor.value_from_datadict({"t": typed}, {}, "t")


@pytest.mark.parametrize(
    ("stage", "label"),
    [
        (None, "Book a free call"),
        (Stage.DISCOVERY, "Choose a time for the call"),
        (Stage.INTAKE, "Choose a time"),
        (Stage.ONGOING, "Book your next session"),
        (Stage.CLOSED, "Book a call"),
    ],
)
def test_the_call_to_book_knows_the_stage_of_whoever_reads(client: Client, stage: Stage | None, label: str) -> None:
    add_article()
    if stage is not None:
        client.force_login(make_client("alice@example.com", stage=stage).user)

    page = client.get("/articles/on-waiting/").content.decode()

    assert f">{label}</a>" in page.partition("<aside")[2]
    assert page.count("<aside") == 1


def test_her_own_words_of_invitation_are_for_visitors_alone() -> None:
    block = PageBlocks().child_blocks["call_to_book"]
    value = block.to_python({"title": "Come in", "text": ""})
    request = RequestFactory().get("/")
    request.user = make_client("alice@example.com", stage=Stage.ONGOING).user

    assert "Come in" in block.render(value)
    assert "Come in" not in block.render(value, {"request": request})
    assert "Your next session" in block.render(value, {"request": request})


def test_articles_of_one_topic_can_be_listed() -> None:
    sleep = Topic.objects.create(name="Sleep", slug="sleep")
    add_article(slug="a", title="About sleep", topics=(sleep,))
    add_article(slug="b", title="About grief")
    block = PageBlocks().child_blocks["article_list"]

    shown = block.render(block.to_python({"title": "Read", "how_many": 3, "topic": "sleep"}))

    assert "About sleep" in shown
    assert "About grief" not in shown


def test_two_pages_cannot_share_one_address() -> None:
    add_article(slug="twice")

    with pytest.raises(ValidationError, match="already in use"):
        add_article(slug="twice")
