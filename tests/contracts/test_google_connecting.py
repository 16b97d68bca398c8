"""Connecting an account and ending that: the adapter against the sandbox's consent page and token endpoint."""

import base64
import hashlib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from integrations.calendars import (
    AccessTooNarrow,
    Consent,
    ConsentFailed,
    GrantRevoked,
    begin_consent,
    calendar_client,
    code_of,
    finish_consent,
    refresh_access,
    revoke_access,
)
from integrations.errors import VendorError
from integrations.sandbox import google_account, google_switches, store
from tests.contracts.google_door import EVENT, START, standing
from tests.contracts.server import refusing

BACK = "http://testserver/connected/"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
LIST = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"


@pytest.fixture
def begun(google_by_hand) -> Consent:
    """A consent that begins, with nobody to carry it on."""
    return begin_consent(BACK)


@pytest.fixture
def consent(google) -> Consent:
    """A consent that begins, at the sandbox's Google."""
    return begin_consent(BACK)


def decide(
    client, consent: Consent, decision: str = "allow", scopes: tuple[str, ...] = (EVENTS, LIST)
) -> dict[str, str]:
    """Press a button on Google's page; what stands in the address with which the browser comes back."""
    page = urlsplit(consent.address)
    answer = client.post(f"{page.path}?{page.query}", {"decision": decision, "scope": scopes})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{BACK}?")
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def connect(client, consent: Consent, **how):
    code = code_of(decide(client, consent, **how), consent.state)
    return finish_consent(code, code_verifier=consent.code_verifier, redirect_uri=BACK)


def test_the_page_is_asked_for_lasting_access_to_events_and_the_list_and_no_more(begun):
    asked = {name: value for name, (value,) in parse_qs(urlsplit(begun.address).query).items()}

    assert asked["scope"].split() == [EVENTS, LIST]
    assert (asked["access_type"], asked["prompt"], asked["response_type"]) == ("offline", "consent", "code")
    assert (asked["redirect_uri"], asked["state"]) == (BACK, begun.state)
    digest = hashlib.sha256(begun.code_verifier.encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert asked["code_challenge_method"] == "S256"
    assert begun.code_verifier not in begun.address
    assert "sandbox-secret" not in begun.address


def test_the_verifier_is_as_long_as_it_may_be_and_no_two_consents_share_a_secret(begun):
    another = begin_consent(BACK, login_hint="therapist@example.com")

    assert 43 <= len(begun.code_verifier) <= 128  # RFC 7636, 4.1
    assert another.state != begun.state
    assert another.code_verifier != begun.code_verifier
    assert parse_qs(urlsplit(another.address).query)["login_hint"] == ["therapist@example.com"]


def test_the_page_says_in_words_what_is_asked_for(client, consent):
    page = client.get(consent.address).content.decode()

    assert "View and edit events on all your calendars" in page
    assert "See the list of Google calendars you’re subscribed to" in page


def test_consent_brings_tokens_with_which_calendars_are_listed_and_written(client, consent):
    grant = connect(client, consent)

    calendar = calendar_client(grant.refresh_token, grant.access.token, expires_at=grant.access.expires_at)
    assert calendar.calendars()[0].id == google_account.ACCOUNT
    calendar.put_event("primary", EVENT)

    assert timedelta(minutes=58) < grant.access.expires_at - datetime.now(UTC) < timedelta(hours=1)
    assert list(store.all("google_access")) == [grant.access.token]  # none was fetched beside it
    assert [event["id"] for event in standing()] == [EVENT.id]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"code": "c"}, "foreign"),
        ({"code": "c", "state": "another"}, "foreign"),
        ({"code": "c", "state": "Zürich"}, "foreign"),
        ({"error": "access_denied", "state": "kept"}, "denied"),
        ({"state": "kept"}, "no_code"),
        ({"error": "server_error", "code": "c", "state": "kept"}, "no_code"),
    ],
)
def test_an_answer_that_is_not_ours_or_brings_nothing_is_told_apart(answer, kind):
    with pytest.raises(ConsentFailed) as caught:
        code_of(answer, "kept")

    assert caught.value.kind == kind
    assert not caught.value.retryable


def test_without_a_state_that_was_kept_every_answer_is_foreign():
    with pytest.raises(ConsentFailed, match="does not belong"):
        code_of({"code": "c", "state": ""}, "")


def test_denying_connects_nothing(client, consent):
    with pytest.raises(ConsentFailed) as caught:
        connect(client, consent, decision="deny")

    assert caught.value.kind == "denied"
    assert store.all("google_grant") == store.all("google_code") == {}


@pytest.mark.parametrize("left", [EVENTS, LIST])
def test_a_box_left_unticked_is_said_clearly(client, consent, left):
    with pytest.raises(ConsentFailed, match="a box on Google's page was left unticked") as caught:
        connect(client, consent, scopes=(left,))

    assert caught.value.kind == "unticked"
    google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)  # an earlier connection goes on


def test_with_every_box_unticked_nothing_is_granted(client, consent):
    with pytest.raises(ConsentFailed) as caught:
        connect(client, consent, scopes=())

    assert caught.value.kind == "denied"
    assert store.all("google_grant") == {}


@pytest.mark.parametrize("wrong", ["verifier", "redirect", "code", "twice"])
def test_a_code_that_is_forged_or_used_is_worth_nothing(client, consent, wrong):
    code = code_of(decide(client, consent), consent.state)
    right = {"code_verifier": consent.code_verifier, "redirect_uri": BACK}
    if wrong == "twice":
        finish_consent(code, **right)
    changed = {"verifier": {"code_verifier": "x" * 64}, "redirect": {"redirect_uri": "http://testserver/elsewhere/"}}

    with pytest.raises(VendorError) as caught:
        finish_consent("4/forged" if wrong == "code" else code, **(right | changed.get(wrong, {})))

    assert not caught.value.retryable
    assert len(store.all("google_grant")) == (wrong == "twice")


