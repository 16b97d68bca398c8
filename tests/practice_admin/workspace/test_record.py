"""A client's record: what is between the two of them, notes and shares."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.care.models import Message, Note, Thread
from content.models import FeedItem, Share
from practice_admin.models import Payment
from tests.factories import make_booking, make_client, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_client(name="Alice Almeida", stage="ongoing")


def record(client) -> str:
    return reverse("admin:client_record", args=[client.public_id])


def test_a_link_is_shared_with_this_client(desk, alice):
    form = {"title": "Breathing", "url": "https://example.org/breathing", "words": "For the evenings."}
    assert desk.post(reverse("admin:share_link", args=[alice.public_id]), form).status_code == 302
    share = Share.objects.get()
    assert (share.client, share.item.title, share.words) == (alice, "Breathing", "For the evenings.")


def test_a_refused_share_keeps_what_was_typed_and_says_why_beside_it(desk, alice, text):
    form = {"title": "Breathing", "url": "javascript:alert(1)", "words": "For the evenings."}
    answer = desk.post(reverse("admin:share_link", args=[alice.public_id]), form)
    assert answer.status_code == 422
    assert answer.context["share_form"].errors.keys() == {"url"}
    assert "For the evenings." in text(answer)
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.org/breathing", "https://example.org/breathing"),
        ("//example.org:8080", "https://example.org:8080"),
        ("example.org/?to=http://example.com", "https://example.org/?to=http://example.com"),
        ("http://example.org/", "http://example.org/"),
    ],
)
def test_an_address_typed_without_its_beginning_is_given_one(desk, alice, typed, kept):
    desk.post(reverse("admin:share_link", args=[alice.public_id]), {"title": "Breathing", "url": typed})
    assert FeedItem.objects.get().url == kept


@pytest.mark.parametrize("typed", ["", "data:text/html,x", "mailto:alice@example.com", "ftp://example.org/", "a note"])
def test_what_is_no_web_address_is_not_made_into_one(desk, alice, typed):
    answer = desk.post(reverse("admin:share_link", args=[alice.public_id]), {"title": "Breathing", "url": typed})
    assert answer.context["share_form"].errors.keys() == {"url"}
    assert not FeedItem.objects.exists()


def test_the_record_watches_over_what_is_typed_and_not_kept(desk, alice, text):
    words = text(desk.get(record(alice)))
    assert "workspace/unsaved.js" in words
    assert 'data-unsaved="Your link is not shared yet."' in words
    assert "data-refused" not in words
    refused = desk.post(reverse("admin:share_link", args=[alice.public_id]), {"title": " "})
    assert text(refused).count("data-refused") == 1


def test_no_other_page_of_the_desk_does(desk, text):
    assert "workspace/unsaved.js" not in text(desk.get("/admin/"))


def test_the_gate_of_a_closed_client_is_said_to_be_closed(desk, text):
    words = text(desk.get(record(make_client(stage="closed"))))
    assert "Closed; only a discovery call" in words
    assert "Open since" not in words


def test_an_unknown_client_is_not_found(desk):
    nobody = "00000000-0000-4000-8000-000000000000"
    assert desk.get(reverse("admin:client_record", args=[nobody])).status_code == 404
    assert desk.get(reverse("admin:new_note", args=[nobody])).status_code == 404
    assert desk.post(reverse("admin:share_link", args=[nobody]), {"title": "x"}).status_code == 404


def test_markup_in_a_name_and_a_note_is_shown_as_typed(desk, text):
    client = make_client(name="<b>Eva</b>", stage="ongoing")
    Note.objects.create(client=client, body="<img src=x onerror=alert(1)>")
    words = text(desk.get(record(client)))
    assert "<b>Eva</b>" not in words
    assert "<img src=x" not in words
    assert "&lt;b&gt;Eva&lt;/b&gt;" in words


def test_messages_are_told_of_but_not_read_out(desk, alice, text):
    Message.objects.create(thread=Thread.objects.create(client=alice), sender="client", body="For the thread only")
    words = text(desk.get(record(alice)))
    assert "Message from the client" in words
    assert "For the thread only" not in words


def test_next_and_last_session_stand_in_the_header(desk, alice):
    session, now = make_session(), timezone.now()
    last = make_booking(alice, session, starts_at=now - timedelta(days=1))
    make_booking(alice, session, starts_at=now - timedelta(days=8))
    coming = make_booking(alice, session, starts_at=now + timedelta(days=6))
    make_booking(alice, session, starts_at=now + timedelta(days=3), status="cancelled")
    shown = desk.get(record(alice)).context["record"]
    assert (shown.next_session, shown.last_session) == (coming, last)


@pytest.mark.parametrize("count", [1, 30])
def test_the_record_asks_the_same_number_of_questions_for_one_and_for_thirty(
    desk, alice, count, django_assert_num_queries
):
    session, now, thread = make_session(), timezone.now(), Thread.objects.create(client=alice)
    for number in range(count):
        booking = make_booking(alice, session, starts_at=now - timedelta(days=number + 1))
        Note.objects.create(client=alice, booking=booking, body="A note")
        Message.objects.create(thread=thread, sender="client", body="A message")
        item = FeedItem.objects.create(title="A link", url="https://example.org/")
        Share.objects.create(client=alice, item=item)
        Payment.objects.create(
            booking=booking, client=alice, amount_minor=7000, currency="EUR", state="paid", expires_at=now
        )
    # Session, user, practice; client, sessions, notes, amendments, messages, shares, payments, stages, follow-ups,
    # contacts; details, tags, stages and follow-ups of the head; settlements, refunds, disputes; what is owed, money
    # unplaced; last session, messages, changes, note and follow-ups since then.
    with django_assert_num_queries(27):
        page = desk.get(record(alice))
    assert len(page.context["record"].timeline) == 5 * count
