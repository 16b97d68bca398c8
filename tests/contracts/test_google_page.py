"""The sandbox's little calendar, where a person lays personal events in by hand."""

import re
from datetime import UTC, datetime

import pytest

from integrations.calendars.own_events import mark
from integrations.sandbox import google_account, google_bulk, google_calendars, google_events, store
from integrations.sandbox.google_forms import KINDS
from tests.contracts.google_door import START, lay, standing

pytestmark = [pytest.mark.usefixtures("google_by_hand"), pytest.mark.django_db]

PAGE = "/sandbox/google/calendar/"
APPOINTMENT = {
    "title": "Dentist",
    "starts_at": "2026-12-02T09:00",
    "ends_at": "2026-12-02T10:00",
    "zone": "Europe/Lisbon",
    "kind": "opaque",
    "weeks": "1",
}
HOLIDAY = {"title": "Holiday", "first_day": "2026-10-24", "last_day": "2026-10-25", "kind": "opaque", "weeks": "1"}


def rows(page) -> list[str]:
    """What the page shows of each event, in words."""
    cells = re.findall(r'<li class="entry">\s*<span class="entry-when">.*?</li>', page.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<details>.*</details>|<[^>]+>", " ", row, flags=re.DOTALL).split()) for row in cells]


def test_an_appointment_added_by_hand_stands_at_the_time_of_the_calendars_zone(client):
    in_summer = APPOINTMENT | {"starts_at": "2026-07-02T09:00", "ends_at": "2026-07-02T10:00"}

    page = client.post(PAGE, in_summer, follow=True)

    (event,) = standing()
    assert google_events.span(event)[0] == datetime(2026, 7, 2, 8, tzinfo=UTC)
    assert rows(page) == ["09:00 to 10:00 Dentist Busy"]


def test_whole_days_added_by_hand_include_the_last(client):
    page = client.post(PAGE, HOLIDAY, follow=True)

    (event,) = standing()
    assert (event["start"], event["end"]) == ({"date": "2026-10-24"}, {"date": "2026-10-26"})
    assert rows(page) == ["All day, 24 Oct to 25 Oct Holiday Busy"]


def test_an_event_shown_as_free_is_transparent(client):
    page = client.post(PAGE, HOLIDAY | {"kind": "transparent"}, follow=True)

    assert standing()[0]["transparency"] == "transparent"
    assert rows(page) == ["All day, 24 Oct to 25 Oct Holiday Free"]


def test_a_declined_invitation_is_declined_by_the_owner_and_by_nobody_else(client):
    page = client.post(PAGE, APPOINTMENT | {"kind": "declined"}, follow=True)

    (event,) = standing()
    assert [guest["responseStatus"] for guest in event["attendees"] if guest.get("self")] == ["declined"]
    assert [guest["responseStatus"] for guest in event["attendees"] if not guest.get("self")] == ["accepted"]
    assert rows(page) == ["09:00 to 10:00 Dentist Declined invitation"]


def test_an_event_deleted_by_hand_is_gone(client):
    event = lay("2026-12-02", "2026-12-03", summary="Holiday")
    other = lay("2026-12-03", "2026-12-04", summary="Market day")

    page = client.post(f"{PAGE}{event['id']}/delete/", follow=True)

    assert rows(page) == ["All day Market day Busy"]
    assert [each["id"] for each in standing()] == [other["id"]]


def test_deleting_twice_says_that_it_is_gone(client):
    address = f"{PAGE}{lay('2026-12-02', '2026-12-03')['id']}/delete/"

    assert [client.post(address).status_code for _ in range(2)] == [303, 410]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (APPOINTMENT | {"ends_at": "2026-12-02T09:00"}, "The end must be after the start."),
        (APPOINTMENT | {"starts_at": "soon"}, "Enter a valid date/time."),
        (APPOINTMENT | {"kind": "whatever"}, "Select a valid choice."),
        (HOLIDAY | {"last_day": "2026-10-23"}, "The last day must not be before the first."),
        (HOLIDAY | {"title": ""}, "This field is required."),
        (APPOINTMENT | {"zone": "Mars/Olympus"}, "Select a valid choice."),
        (APPOINTMENT | {"weeks": "53"}, "less than or equal to 52"),
        ({}, "This field is required."),
    ],
)
def test_an_event_that_makes_no_sense_is_not_added_and_the_field_says_why(client, form, sentence):
    page = client.post(PAGE, form)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert standing() == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_of_every_kind_can_be_laid_and_is_shown(client, kind):
    page = client.post(PAGE, APPOINTMENT | {"kind": kind}, follow=True)

    (event,) = standing()
    assert page.status_code == 200
    if kind in {"noEnd", "noTimes", "noZone"}:
        assert "Without times that can be read" in page.content.decode()
    else:
        hidden = kind == "private"
        title = "(no title)" if hidden else "Dentist"
        assert rows(page) == [f"09:00 to 10:00 {title} {KINDS[kind][0]}"]
        assert ("summary" in event) is not hidden


