"""Connecting a calendar: Google's own OAuth library against the sandbox's consent page and token endpoint."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidGrantError

from integrations.calendars import CalendarEvent, GrantRevoked, calendar_client
from integrations.sandbox import google_account, google_events, store

SCOPE = "https://www.googleapis.com/auth/calendar.events"
START = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
EVENT = CalendarEvent("abcde01234", "A. B.", START, START + timedelta(minutes=50), "UTC", "", False, "booking-1")


@pytest.fixture(autouse=True)
def site(live_server, google, monkeypatch) -> str:
    """The address of the site that connects to the sandbox's Google."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # plain http, on this machine only
    return live_server.url


def flow_for(site: str, secret: str = "sandbox-secret") -> Flow:
    oauth = f"{site}/sandbox/google/oauth"
    config = {
        "client_id": "sandbox-client",
        "client_secret": secret,
        "auth_uri": f"{oauth}/auth",
        "token_uri": f"{oauth}/token",
    }
    return Flow.from_client_config({"web": config}, [SCOPE], redirect_uri=f"{site}/connected/")


def decide(flow: Flow, decision: str, **asked: str) -> str:
    """Open the consent page and press a button; the address to which the page sends the browser back."""
    address, _ = flow.authorization_url(**({"access_type": "offline", "prompt": "consent"} | asked))
    with requests.Session() as browser:
        page = browser.get(address, timeout=5)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "decision": decision}
        answer = browser.post(address, form, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    return answer.headers["Location"]


def fetch(flow: Flow, location: str) -> None:
    """Trade the code for tokens and hang up."""
    try:
        flow.fetch_token(authorization_response=location)
    finally:
        flow.oauth2session.close()


def test_consent_brings_a_refresh_token_with_which_the_calendar_can_be_written(site):
    flow = flow_for(site)

    fetch(flow, decide(flow, "allow"))
    calendar_client(flow.credentials.refresh_token).put_event("primary", EVENT)

    assert list(store.all(google_events.KIND)) == [EVENT.id]


def test_the_state_comes_back_as_it_was_sent(site):
    flow = flow_for(site)
    location = decide(flow, "allow", state="a state/with+signs")

    assert location.startswith(f"{site}/connected/?")
    assert parse_qs(urlsplit(location).query)["state"] == ["a state/with+signs"]


def test_denying_grants_nothing(site):
    answer = parse_qs(urlsplit(decide(flow_for(site), "deny", state="s")).query)

    assert answer == {"error": ["access_denied"], "state": ["s"]}
    assert store.all("google_grant") == store.all("google_code") == {}


def test_a_code_without_its_verifier_is_worth_nothing(site):
    flow = flow_for(site)
    location = decide(flow, "allow")
    flow.code_verifier = "x" * 64

    with pytest.raises(InvalidGrantError):
        fetch(flow, location)
    assert store.all("google_grant") == {}


def test_a_code_is_good_for_one_redemption(site):
    flow = flow_for(site)
    location = decide(flow, "allow")
    fetch(flow, location)

    with pytest.raises(InvalidGrantError):
        fetch(flow, location)
    assert len(store.all("google_grant")) == 1


def test_a_wrong_client_secret_redeems_nothing(site):
    flow = flow_for(site, secret="wrong")
    location = decide(flow, "allow")

    with pytest.raises(InvalidClientError):
        fetch(flow, location)
    assert store.all("google_grant") == {}


def test_without_prompt_a_second_consent_brings_no_refresh_token(site):
    flow = flow_for(site)

    fetch(flow, decide(flow, "allow", prompt="select_account"))

    assert flow.credentials.token
    assert flow.credentials.refresh_token is None


def test_consent_is_never_sent_to_a_foreign_address(site):
    flow = flow_for(site)
    flow.redirect_uri = "https://evil.example/"
    address, _ = flow.authorization_url()

    answer = requests.get(address, timeout=5)

    assert answer.status_code == 400
    assert "redirect_uri_mismatch" in answer.text
    assert "Allow" not in answer.text


def test_after_revoking_every_token_of_the_account_is_refused(site):
    flow = flow_for(site)
    fetch(flow, decide(flow, "allow"))

    answer = requests.post(
        f"{site}/sandbox/google/oauth/revoke", data={"token": flow.credentials.refresh_token}, timeout=5
    )

    assert answer.status_code == 200
    for token in (flow.credentials.refresh_token, google_account.SAMPLE_REFRESH_TOKEN):
        with pytest.raises(GrantRevoked):
            calendar_client(token).put_event("primary", EVENT)
    assert store.all(google_events.KIND) == {}


def test_revoking_an_unknown_token_is_an_error(site):
    answer = requests.post(f"{site}/sandbox/google/oauth/revoke", data={"token": "x"}, timeout=5)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_token")


def test_connecting_again_after_revoking_works(site):
    google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN)
    flow = flow_for(site)

    fetch(flow, decide(flow, "allow"))
    calendar_client(flow.credentials.refresh_token).put_event("primary", EVENT)

    with pytest.raises(GrantRevoked):
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN).delete_event("primary", EVENT.id)
