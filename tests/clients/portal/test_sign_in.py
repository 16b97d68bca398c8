"""Signing in by its pages: ask, open, press; and everything that must not work."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from clients.domain.sign_in import mint_token
from clients.models import SignInRequest, SignInToken
from integrations.outbox import operations
from integrations.outbox.models import Effect
from integrations.sandbox import mailbox
from tests.clients.domain.test_sign_in import places_that_hold
from tests.factories import NOW, make_client, therapist

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def alice():
    return make_client("alice@example.com", name="Alice Example").user


def link(user, next_path: str = "") -> str:
    return f"/sign-in/{mint_token(user=user, next_path=next_path, now=NOW)}/"


def is_signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def ask(browser: Browser, email: str, next_path: str = "", **extra):
    return browser.post("/sign-in/", {"email": email, "next": next_path}, **extra)


@pytest.mark.rule("R7")
@pytest.mark.django_db(transaction=True)
def test_the_whole_way_from_the_form_to_the_mail_to_where_one_was_going(live_server, settings, tmp_path, alice, client):
    settings.VAR_DIR, settings.RESEND_API_BASE = tmp_path, f"{live_server.url}/sandbox/resend"
    assert ask(client, " Alice@Example.com ", "/portal/feed/").status_code == 200
    assert operations.run_due(NOW) == (1, 0)
    (mail,) = mailbox.messages("alice@example.com")
    token = re.search(r"/sign-in/([^/\s]+)/", mail.text)[1]
    assert places_that_hold(token.encode()) == set()
    landed = client.post(f"/sign-in/{token}/")
    assert (landed.status_code, landed["Location"]) == (303, "/portal/feed/")
    assert client.get("/portal/feed/").status_code == 200


@pytest.mark.rule("R7")
@pytest.mark.rule("R9")
def test_a_known_and_an_unknown_address_get_the_same_answer(alice, client):
    known, unknown = ask(client, "alice@example.com"), ask(client, "nobody@example.com")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert dict(known.headers) == dict(unknown.headers)
    assert "Look in your mailbox" in known.text
    assert Effect.objects.filter(kind="sign_in_email").count() == 2


@pytest.mark.rule("R7")
@pytest.mark.parametrize(
    "email", ["", "alice", "alice@", "a b@example.com", "alice@example.com\0", "a" * 250 + "@b.example"]
)
def test_what_is_no_address_is_said_beside_the_field_and_asks_for_nothing(client, email):
    page = ask(client, email)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert not SignInRequest.objects.exists()


@pytest.mark.rule("R7")
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(alice, client, method):
    address = link(alice)
    for _ in range(3):
        assert getattr(client, method)(address).status_code == 200
    assert not is_signed_in(client)
    assert SignInToken.objects.get().used_at is None
    assert Browser().post(address).status_code == 303


@pytest.mark.rule("R7")
def test_opening_a_link_shows_a_button_and_nothing_of_whose_it_is(alice, client):
    good, bad = client.get(link(alice)), client.get("/sign-in/mangled/")
    assert good.status_code == bad.status_code == 200
    assert "alice" not in good.text.lower()


@pytest.mark.rule("R7")
def test_a_link_that_was_used_gets_410_and_a_way_to_a_fresh_one(alice, client):
    address = link(alice)
    client.post(address)
    stranger = Browser()
    page = stranger.post(address)
    assert page.status_code == 410
    assert 'action="/sign-in/"' in page.text
    assert not is_signed_in(stranger)


@pytest.mark.rule("R7")
def test_an_old_link_and_a_mangled_one_get_410_and_sign_nobody_in(alice, client, now):
    address = link(alice)
    now.shift(timedelta(minutes=15))
    for bad in (address, "/sign-in/mangled/", "/sign-in/%00%F0/", f"/sign-in/{'x' * 5000}/"):
        assert client.post(bad).status_code == 410
    assert not is_signed_in(client)


def test_signing_in_needs_the_page_the_form_came_from(alice):
    strict = Browser(enforce_csrf_checks=True)
    address = link(alice)
    assert strict.post(address).status_code == 403
    assert SignInToken.objects.get().used_at is None
    page = strict.get(address)
    assert page.headers["Referrer-Policy"] == "same-origin"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    assert strict.post(address, {"csrfmiddlewaretoken": token}).status_code == 303


def test_the_session_gets_a_new_key_and_nothing_of_a_former_visitor(alice, client):
    session = client.session
    session["left behind"] = "by somebody"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.force_login(make_client("bob@example.com").user)
    client.post(link(alice))
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert "left behind" not in client.session


@pytest.mark.parametrize(("who", "seconds"), [("client", 30 * 24 * 3600), ("therapist", 12 * 3600)])
def test_a_clients_session_lasts_30_days_and_the_therapists_12_hours(alice, client, who, seconds):
    client.post(link(alice if who == "client" else therapist()))
    assert client.session.get_expiry_age() == seconds
    assert client.cookies["sessionid"]["max-age"] == seconds


def test_without_anywhere_to_go_a_client_lands_in_the_portal_and_the_therapist_at_her_desk(alice):
    assert Browser().post(link(alice))["Location"] == "/portal/"
    assert Browser().post(link(therapist()))["Location"] == "/admin/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "/\n/evil.example",
        "/portal/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "http:///evil.example",
        "https:evil.example",
        " //evil.example",
        "portal/",
        "/portal/\0",
        "/" + "a" * 500,
        "/sign-in/",
        "/sign-in/?next=/portal/",
        "/%73ign-in/",
        "/portal/../sign-in/x/",
        "/sign-out/",
        "/admin/login/?next=/admin/",
        "/cms/login/",
    ],
)
def test_nobody_is_led_elsewhere_nor_round_in_a_circle(alice, client, elsewhere):
    if "\0" not in elsewhere and len(elsewhere) <= 500:  # what the database can keep at all
        assert client.post(link(alice, elsewhere))["Location"] == "/portal/"
    page = Browser().get("/sign-in/", {"next": elsewhere})
    assert page.status_code == 200
    assert "evil" not in page.text
    assert ask(client, "alice@example.com", elsewhere).status_code == 200
    assert SignInRequest.objects.get().next_path == ""


@pytest.mark.parametrize(
    "inside",
    [
        "/portal/messages/",
        "/portal/feed/?kind=link",
        "/admin/",
        "/book/session/details/?start=2026-12-01T09:00:00%2B00:00",
    ],
)
def test_one_lands_where_one_was_going(alice, client, inside):
    page = client.get("/sign-in/", {"next": inside})
    assert f'name="next" value="{inside}"' in page.text
    assert client.post(link(alice, inside))["Location"] == inside


def test_someone_signed_in_is_told_so_and_led_on_but_never_by_itself(alice, client):
    client.force_login(alice)
    page = client.get("/sign-in/", {"next": "/portal/feed/"})
    assert page.status_code == 200
    assert "You are here as Alice." in page.text
    assert 'href="/portal/feed/"' in page.text
    assert 'http-equiv="refresh"' not in page.text


def test_someone_sent_back_by_the_editor_is_told_so_and_does_not_loop(alice, client):
    client.force_login(alice)
    page = client.get("/cms/", follow=True)
    assert page.status_code == 200
    assert len(page.redirect_chain) <= 2
    assert "does not belong to this account" in page.text
    assert 'href="/cms/"' not in page.text


@pytest.mark.parametrize(("area", "who"), [("/admin/", "client"), ("/cms/", "client"), ("/portal/", "therapist")])
def test_nobody_is_offered_the_way_into_an_area_that_is_not_theirs(alice, client, area, who):
    client.force_login(alice if who == "client" else therapist())
    page = client.get("/sign-in/", {"next": area}).text
    assert "does not belong to this account" in page
    assert "Go on to the page" not in page


def test_signing_out_ends_the_session_by_a_button_only(alice, client):
    client.force_login(alice)
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert not is_signed_in(client)
    assert client.get("/portal/").status_code == 303


@pytest.mark.rule("R7")
@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_one_mailbox_is_not_flooded_whoever_asks_and_whether_or_not_it_is_known(alice, email, now):
    for number in range(10):
        assert ask(Browser(REMOTE_ADDR=f"192.0.2.{number}"), email.upper()).status_code == 200
    refused = ask(Browser(REMOTE_ADDR="192.0.2.99"), email)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 15 * 60
    assert "Please try again in" in refused.text
    assert SignInRequest.objects.count() == 10
    now.shift(timedelta(seconds=int(refused["Retry-After"])))
    assert ask(Browser(), email).status_code == 200


def test_one_visitor_cannot_try_address_after_address(client):
    answers = [ask(client, f"person{number}@example.com").status_code for number in range(61)]
    assert answers == [200] * 60 + [429]
    forged = ask(client, "one.more@example.com", headers={"X-Forwarded-For": "203.0.113.7"})
    assert forged.status_code == 429
    assert ask(Browser(REMOTE_ADDR="192.0.2.2"), "one.more@example.com").status_code == 200


def test_behind_a_proxy_each_visitor_counts_alone(client, settings):
    settings.TRUSTED_PROXIES = 1
    for number in range(61):
        answer = ask(client, f"person{number}@example.com", headers={"X-Forwarded-For": f"made.up, 203.0.113.{number}"})
        assert answer.status_code == 200


@pytest.mark.parametrize("address", ["/sign-in/", "/sign-in/a-token/", "/sign-out/"])
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "patch"])
def test_no_cache_keeps_any_of_these_pages(client, address, method):
    answer = getattr(client, method)(address)
    assert answer.status_code in {200, 303, 405, 410, 422}
    assert "no-store" in answer.headers["Cache-Control"]
