"""The sandbox's little calendar, where a person lays personal events in by hand."""

import re
from datetime import UTC, datetime

import pytest

from integrations.sandbox import google_events
from tests.contracts.google_door import lay, standing

pytestmark = pytest.mark.usefixtures("google")

PAGE = "/sandbox/google/calendar/"
APPOINTMENT = {
    "title": "Dentist",
    "starts_at": "2026-12-02T09:00",
    "ends_at": "2026-12-02T10:00",
    "transparency": "opaque",
}
HOLIDAY = {"title": "Holiday", "first_day": "2026-10-24", "last_day": "2026-10-25", "transparency": "opaque"}


def rows(page) -> list[str]:
    """What the page shows of each event, in words."""
    cells = re.findall(r"<tr>\s*<td>.*?</tr>", page.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in cells]


def test_an_appointment_added_by_hand_stands_at_the_time_of_the_calendars_zone(client):
    in_summer = APPOINTMENT | {"starts_at": "2026-07-02T09:00", "ends_at": "2026-07-02T10:00"}

    page = client.post(PAGE, in_summer, follow=True)

    (event,) = standing()
    assert google_events.span(event)[0] == datetime(2026, 7, 2, 8, tzinfo=UTC)
    assert rows(page) == ["09:00 to 10:00 Dentist Busy Delete Dentist"]


def test_whole_days_added_by_hand_include_the_last(client):
    page = client.post(PAGE, HOLIDAY, follow=True)

    (event,) = standing()
    assert (event["start"], event["end"]) == ({"date": "2026-10-24"}, {"date": "2026-10-26"})
    assert rows(page) == ["All day, 24 Oct to 25 Oct Holiday Busy Delete Holiday"]


def test_an_event_shown_as_free_is_transparent(client):
    page = client.post(PAGE, HOLIDAY | {"transparency": "transparent"}, follow=True)

    assert standing()[0]["transparency"] == "transparent"
    assert rows(page) == ["All day, 24 Oct to 25 Oct Holiday Free Delete Holiday"]


def test_a_declined_invitation_is_declined_by_the_owner_and_by_nobody_else(client):
    page = client.post(PAGE, APPOINTMENT | {"transparency": "declined"}, follow=True)

    (event,) = standing()
    assert [guest["responseStatus"] for guest in event["attendees"] if guest.get("self")] == ["declined"]
    assert [guest["responseStatus"] for guest in event["attendees"] if not guest.get("self")] == ["accepted"]
    assert rows(page) == ["09:00 to 10:00 Dentist Declined Delete Dentist"]


def test_an_event_deleted_by_hand_is_gone(client):
    event = lay("2026-12-02", "2026-12-03", summary="Holiday")
    other = lay("2026-12-03", "2026-12-04", summary="Market day")

    page = client.post(f"{PAGE}{event['id']}/delete/", follow=True)

    assert rows(page) == ["All day Market day Busy Delete Market day"]
    assert [each["id"] for each in standing()] == [other["id"]]


def test_deleting_twice_says_that_it_is_gone(client):
    address = f"{PAGE}{lay('2026-12-02', '2026-12-03')['id']}/delete/"

    assert [client.post(address).status_code for _ in range(2)] == [303, 410]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (APPOINTMENT | {"ends_at": "2026-12-02T09:00"}, "The end must be after the start."),
        (APPOINTMENT | {"starts_at": "soon"}, "Enter a valid date/time."),
        (APPOINTMENT | {"transparency": "perhaps"}, "Select a valid choice."),
        (HOLIDAY | {"last_day": "2026-10-23"}, "The last day must not be before the first."),
        (HOLIDAY | {"title": ""}, "This field is required."),
        ({}, "This field is required."),
    ],
)
def test_an_event_that_makes_no_sense_is_not_added_and_the_field_says_why(client, form, sentence):
    page = client.post(PAGE, form)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert standing() == []
