"""Sessions in the therapist's calendar: the adapter, through Google's own libraries, against the sandbox over HTTP."""

from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
import requests

from integrations.calendars import calendar_client
from integrations.sandbox import google_account, google_conferences, google_events, google_switches
from tests.contracts.google_door import EVENT, START, change, standing
from tests.contracts.server import serving


def test_an_event_that_is_put_stands_in_the_calendar_as_asked(calendar):
    calendar.put_event("primary", EVENT)

    (event,) = standing()
    assert event["summary"] == "Session with A. B."
    assert google_events.span(event) == (START, START + timedelta(minutes=50))
    assert event["start"]["timeZone"] == "Europe/Berlin"
    assert event["extendedProperties"] == {"private": {"threshold_booking": "booking-1", "threshold_event": EVENT.id}}


def test_nobody_is_ever_invited(calendar):
    calendar.put_event("primary", EVENT)
    calendar.put_event("primary", EVENT)

    assert "attendees" not in standing()[0]


def test_a_virtual_session_gets_a_meet_link(calendar):
    pushed = calendar.put_event("primary", EVENT)

    assert pushed.id == EVENT.id
    assert pushed.meet_link == standing()[0]["hangoutLink"]
    assert pushed.meet_link.startswith("https://meet.google.com/")


def test_a_session_in_the_room_gets_no_conference(calendar):
    pushed = calendar.put_event("primary", replace(EVENT, wants_meet=False))

    assert pushed.meet_link == ""
    assert "conferenceData" not in standing()[0]


def test_putting_an_event_twice_leaves_one_with_the_same_link(calendar):
    first = calendar.put_event("primary", EVENT)
    second = calendar.put_event("primary", EVENT)

    assert second == first
    assert len(standing()) == 1


def test_putting_a_moved_session_moves_the_event_and_keeps_its_link(calendar):
    first = calendar.put_event("primary", EVENT)
    moved = replace(EVENT, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, minutes=50))

    assert calendar.put_event("primary", moved) == first
    (event,) = standing()
    assert google_events.span(event)[0] == START + timedelta(days=1)


def test_an_event_that_was_deleted_comes_back(calendar):
    calendar.put_event("primary", EVENT)
    calendar.delete_event("primary", EVENT.id)
    assert standing() == []

    pushed = calendar.put_event("primary", EVENT)

    assert pushed.meet_link
    assert len(standing()) == 1


def test_an_event_dragged_to_all_day_is_put_back_to_its_time(calendar):
    calendar.put_event("primary", EVENT)
    change(start={"date": "2026-12-02"}, end={"date": "2026-12-03"})

    calendar.put_event("primary", EVENT)

    assert google_events.span(standing()[0]) == (EVENT.starts_at, EVENT.ends_at)


HERS = {
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
    "colorId": "11",
    "location": "Room 2",
    "attendees": [{"email": "supervisor@example.org", "responseStatus": "accepted", "comment": "I shall be late"}],
    "guestsCanModify": True,
    "attachments": [{"fileUrl": "https://drive.example.org/plan"}],
}


def test_what_she_and_her_guests_set_on_an_event_stays_when_the_session_moves(calendar):
    calendar.put_event("primary", EVENT)
    change(**HERS, extendedProperties={"private": {"colour": "red"}, "shared": {"team": "1"}})

    calendar.put_event("primary", replace(EVENT, ends_at=EVENT.ends_at + timedelta(minutes=30)))

    (event,) = standing()
    assert {name: event[name] for name in HERS} == HERS
    assert event["extendedProperties"]["shared"] == {"team": "1"}
    assert event["extendedProperties"]["private"]["colour"] == "red"
    assert event["extendedProperties"]["private"]["threshold_event"] == EVENT.id
    assert google_events.span(event)[1] == EVENT.ends_at + timedelta(minutes=30)


def test_what_she_wrote_around_the_description_stays_and_what_she_emptied_comes_back(calendar):
    calendar.put_event("primary", EVENT)
    change(description=f"Bring the letter.\n{EVENT.description}")
    calendar.put_event("primary", EVENT)
    assert standing()[0]["description"] == f"Bring the letter.\n{EVENT.description}"

    change(description="")
    calendar.put_event("primary", EVENT)
    assert standing()[0]["description"] == EVENT.description


def test_a_session_that_moves_from_meet_to_the_phone_loses_its_conference(calendar):
    calendar.put_event("primary", EVENT)

    assert calendar.put_event("primary", replace(EVENT, wants_meet=False)).meet_link == ""
    assert "conferenceData" not in standing()[0]
    assert "hangoutLink" not in standing()[0]


def test_a_session_that_moves_from_the_phone_to_meet_gains_a_conference(calendar):
    calendar.put_event("primary", replace(EVENT, wants_meet=False))

    assert calendar.put_event("primary", EVENT).meet_link


def test_a_pending_conference_has_no_link_yet_and_is_not_asked_for_again(calendar):
    link = calendar.put_event("primary", EVENT).meet_link
    ready = standing()[0]["conferenceData"]
    pending = {"createRequest": ready["createRequest"] | {"status": {"statusCode": "pending"}}}
    change(conferenceData=pending, hangoutLink=None)

    assert calendar.put_event("primary", EVENT).meet_link == ""
    assert standing()[0]["conferenceData"] == pending

    change(conferenceData=ready)
    assert calendar.put_event("primary", EVENT).meet_link == link


def test_a_link_that_google_makes_later_is_learnt_later_by_push_and_by_pull(calendar):
    google_switches.turn(links_wait=True)
    assert calendar.put_event("primary", EVENT).meet_link == ""
    assert calendar.put_event("primary", EVENT).meet_link == ""

    google_switches.turn(links_wait=False)
    google_conferences.finish()

    link = calendar.put_event("primary", EVENT).meet_link
    ((own,),) = (page.own for page in calendar.pull(["primary"], START, START + timedelta(hours=1)))
    assert link.startswith("https://meet.google.com/")
    assert own.meet_link == link


def test_a_conference_that_failed_is_asked_for_again_under_another_request_id(calendar):
    calendar.put_event("primary", EVENT)
    request = standing()[0]["conferenceData"]["createRequest"]
    change(conferenceData={"createRequest": request | {"status": {"statusCode": "failure"}}}, hangoutLink=None)

    assert calendar.put_event("primary", EVENT).meet_link
    assert standing()[0]["conferenceData"]["createRequest"]["requestId"] != request["requestId"]


def test_deleting_leaves_other_events_alone(calendar):
    other = replace(EVENT, id="ffffffffffffffff")
    calendar.put_event("primary", EVENT)
    calendar.put_event("primary", other)

    calendar.delete_event("primary", EVENT.id)

    assert [event["id"] for event in standing()] == [other.id]


@pytest.mark.parametrize("already", ["deleted", "never there"])
def test_deleting_what_is_not_there_is_done(calendar, already):
    if already == "deleted":
        calendar.put_event("primary", EVENT)
        calendar.delete_event("primary", EVENT.id)

    calendar.delete_event("primary", EVENT.id)

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
