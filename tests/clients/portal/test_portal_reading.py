"""What a client reads in the portal (feed, messages, notifications), and what nobody but the therapist reads."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser

from clients.care.domain.messages import open_welcome_thread
from clients.care.domain.notifications import notify
from clients.care.models import Message, Notification
from clients.models import Stage
from content.domain.sharing import share_link
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking, Practice
from tests.clients.portal.pages import PAGES, share
from tests.factories import NOW, make_booking, make_client, make_note, make_session, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]

SECRET = "zq-what-only-she-may-read"


# --- Feed ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("R15")
def test_the_feed_shows_what_was_shared_newest_first_with_the_session_it_belongs_to(browser, alice):
    booking = make_booking(alice, starts_at=NOW - timedelta(days=2), status=Booking.Status.COMPLETED)
    share(alice, "Older", words="Words beside it")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        share_link(
            client=alice,
            title="Newer",
            url="https://example.com/",
            words="",
            now=NOW + timedelta(hours=1),
            booking=booking,
        )
    page = browser.get("/portal/feed/").text
    assert page.index("Newer") < page.index("Older")
    assert "Words beside it" in page
    assert "Shared on 27 November" in page
    assert "For your session on 25 November" in page


@pytest.mark.rule("R15")
@pytest.mark.rule("R16")
def test_a_shared_link_opens_for_the_one_it_was_shared_with_and_is_not_there_for_anybody_else(browser, alice):
    shared = share(alice)
    address = f"/portal/feed/{shared.public_id}/"
    assert address in browser.get("/portal/feed/").text
    opened = browser.get(address)
    assert (opened.status_code, opened["Location"]) == (302, "https://example.com/breathing")
    assert opened.headers["Referrer-Policy"] == "same-origin"
    for other in (make_client("bob@example.com", stage=Stage.ONGOING).user, therapist()):
        stranger = Browser()
        stranger.force_login(other)
        assert stranger.get(address).status_code == 404
    for address in (uuid4(), shared.item.public_id):
        assert browser.get(f"/portal/feed/{address}/").status_code == 404
    assert browser.get(f"/portal/feed/{shared.pk}/").status_code == 404


# --- Messages --------------------------------------------------------------------------------------------------------


def test_messages_show_the_welcome_and_reading_them_is_noted_once(browser, alice):
    open_welcome_thread(client=alice, text="Welcome, Alice.", now=NOW)
    assert "A message is waiting for you." in browser.get("/portal/").text
    browser.head("/portal/messages/")
    assert Message.objects.get().read_at is None
    page = browser.get("/portal/messages/").text
    assert "Welcome, Alice." in page
    assert "Dr Helena Reis" in page
    assert "27 November, 12:00" in page
    assert Message.objects.get().read_at == NOW
    with time_machine.travel(NOW + timedelta(days=1)):
        browser.get("/portal/messages/")
    assert Message.objects.get().read_at == NOW
    assert "waiting for you" not in browser.get("/portal/").text


def test_html_in_what_people_wrote_is_shown_as_text(browser, alice):
    evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    open_welcome_thread(client=alice, text=evil, now=NOW)
    share(alice, evil, words=evil)
    notify(recipient=alice.user, key="evil", text=evil, path="/portal/", now=NOW)
    alice.user.name = "<b>Alice</b>"
    alice.user.save()
    for address in PAGES:
        page = browser.get(address).text
        assert "<img" not in page
        assert "<script" not in page
        assert "<b>" not in page
    assert "&lt;script&gt;" in browser.get("/portal/messages/").text


def test_messages_say_where_to_write_instead_once_the_work_is_closed(browser, alice):
    alice.stage = Stage.CLOSED
    alice.save()
    page = browser.get("/portal/messages/").text
    assert "What was written stays here to read." in page
    assert "<textarea" not in page
    assert page.count('href="mailto:therapist@example.com"') == 2  # here, and at the foot
    Practice.objects.update(contact_email="")
    page = browser.get("/portal/messages/").text
    assert "What was written stays here to read." in page
    assert "mailto:" not in page


def test_without_a_thread_there_is_a_calm_page(browser):
    assert "No messages yet" in browser.get("/portal/messages/").text


# --- Notifications ---------------------------------------------------------------------------------------------------


def test_notifications_are_counted_on_every_page_until_they_are_marked_as_read(browser, alice):
    for number in range(2):
        notify(recipient=alice.user, key=str(number), text=f"News {number}", path="/portal/feed/", now=NOW)
    other = make_client().user
    notify(recipient=other, key="0", text="Not hers", path="", now=NOW)
    for address in PAGES:
        assert re.search(r'class="count">2<', browser.get(address).text)
    answer = browser.post("/portal/notifications/")
    assert (answer.status_code, answer["Location"]) == (303, "/portal/notifications/")
    page = browser.get("/portal/notifications/").text
    assert "News 1" in page
    assert 'class="count"' not in page
    assert Notification.objects.get(recipient=other).read_at is None


# --- Notes -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("R18")
@pytest.mark.rule("R16")
def test_a_note_is_nowhere_in_the_portal(browser, alice):
    booking = make_booking(alice, make_session())
    make_note(alice, SECRET, booking=booking)
    share(alice, booking=booking)
    open_welcome_thread(client=alice, text="Welcome.", now=NOW)
    to_visit, seen = ["/portal/"], set()
    while to_visit:
        address = to_visit.pop()
        seen.add(address)
        answer = browser.get(address)
        assert answer.status_code in {200, 302}, address
        assert SECRET not in answer.text
        found = set(re.findall(r'href="(/(?:portal|booking)/[^"]*)"', answer.text))
        to_visit += sorted(found - seen - set(to_visit))
    assert {*PAGES, f"/booking/{booking_token(booking)}/"} <= seen
