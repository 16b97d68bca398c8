"""The calendar adapter, through Google's own libraries, against the sandbox over HTTP."""

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
import requests
from django.test import Client

from integrations.calendars import CalendarEvent, GoogleCalendar, GrantRevoked, calendar_client, google_calendar
from integrations.errors import VendorError
from integrations.sandbox import faults, google_account, google_events, store
from tests.contracts.server import refusing, serving

START = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
EVENT = CalendarEvent(
    id="0123456789abcdef0123456789abcdef",
    title="Session with A. B.",
    starts_at=START,
    ends_at=START + timedelta(minutes=50),
    time_zone="Europe/Berlin",
    description="Opens in the workspace.",
    wants_meet=True,
    booking_reference="booking-1",
)


@pytest.fixture(autouse=True)
def google(live_server, settings, tmp_path) -> str:
    """The sandbox's Google, with a memory of its own; its base address."""
    base = f"{live_server.url}/sandbox/google"
    settings.VAR_DIR = tmp_path
    settings.GOOGLE_API_BASE = base
    settings.GOOGLE_OAUTH_BASE = f"{base}/oauth"
    settings.GOOGLE_CLIENT_ID = "sandbox-client"
    settings.GOOGLE_CLIENT_SECRET = "sandbox-secret"
    return base


@pytest.fixture
def client(google) -> GoogleCalendar:
    return calendar_client(google_account.SAMPLE_REFRESH_TOKEN)


def standing() -> list[store.Document]:
    """Every event of the account that is not deleted."""
    return [event for event in store.all(google_events.KIND).values() if event["status"] != "cancelled"]


def change(**fields: object) -> None:
    """What somebody else did to the event meanwhile."""
    store.update(google_events.KIND, EVENT.id, lambda event: event | fields)


def test_an_event_that_is_put_stands_in_the_calendar_as_asked(client):
    client.put_event("primary", EVENT)

    (event,) = standing()
    assert event["summary"] == "Session with A. B."
    assert google_events.span(event) == (START, START + timedelta(minutes=50))
    assert event["start"]["timeZone"] == "Europe/Berlin"
    assert event["extendedProperties"] == {"private": {"booking": "booking-1"}}


def test_nobody_is_ever_invited(client):
    client.put_event("primary", EVENT)
    client.put_event("primary", EVENT)

    assert "attendees" not in standing()[0]


def test_a_virtual_session_gets_a_meet_link(client):
    pushed = client.put_event("primary", EVENT)

    assert pushed.id == EVENT.id
    assert pushed.meet_link == standing()[0]["hangoutLink"]
    assert pushed.meet_link.startswith("https://meet.google.com/")


def test_a_session_in_the_room_gets_no_conference(client):
    pushed = client.put_event("primary", replace(EVENT, wants_meet=False))

    assert pushed.meet_link == ""
    assert "conferenceData" not in standing()[0]


def test_putting_an_event_twice_leaves_one_with_the_same_link(client):
    first = client.put_event("primary", EVENT)
    second = client.put_event("primary", EVENT)

    assert second == first
    assert len(standing()) == 1


def test_putting_a_moved_session_moves_the_event_and_keeps_its_link(client):
    first = client.put_event("primary", EVENT)
    moved = replace(EVENT, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, minutes=50))

    assert client.put_event("primary", moved) == first
    (event,) = standing()
    assert google_events.span(event)[0] == START + timedelta(days=1)


def test_an_event_that_was_deleted_comes_back(client):
    client.put_event("primary", EVENT)
    client.delete_event("primary", EVENT.id)
    assert standing() == []

    pushed = client.put_event("primary", EVENT)

    assert pushed.meet_link
    assert len(standing()) == 1


def test_an_event_dragged_to_all_day_is_put_back_to_its_time(client):
    client.put_event("primary", EVENT)
    change(start={"date": "2026-12-02"}, end={"date": "2026-12-03"})

    client.put_event("primary", EVENT)

    assert google_events.span(standing()[0]) == (EVENT.starts_at, EVENT.ends_at)


def test_a_session_that_moves_from_meet_to_the_phone_loses_its_conference(client):
    client.put_event("primary", EVENT)

    assert client.put_event("primary", replace(EVENT, wants_meet=False)).meet_link == ""
    assert "conferenceData" not in standing()[0]
    assert "hangoutLink" not in standing()[0]


def test_a_session_that_moves_from_the_phone_to_meet_gains_a_conference(client):
    client.put_event("primary", replace(EVENT, wants_meet=False))

    assert client.put_event("primary", EVENT).meet_link


def test_a_pending_conference_has_no_link_yet_and_is_not_asked_for_again(client):
    link = client.put_event("primary", EVENT).meet_link
    ready = standing()[0]["conferenceData"]
    pending = {"createRequest": ready["createRequest"] | {"status": {"statusCode": "pending"}}}
    change(conferenceData=pending, hangoutLink=None)

    assert client.put_event("primary", EVENT).meet_link == ""
    assert standing()[0]["conferenceData"] == pending

    change(conferenceData=ready)
    assert client.put_event("primary", EVENT).meet_link == link