def test_access_for_an_hour_alone_is_not_taken_for_a_connection(client, consent):
    without = Consent(consent.address.replace("access_type=offline", "access_type=online"), consent.state, "")

    with pytest.raises(ConsentFailed) as caught:
        finish_consent(
            code_of(decide(client, without), consent.state), code_verifier=consent.code_verifier, redirect_uri=BACK
        )

    assert caught.value.kind == "not_lasting"


@contextmanager
def silence() -> Iterator[str]:
    """Somebody who takes every call and never says a word; their address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


PAGE = b"<html>Please sign in to the network</html>"
STEPS = {
    "finish": lambda: finish_consent("4/code", code_verifier="v", redirect_uri=BACK),
    "refresh": lambda: refresh_access(google_account.SAMPLE_REFRESH_TOKEN, timeout=0.2),
    "revoke": lambda: revoke_access(google_account.SAMPLE_REFRESH_TOKEN, timeout=0.2),
}


@pytest.mark.parametrize(
    ("step", "weather"),
    [
        ("finish", lambda: refusing(503, b"{}")),
        ("revoke", lambda: refusing(503, b"{}")),
        ("finish", lambda: refusing(200, PAGE)),
        ("refresh", lambda: refusing(200, PAGE)),
        ("refresh", silence),
        ("revoke", silence),
        ("finish", lambda: nullcontext("http://127.0.0.1:1")),
        ("refresh", lambda: nullcontext("http://127.0.0.1:1")),
        ("revoke", lambda: nullcontext("http://127.0.0.1:1")),
    ],
)
def test_each_step_survives_bad_weather_as_a_retryable_error(google_by_hand, settings, step, weather):
    with weather() as address:
        settings.GOOGLE_OAUTH_BASE = address
        with pytest.raises(VendorError) as caught:
            STEPS[step]()

    assert caught.value.retryable
    assert not isinstance(caught.value, GrantRevoked | ConsentFailed)


def test_a_wrong_client_secret_connects_nothing_and_is_final(client, consent, settings):
    code = code_of(decide(client, consent), consent.state)

    with refusing(401, b'{"error": "invalid_client", "error_description": "Unauthorized"}') as address:
        settings.GOOGLE_OAUTH_BASE = address
        with pytest.raises(VendorError, match="client id, secret or address") as caught:
            finish_consent(code, code_verifier=consent.code_verifier, redirect_uri=BACK)

    assert not caught.value.retryable


# --- Keeping it, and ending it --------------------------------------------------------------------------------------


def test_an_access_token_can_be_made_ahead_of_its_need(google):
    access = refresh_access(google_account.SAMPLE_REFRESH_TOKEN)

    calendar_client(google_account.SAMPLE_REFRESH_TOKEN, access.token, expires_at=access.expires_at).calendars()

    assert list(store.all("google_access")) == [access.token]
    assert timedelta(minutes=58) < access.expires_at - datetime.now(UTC) < timedelta(hours=1)


def test_a_token_whose_end_is_near_is_replaced_before_it_is_used(google):
    access = refresh_access(google_account.SAMPLE_REFRESH_TOKEN)

    calendar = calendar_client(
        google_account.SAMPLE_REFRESH_TOKEN, access.token, expires_at=datetime.now(UTC) + timedelta(seconds=5)
    )
    calendar.calendars()

    assert calendar.access_token != access.token
    assert calendar.access_expires_at is not None
    assert calendar.access_expires_at > access.expires_at - timedelta(seconds=1)


def test_a_token_that_ended_early_is_replaced_once(google):
    access = refresh_access(google_account.SAMPLE_REFRESH_TOKEN)
    google_account.expire_access()

    calendar = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, access.token, expires_at=access.expires_at)

    assert calendar.blocked_spans(["primary"], START, START + timedelta(hours=1)) == []
    assert list(store.all("google_access")) == [access.token, calendar.access_token]


def test_tokens_that_end_at_once_are_refused_after_one_renewal(google):
    google_switches.turn(access_seconds=0)
    began = time.monotonic()

    with pytest.raises(VendorError, match="refused with 401"):
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN).delete_event("primary", EVENT.id)

    assert len(store.all("google_access")) <= 3  # the first, one that had ended by the clock, one that was refused
    assert time.monotonic() - began < 10


def test_a_grant_that_was_revoked_is_told_by_the_refresh(google):
    google_account.remove_access()

    with pytest.raises(GrantRevoked):
        refresh_access(google_account.SAMPLE_REFRESH_TOKEN)


def test_revoking_ends_every_token_and_may_be_repeated(google):
    access = refresh_access(google_account.SAMPLE_REFRESH_TOKEN)

    revoke_access(google_account.SAMPLE_REFRESH_TOKEN)
    revoke_access(google_account.SAMPLE_REFRESH_TOKEN)
    revoke_access("never a token")

    with pytest.raises(GrantRevoked):
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN, access.token).calendars()


def test_a_grant_from_before_the_list_was_needed_is_told_to_be_too_narrow(google):
    store.put("google_grant", "1//old", {"scope": EVENTS, "revoked": False})

    with pytest.raises(AccessTooNarrow, match="connect again") as caught:
        calendar_client("1//old").calendars()

    assert not caught.value.retryable
    assert calendar_client("1//old").blocked_spans(["primary"], START, START + timedelta(hours=1)) == []
