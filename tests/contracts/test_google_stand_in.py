"""The sandbox's Calendar API is as strict as Google's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from integrations.sandbox import (
    google_account,
    google_calendars,
    google_conferences,
    google_events,
    google_switches,
    store,
)
from tests.contracts.google_door import START, standing


@pytest.fixture
def ask(google) -> Callable[..., requests.Response]:
    """Call the events of the primary calendar without our adapter."""
    token = google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)["access_token"]

    def call(method: str, path: str = "", **arguments: object) -> requests.Response:
        below = path if path.startswith("/users/") else f"/calendars/primary/events{path}"
        address = f"{google}/calendar/v3{below}"
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


def test_the_stand_in_answers_with_the_fields_that_were_asked_for_alone(ask):
    ask("POST", json=timed(id="abcde", summary="Dentist", description="Upper left", location="Lisbon"))

    answer = ask("GET", params={"fields": "timeZone,items(id,start/dateTime,attendees(self))"}).json()

    event = {"id": "abcde", "start": {"dateTime": "2026-12-01T10:00:00Z"}}
    assert answer == {"timeZone": "Europe/Lisbon", "items": [event]}


@pytest.mark.parametrize("fields", ["items(id,summry)", "items/start/day", "items(id", "id)", "items//id", ""])
def test_the_stand_in_refuses_a_field_that_google_does_not_know(ask, fields):
    answer = ask("GET", params={"fields": fields})

    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["reason"] == "invalidParameter"


def test_the_stand_in_lists_a_deleted_event_only_where_it_is_asked_to(ask):
    event_id = ask("POST", json=timed()).json()["id"]
    ask("DELETE", f"/{event_id}")

    assert ask("GET").json()["items"] == []
    (shown,) = ask("GET", params={"showDeleted": "true"}).json()["items"]
    assert (shown["id"], shown["status"]) == (event_id, "cancelled")


def test_the_stand_in_says_itself_which_guest_is_the_owner_of_the_calendar(ask):
    guests = [{"email": "host@example.org", "self": True}, {"email": google_account.ACCOUNT}]

    answer = ask("POST", json=timed(attendees=guests)).json()

    assert answer["attendees"] == [{"email": "host@example.org"}, {"email": google_account.ACCOUNT, "self": True}]


def test_the_stand_in_says_no_for_load_as_often_as_it_was_told_in_googles_words(ask):
    google_switches.turn(refusal="rateLimitExceeded", refusals_left=2)

    answers = [ask("GET") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [403, 403, 200]
    error = answers[0].json()["error"]["errors"][0]
    assert (error["domain"], error["reason"]) == ("usageLimits", "rateLimitExceeded")


def test_the_stand_in_lists_its_calendars_by_page_and_hides_what_is_hidden(ask):
    def listed(**asked: str) -> list[str]:
        return [entry["id"] for entry in ask("GET", "/users/me/calendarList", params=asked).json()["items"]]

    primary, family, choir = google_calendars.ENTRIES
    assert listed() == [primary, family]
    assert listed(showHidden="true") == [primary, family, choir]
    assert listed(showHidden="true", maxResults="1") == [primary]

    google_calendars.delete(family)
    assert listed() == [primary]


@pytest.mark.parametrize(
    ("asked", "status"), [({"showHiden": "true"}, 400), ({"maxResults": "0"}, 400), ({"fields": "items(name)"}, 400)]
)
def test_the_stand_in_refuses_a_list_that_google_does_not_know(ask, asked, status):
    assert ask("GET", "/users/me/calendarList", params=asked).status_code == status


def test_the_stand_in_wants_the_scope_that_the_method_wants(google):
    store.put(
        "google_grant", "1//events", {"scope": "https://www.googleapis.com/auth/calendar.events", "revoked": False}
    )
    token = google_account.refresh("1//events")["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    answer = requests.get(f"{google}/calendar/v3/users/me/calendarList", headers=headers, timeout=5)

    assert answer.status_code == 403
    assert answer.json()["error"]["errors"][0]["reason"] == "insufficientPermissions"


def test_the_stand_in_names_the_owner_alone_where_there_are_more_guests_than_asked_for(ask):
    guests = [{"email": "host@example.org"}, {"email": google_account.ACCOUNT, "responseStatus": "declined"}]
    ask("POST", json=timed(attendees=guests))

    (event,) = ask("GET", params={"maxAttendees": 1}).json()["items"]

    assert event["attendees"] == [{"email": google_account.ACCOUNT, "responseStatus": "declined", "self": True}]
    assert event["attendeesOmitted"] is True


def test_the_stand_in_never_changes_what_kind_of_event_it_is(ask):
    event_id = ask("POST", json=timed(eventType="focusTime")).json()["id"]

    assert ask("PATCH", f"/{event_id}", json={"eventType": "default"}).json()["eventType"] == "focusTime"


# --- Its switches, by hand ------------------------------------------------------------------------------------------

CONTROL = "/sandbox/control/"
MOODS = {"page_size": "2", "access_seconds": "60", "refusal": "quotaExceeded", "refusals_left": "3", "links_wait": "on"}


def test_the_moods_of_google_are_set_and_shown_by_hand(google_by_hand, client):
    page = client.post(CONTROL, MOODS, follow=True)

    assert page.status_code == 200
    assert google_switches.switches() == google_switches.Switches(2, 60, "quotaExceeded", 3, links_wait=True)
    assert '<option value="quotaExceeded" selected>' in page.content.decode()


@pytest.mark.parametrize(
    "wrong", [{"page_size": "-1"}, {"access_seconds": "4000"}, {"refusal": "rain"}, {"refusals_left": "many"}]
)
def test_a_mood_that_is_none_is_not_set(google_by_hand, client, wrong):
    assert client.post(CONTROL, MOODS | wrong).status_code == 400
    assert google_switches.switches() == google_switches.Switches()


def test_links_that_wait_are_made_once_they_need_wait_no_longer(google_by_hand, client):
    google_switches.turn(links_wait=True)
    request = {"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    event = google_events.insert(timed(conferenceData=request), conference=True)
    assert "hangoutLink" not in event

    client.post(CONTROL, {name: value for name, value in MOODS.items() if name != "links_wait"})

    assert google_events.get(event["id"])["hangoutLink"].startswith("https://meet.google.com/")
    google_conferences.finish()
    assert google_events.get(event["id"])["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}


def test_every_access_token_ends_by_hand_and_the_grant_goes_on(google_by_hand, client):
    token = google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)["access_token"]

    client.post(CONTROL, {"expire": "1"})

    assert google_account.scopes_of(token) is None
    assert google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)["access_token"] != token