def test_a_conference_that_failed_is_asked_for_again_under_another_request_id(client):
    client.put_event("primary", EVENT)
    request = standing()[0]["conferenceData"]["createRequest"]
    change(conferenceData={"createRequest": request | {"status": {"statusCode": "failure"}}}, hangoutLink=None)

    assert client.put_event("primary", EVENT).meet_link
    assert standing()[0]["conferenceData"]["createRequest"]["requestId"] != request["requestId"]


def test_deleting_leaves_other_events_alone(client):
    other = replace(EVENT, id="ffffffffffffffff")
    client.put_event("primary", EVENT)
    client.put_event("primary", other)

    client.delete_event("primary", EVENT.id)

    assert [event["id"] for event in standing()] == [other.id]


@pytest.mark.parametrize("already", ["deleted", "never there"])
def test_deleting_what_is_not_there_is_done(client, already):
    if already == "deleted":
        client.put_event("primary", EVENT)
        client.delete_event("primary", EVENT.id)

    client.delete_event("primary", EVENT.id)

    assert standing() == []


def test_an_answer_lost_after_the_insert_leaves_one_event_and_no_error(google, settings):
    """httplib2 sends the POST again by itself when the connection closes before the answer."""
    inserts = []

    class LosingTheFirstAnswer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = requests.request(self.command, google + self.path, data=body, headers=self.headers, timeout=5)
            if self.command == "POST":
                inserts.append(answer.status_code)
                if len(inserts) == 1:
                    return
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_PATCH = do_POST  # noqa: N815  (the names that http.server looks for)

        def log_message(self, *args: object) -> None: ...

    with serving(LosingTheFirstAnswer) as address:
        settings.GOOGLE_API_BASE = address
        pushed = calendar_client(google_account.SAMPLE_REFRESH_TOKEN).put_event("primary", EVENT)

    assert inserts == [200, 409]
    assert len(standing()) == 1
    assert pushed.meet_link == standing()[0]["hangoutLink"]


def test_a_stale_access_token_is_replaced_without_a_word(google):
    client = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, "ya29.long-gone")

    assert client.put_event("primary", EVENT).meet_link
    assert client.access_token not in {"", "ya29.long-gone"}


def test_a_kept_access_token_saves_the_refresh(client):
    client.put_event("primary", EVENT)
    kept = client.access_token

    calendar_client(google_account.SAMPLE_REFRESH_TOKEN, kept).delete_event("primary", EVENT.id)

    assert list(store.all("google_access")) == [kept]


def test_a_withdrawn_grant_is_told_apart_and_not_retried(client):
    google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN)

    with pytest.raises(GrantRevoked) as caught:
        client.put_event("primary", EVENT)

    assert not caught.value.retryable
    assert standing() == []


def test_a_grant_withdrawn_within_the_hour_is_noticed_at_once(client):
    client.put_event("primary", EVENT)
    google_account.revoke(client.access_token)

    with pytest.raises(GrantRevoked):
        client.delete_event("primary", EVENT.id)
    assert len(standing()) == 1


def test_a_wrong_client_secret_is_no_withdrawn_grant(settings, google):
    settings.GOOGLE_CLIENT_SECRET = "wrong"
    client = calendar_client(google_account.SAMPLE_REFRESH_TOKEN)
    settings.GOOGLE_CLIENT_SECRET = "sandbox-secret"  # what Google knows

    with pytest.raises(VendorError) as caught:
        client.put_event("primary", EVENT)

    assert not isinstance(caught.value, GrantRevoked)
    assert not caught.value.retryable


def test_an_outage_is_retryable_and_leaves_nothing(client):
    kept = google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)["access_token"]
    faults.set_fault("google", "down")

    with pytest.raises(VendorError) as caught:
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN, kept).put_event("primary", EVENT)

    assert caught.value.retryable
    assert standing() == []


def test_a_time_out_is_retryable(monkeypatch, google):
    monkeypatch.setattr(google_calendar, "TIMEOUT_SECONDS", 0.2)
    faults.set_fault("google", "slow", 0.6)

    with pytest.raises(VendorError) as caught:
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN).put_event("primary", EVENT)

    assert caught.value.retryable
    time.sleep(0.6)  # let the slow answer end within this test


def test_an_address_where_nobody_listens_is_retryable(settings, google):
    settings.GOOGLE_API_BASE = "http://127.0.0.1:1"

    with pytest.raises(VendorError) as caught:
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN).put_event("primary", EVENT)

    assert caught.value.retryable


