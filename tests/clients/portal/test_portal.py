"""The client's own pages: who may come in, what they offer, and what they cost."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.care.domain.messages import open_welcome_thread
from clients.care.domain.notifications import notify
from clients.models import Client, Stage
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking
from tests.clients.portal.pages import PAGES, share
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]

SECRET = "zq-what-only-she-may-read"
# The session and its user, the client, the practice, how many notifications and messages are unread; then the page.
FRAME = 6


# --- Who may come in -------------------------------------------------------------------------------------------------


@pytest.mark.rule("R16")
@pytest.mark.parametrize("address", [*PAGES, "/portal/feed/00000000-0000-4000-8000-000000000000/"])
def test_a_visitor_is_sent_to_sign_in_and_comes_back_afterwards(client, address):
    for method in (client.get, client.head):
        answer = method(address + "?a=b")
        assert (answer.status_code, answer["Location"]) == (
            303,
            f"/sign-in/?next={address.replace('/', '%2F')}%3Fa%3Db",
        )
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.rule("R16")
@pytest.mark.parametrize("address", PAGES)
def test_for_the_therapist_who_is_nobodys_client_the_portal_is_not_there(client, address):
    client.force_login(therapist())
    assert client.get(address).status_code == 404


@pytest.mark.rule("R9")
@pytest.mark.rule("R16")
@pytest.mark.parametrize("address", PAGES)
def test_a_visitor_who_typed_the_therapists_address_made_her_nobodys_client(client, address):
    Client.objects.create(user=therapist())
    client.force_login(therapist())
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_every_page_shows_with_nothing_and_with_something_and_is_kept_by_no_cache(browser, alice, address):
    assert browser.get(address).status_code == 200
    make_booking(alice, make_session())
    share(alice)
    open_welcome_thread(client=alice, text="Welcome.", now=NOW)
    page = browser.get(address)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert "style=" not in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_that_are_for_reading_take_nothing(browser, alice, address, method):
    taken = {("/portal/notifications/", "post"): 303, ("/portal/messages/", "post"): 422}  # the second without words
    expected = taken.get((address, method), 405)
    assert getattr(browser, method)(address).status_code == expected


# --- Home ------------------------------------------------------------------------------------------------------------


def test_home_shows_the_next_session_in_the_clients_own_zone(browser, alice):
    alice.user.time_zone = "Asia/Kolkata"
    alice.user.save()
    later = make_booking(alice, make_session(name="Fifty minutes"), starts_at=MONDAY + timedelta(days=7))
    booking = make_booking(alice, later.session_type)
    page = browser.get("/portal/").text
    assert "Hello, Alice" in page
    assert "Monday 30 November 2026, 14:30 to 15:20" in page
    assert "Kolkata time (UTC+5:30)" in page
    assert f'href="/booking/{booking_token(booking)}/"' in page
    assert f'class="button button--quiet" href="/booking/{booking_token(booking)}/join/"' in page
    assert f"/booking/{booking_token(later)}/" not in page


def test_someone_without_a_zone_or_a_name_is_shown_the_practices_zone_and_no_address(client):
    bob = make_client("bob@example.com", name="", time_zone="")
    make_booking(bob)
    client.force_login(bob.user)
    page = client.get("/portal/").text
    assert "Lisbon time (UTC)" in page
    assert "bob@example.com" not in page


def test_a_zone_that_nobody_knows_breaks_nothing(browser, alice):
    alice.user.time_zone = "Mars/Olympus"
    alice.user.save()
    make_booking(alice)
    assert "Lisbon time" in browser.get("/portal/").text


def test_home_leads_to_every_payment_that_waits(browser, alice):
    session = make_session()
    make_booking(alice, session)
    waiting = make_booking(alice, session, starts_at=MONDAY + timedelta(days=1), status=Booking.Status.PENDING_PAYMENT)
    page = browser.get("/portal/").text
    assert "Kept for you, and not paid yet" in page
    assert f'href="/booking/{booking_token(waiting)}/pay/">Go on to pay' in page


@pytest.mark.rule("R9")
def test_home_asks_the_owner_about_a_booking_that_somebody_made_under_their_address(browser, alice):
    booking = make_booking(alice, make_session_type(), awaits_owner=True)
    page = browser.get("/portal/").text
    assert "Was this booked by you?" in page
    (address,) = set(re.findall(rf'href="(/booking/{booking_token(booking)}/\?own=[^"]+)"', page))
    assert "Was this you?" in browser.get(address).text


@pytest.mark.rule("R1")
@pytest.mark.rule("R2")
@pytest.mark.parametrize(
    ("stage", "open_slugs", "why"),
    [
        (Stage.DISCOVERY, {"discovery"}, "after your first call"),
        (Stage.INTAKE, {"discovery", "intake"}, "once regular care has begun"),
        (Stage.ONGOING, {"discovery", "intake", "session"}, ""),
        (Stage.CLOSED, {"discovery"}, "closed for now. A discovery call"),
    ],
)
def test_home_offers_what_is_open_and_says_why_the_rest_is_not(client, stage, open_slugs, why):
    make_session("intake", opens_at_stage=Stage.INTAKE)
    make_session("session")
    make_session("hidden", is_shown=False)
    client.force_login(make_client(stage=stage).user)
    page = client.get("/portal/").text
    assert set(re.findall(r'href="/book/([a-z]+)/"', page)) == open_slugs
    assert page.count("Not open yet") == 3 - len(open_slugs)
    assert why in page


def test_a_newcomer_reads_what_happens_next(client):
    bob = make_client()
    client.force_login(bob.user)
    assert "We begin with a free first call" in client.get("/portal/").text
    make_booking(bob)
    assert "Your first call is booked" in client.get("/portal/").text


# --- Appointments ----------------------------------------------------------------------------------------------------


def test_appointments_tells_what_is_coming_from_what_was(browser, alice):
    session = make_session(name="Fifty minutes")
    make_booking(alice, session, starts_at=MONDAY)
    make_booking(alice, session, starts_at=MONDAY + timedelta(days=1), status=Booking.Status.CANCELLED)
    make_booking(alice, session, starts_at=NOW - timedelta(days=7), status=Booking.Status.COMPLETED)
    ancient = make_booking(alice, session, starts_at=NOW - timedelta(days=400), status=Booking.Status.COMPLETED)
    coming, _, before = browser.get("/portal/appointments/").text.partition("Past and cancelled")
    assert "Monday 30 November" in coming
    assert "Tuesday 1 December" not in coming
    assert "Cancelled" in before
    assert before.index("Tuesday 1 December 2026") < before.index("Friday 20 November 2026") < before.index("2025")
    assert booking_token(ancient) not in before  # its page has closed


@pytest.mark.rule("R16")
def test_nothing_of_another_client_is_on_any_page(browser, alice):
    bob = make_client("bob@example.com", stage=Stage.ONGOING, name="Bob Other")
    make_booking(bob, make_session(name="Bobs session"))
    share(bob, "Bobs link", words="Bobs words")
    open_welcome_thread(client=bob, text="Bobs welcome", now=NOW)
    notify(recipient=bob.user, key="bobs", text="Bobs news", path="/portal/", now=NOW)
    for address in PAGES:
        page = browser.get(address)
        assert page.status_code == 200
        # The type's name is public: it is among what can be booked.
        assert "Bob" not in page.text.replace("Bobs session", "")
    assert "Nothing is booked" in browser.get("/portal/").text


# --- A page that was open for too long -------------------------------------------------------------------------------


def test_a_form_without_its_token_is_answered_in_our_frame_and_words(alice):
    strict = Browser(enforce_csrf_checks=True)
    for _ in range(2):
        answer = strict.post("/portal/notifications/")
        assert answer.status_code == 403
        assert "send it once more. Nothing was booked or changed." in answer.text
        assert 'class="site-footer"' in answer.text
        assert "Reis Psychotherapy" in answer.text
        assert "CSRF" not in answer.text
        strict.force_login(alice.user)


# --- Size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/portal/", FRAME + 5), ("/portal/appointments/", FRAME + 4), ("/portal/feed/", FRAME + 1)],
)
@pytest.mark.parametrize("rows", [1, 30])
def test_a_page_costs_the_same_queries_with_one_row_and_with_many(browser, alice, address, queries, rows):
    session = make_session()
    for number in range(rows):
        coming = make_booking(alice, session, starts_at=MONDAY + timedelta(hours=number))
        make_booking(alice, session, starts_at=NOW - timedelta(days=number + 1), status=Booking.Status.COMPLETED)
        make_session_type()
        share(alice, f"Link {number}", booking=coming)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(address).status_code == 200
    assert len(captured) == queries, "\n".join(query["sql"][:150] for query in captured)