def test_an_appointment_by_the_clock_of_another_zone_is_shown_by_the_calendars(client):
    page = client.post(PAGE, APPOINTMENT | {"zone": "Asia/Kathmandu"}, follow=True)

    assert rows(page) == ["03:15 to 04:15 Dentist Busy"]
    assert standing()[0]["start"] == {"dateTime": "2026-12-02T03:15:00Z", "timeZone": "Asia/Kathmandu"}


def test_an_appointment_that_recurs_keeps_its_hour_when_the_clocks_change(client):
    """Each week is an occurrence of its own, as Google's `singleEvents` gives them."""
    before = APPOINTMENT | {"starts_at": "2026-10-20T09:00", "ends_at": "2026-10-20T10:00", "weeks": "2"}

    client.post(PAGE, before, follow=True)

    first, second = standing()
    assert first["recurringEventId"] == second["recurringEventId"]
    assert first["start"]["dateTime"] == "2026-10-20T09:00:00+01:00"
    assert second["start"]["dateTime"] == second["originalStartTime"]["dateTime"] == "2026-10-27T09:00:00Z"


def test_a_session_can_be_moved_and_stays_as_long_and_ours(client):
    event = lay(START, START.replace(minute=50), id="abcde", summary="Session", **mark("abcde", "b1"))

    page = client.post(f"{PAGE}{event['id']}/move/", {"starts_at": "2026-12-03T16:30"}, follow=True)

    assert rows(page) == ["16:30 to 17:20 Session put here by the practice Busy"]
    assert len(standing()) == 1


@pytest.mark.parametrize(("path", "form", "status"), [("never", {}, 404), ("abcde", {"starts_at": "soon"}, 422)])
def test_an_event_that_is_not_there_or_goes_nowhere_is_not_moved(client, path, form, status):
    event = lay(START, START.replace(minute=50), id="abcde")

    assert client.post(f"{PAGE}{path}/move/", form).status_code == status
    assert standing() == [event]


def test_each_calendar_holds_its_own(client):
    at = f"{PAGE}?calendar={google_calendars.FAMILY}"
    page = client.post(at, HOLIDAY, follow=True)

    assert rows(page) == ["All day, 24 Oct to 25 Oct Holiday Busy"]
    assert standing() == []
    (event,) = store.all(google_calendars.events_kind(google_calendars.FAMILY)).values()

    client.post(f"{PAGE}{event['id']}/delete/", {"calendar": google_calendars.FAMILY})
    assert rows(client.get(f"{at}&week=2026-10-24")) == []


def test_a_calendar_can_be_deleted_and_brought_back_but_not_the_primary_one(client):
    family = {"calendar": google_calendars.FAMILY}

    assert client.post(f"{PAGE}change/", family | {"do": "delete"}).status_code == 303
    assert client.get(f"{PAGE}?calendar={google_calendars.FAMILY}").status_code == 404
    assert client.post(f"{PAGE}change/", {"calendar": google_account.ACCOUNT, "do": "delete"}).status_code == 400
    assert client.get(PAGE).status_code == 200

    client.post(f"{PAGE}change/", family | {"do": "restore"})
    assert client.get(f"{PAGE}?calendar={google_calendars.FAMILY}").status_code == 200


def test_thousands_of_events_come_and_go_at_once_and_leave_the_days_free(client):
    lay("2026-12-02", "2026-12-03", summary="Holiday")

    client.post(f"{PAGE}change/", {"calendar": google_account.ACCOUNT, "do": "fill"})

    laid = [event for event in standing() if event["id"].startswith(google_bulk.START)]
    assert len(laid) == google_bulk.MANY
    assert {event["start"]["dateTime"][11:13] for event in laid}.isdisjoint({"08", "12", "18", "20"})

    client.post(f"{PAGE}change/", {"calendar": google_account.ACCOUNT, "do": "clear"})
    assert [event["summary"] for event in standing()] == ["Holiday"]


def test_nothing_else_can_be_done_to_a_calendar(client):
    assert client.post(f"{PAGE}change/", {"calendar": google_account.ACCOUNT, "do": "burn"}).status_code == 400


def test_access_can_be_removed_by_hand(client):
    page = client.get("/sandbox/google/permissions/")
    assert "View and edit events on all your calendars" in page.content.decode()

    page = client.post("/sandbox/google/permissions/", follow=True)

    assert "Nobody has access" in page.content.decode()
    with pytest.raises(google_account.OAuthRefusal):
        google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)