def test_an_unknown_calendar_is_final_and_its_address_is_in_no_log(client):
    calendar_id = "somebody" + "@example.net"  # apart, since a traceback quotes the source
    with pytest.raises(VendorError) as caught:
        client.put_event(calendar_id, EVENT)

    assert not caught.value.retryable
    assert calendar_id not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (403, "rateLimitExceeded", True),
        (403, "userRateLimitExceeded", True),
        (403, "quotaExceeded", True),
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
            calendar_client(google_account.SAMPLE_REFRESH_TOKEN).put_event("primary", EVENT)

    assert caught.value.retryable is retryable


@pytest.fixture
def browser(google) -> Client:
    return Client()


# --- The stand-in is as strict as Google ------------------------------------------------------------------------


@pytest.fixture
def ask(google) -> Callable[..., requests.Response]:
    """Call the events of the primary calendar without our adapter."""
    token = google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)["access_token"]

    def call(method: str, path: str = "", **arguments: object) -> requests.Response:
        address = f"{google}/calendar/v3/calendars/primary/events{path}"
        return requests.request(
            method,
            address,
            headers={"Authorization": f"Bearer {token}"},
            timeout=5,
            **arguments,  # type: ignore[arg-type]
        )

    return call


def timed(**more: object) -> store.Document:
    start, end = START.isoformat(), (START + timedelta(hours=1)).isoformat()
    return {"start": {"dateTime": start}, "end": {"dateTime": end}} | more


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (timed(titel="x"), "badRequest"),
        (timed(start={"dateTime": START.isoformat(), "zone": "UTC"}), "badRequest"),
        (timed(summary=5), "badRequest"),
        (timed(id="not-hex-32!"), "invalid"),
        (timed(id="abc"), "invalid"),
        ({"start": {"dateTime": START.isoformat()}}, "required"),
        (timed(start={"dateTime": "2026-12-01T10:00:00"}), "required"),
        (timed(start={"date": "2026-12-01"}), "invalid"),
        (timed(start={"dateTime": (START + timedelta(hours=2)).isoformat()}), "timeRangeEmpty"),
    ],
)
def test_the_stand_in_refuses_what_google_refuses(ask, body, reason):
    answer = ask("POST", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["reason"] == reason
    assert standing() == []


def test_the_stand_in_ignores_a_conference_without_its_version(ask):
    request = {"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}

    assert "conferenceData" not in ask("POST", json=timed(conferenceData=request)).json()
    assert (
        "conferenceData" in ask("POST", json=timed(conferenceData=request), params={"conferenceDataVersion": 1}).json()
    )


def test_the_stand_in_answers_401_to_an_unknown_bearer(google):
    answer = requests.get(
        f"{google}/calendar/v3/calendars/primary/events", headers={"Authorization": "Bearer x"}, timeout=5
    )

    assert answer.status_code == 401
    assert answer.json()["error"]["errors"][0]["reason"] == "authError"


def test_the_stand_in_answers_410_when_deleted_again(ask):
    event_id = ask("POST", json=timed()).json()["id"]

    assert [ask("DELETE", f"/{event_id}").status_code for _ in range(2)] == [204, 410]
    assert ask("GET", f"/{event_id}").json()["status"] == "cancelled"
    assert ask("DELETE", "/neverthere").status_code == 404


def test_the_stand_in_lists_by_page_within_exclusive_bounds(ask):
    hours = [START + timedelta(hours=n) for n in range(5)]
    for at in reversed(hours):
        edges = {"start": {"dateTime": at.isoformat()}, "end": {"dateTime": (at + timedelta(hours=1)).isoformat()}}
        ask("POST", json=edges)
    bounds = {"timeMin": hours[1].isoformat(), "timeMax": hours[4].isoformat()}
    asked = bounds | {"singleEvents": "true", "orderBy": "startTime", "maxResults": 2}

    first = ask("GET", params=asked).json()
    second = ask("GET", params=asked | {"pageToken": first["nextPageToken"]}).json()

    found = [google_events.span(event)[0] for event in first["items"] + second["items"]]
    assert found == hours[1:4]
    assert "nextPageToken" not in second
    assert ask("GET", params={"timeMin": "2026-12-01T10:00:00"}).status_code == 400


def test_a_personal_event_can_be_added_and_deleted_by_hand(browser):
    address = "/sandbox/google/calendar/"
    form = {
        "title": "Dentist",
        "starts_at": "2026-12-02T09:00",
        "ends_at": "2026-12-02T10:00",
        "transparency": "opaque",
    }

    added = browser.post(address, form, follow=True)
    (event,) = standing()
    deleted = browser.post(f"{address}{event['id']}/delete/", follow=True)

    assert "Dentist" in added.content.decode()
    assert google_events.span(event)[0] == datetime(2026, 12, 2, 9, tzinfo=UTC)
    assert "Dentist" not in deleted.content.decode()
    assert standing() == []


def test_a_personal_event_that_ends_before_it_starts_is_not_added(browser):
    form = {"title": "x", "starts_at": "2026-12-02T09:00", "ends_at": "2026-12-02T08:00", "transparency": "free"}

    assert browser.post("/sandbox/google/calendar/", form).status_code == 422
    assert standing() == []
