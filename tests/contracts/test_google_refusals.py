"""Tokens that run out, grants that are withdrawn, outages: what the calendar adapter makes of Google's refusals."""

import json
import traceback

import pytest

from integrations.calendars import HURRIED, GrantRevoked, calendar_client
from integrations.errors import VendorError
from integrations.sandbox import faults, google_account, store
from tests.contracts.google_door import EVENT, slow, standing
from tests.contracts.server import refusing


def test_a_stale_access_token_is_replaced_without_a_word(google):
    calendar = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, "ya29.long-gone")

    assert calendar.put_event("primary", EVENT).meet_link
    assert calendar.access_token not in {"", "ya29.long-gone"}


def test_a_kept_access_token_saves_the_refresh(calendar):
    calendar.put_event("primary", EVENT)
    kept = calendar.access_token

    calendar_client(google_account.SAMPLE_REFRESH_TOKEN, kept).delete_event("primary", EVENT.id)

    assert list(store.all("google_access")) == [kept]


def test_a_withdrawn_grant_is_told_apart_and_not_retried(calendar):
    google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN)

    with pytest.raises(GrantRevoked) as caught:
        calendar.put_event("primary", EVENT)

    assert not caught.value.retryable
    assert standing() == []


def test_a_grant_withdrawn_within_the_hour_is_noticed_at_once(calendar):
    calendar.put_event("primary", EVENT)
    google_account.revoke(calendar.access_token)

    with pytest.raises(GrantRevoked):
        calendar.delete_event("primary", EVENT.id)
    assert len(standing()) == 1


def test_a_wrong_client_secret_is_no_withdrawn_grant(settings, google):
    settings.GOOGLE_CLIENT_SECRET = "wrong"
    calendar = calendar_client(google_account.SAMPLE_REFRESH_TOKEN)
    settings.GOOGLE_CLIENT_SECRET = "sandbox-secret"  # what Google knows

    with pytest.raises(VendorError) as caught:
        calendar.put_event("primary", EVENT)

    assert not isinstance(caught.value, GrantRevoked)
    assert not caught.value.retryable


def test_an_outage_is_retryable_and_leaves_nothing(calendar):
    kept = google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)["access_token"]
    faults.set_fault("google", "down")

    with pytest.raises(VendorError) as caught:
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN, kept, patience=HURRIED).put_event("primary", EVENT)

    assert caught.value.retryable
    assert standing() == []


def test_a_time_out_is_retryable(google):
    with slow(5), pytest.raises(VendorError) as caught:
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN, timeout=0.2, patience=HURRIED).put_event("primary", EVENT)

    assert caught.value.retryable


def test_an_address_where_nobody_listens_is_retryable(settings, google):
    settings.GOOGLE_API_BASE = "http://127.0.0.1:1"

    with pytest.raises(VendorError) as caught:
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN, patience=HURRIED).put_event("primary", EVENT)

    assert caught.value.retryable


def test_an_unknown_calendar_is_final_and_its_address_is_in_no_log(calendar):
    calendar_id = "somebody" + "@example.net"  # apart, since a traceback quotes the source
    with pytest.raises(VendorError) as caught:
        calendar.put_event(calendar_id, EVENT)

    assert not caught.value.retryable
    assert calendar_id not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (403, "rateLimitExceeded", True),
        (403, "userRateLimitExceeded", True),
        (403, "quotaExceeded", True),
        (403, "dailyLimitExceeded", True),
        (403, "insufficientPermissions", False),
        (403, "forbidden", False),
        (429, "rateLimitExceeded", True),
        (500, "backendError", True),
        (400, "badRequest", False),
        (200, None, True),
    ],
)
def test_each_refusal_is_judged_for_a_retry(status, reason, retryable, settings, google):
    """Recorded in the guide "Handle API errors"; the 200 is a page of somebody in between."""
    error = {"errors": [{"domain": "global", "reason": reason, "message": "m"}], "code": status, "message": "m"}
    body = json.dumps({"error": error}).encode() if reason else b"<html>Please sign in to the network</html>"

    with refusing(status, body) as address:
        settings.GOOGLE_API_BASE = address
        with pytest.raises(VendorError) as caught:
            calendar_client(google_account.SAMPLE_REFRESH_TOKEN, patience=HURRIED).put_event("primary", EVENT)

    assert caught.value.retryable is retryable
