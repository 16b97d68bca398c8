"""Choosing a time: a month, a day, its times; in any zone, at every edge, and when nothing is free."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Stage
from practice_admin.models import Block, Practice, SessionType, WeeklyHours
from tests.booking_public.pages import (
    chosen,
    day_links,
    free_days,
    hidden,
    link,
    starts,
    times,
    words,
)
from tests.factories import MONDAY, NOW, make_booking, make_client, open_every_day, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]

PICKER = "/book/discovery/"


def shown(client: Browser, **asked: str) -> str:
    """The picker for what is asked; it always answers 200."""
    answer = client.get(PICKER, asked)
    assert answer.status_code == 200
    return answer.text


def block(begins: datetime, ends: datetime) -> None:
    Block.objects.create(starts_at=begins, ends_at=ends)


def day(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_it_begins_with_the_first_day_that_has_a_free_time_and_names_the_next_one(client: Browser) -> None:
    block(NOW, day(11, 29))
    page = shown(client)
    assert "<legend>Sunday 29 November</legend>" in page
    assert (times(page)[0], times(page)[-1], len(times(page))) == ("09:00", "16:30", 16)
    assert "Next free: Sun 29 Nov, 09:00" in words(page)
    assert chosen(page) == []


def test_days_are_links_with_a_name_that_says_how_many_times_are_free(client: Browser) -> None:
    block(day(11, 28), day(11, 29))
    block(day(11, 29), day(11, 29, 16) + timedelta(minutes=30))
    page = shown(client)
    assert free_days(page) == [
        "Friday 27 November, today, 10 free times",
        "Sunday 29 November, 1 free time",
        "Monday 30 November, 16 free times",
    ]


def test_weeks_begin_on_monday_and_those_that_are_over_are_left_out(client: Browser) -> None:
    page = words(shown(client))
    month = page[page.index("Mon Monday") if "Mon Monday" in page else page.index("MonMonday") :]
    numbers = [int(part) for part in month.split() if part.isdigit()]
    assert numbers[:5] == [23, 24, 25, 26, 27]
    assert page.index("MonMonday") < page.index("SunSunday")


@pytest.mark.parametrize(
    ("zone", "first", "zone_text"),
    [
        ("Europe/Lisbon", "2026-11-30T09:00:00+00:00", "Lisbon time (UTC)"),
        ("Asia/Kolkata", "2026-11-30T14:30:00+05:30", "Kolkata time (UTC+5:30)"),
        ("Asia/Kathmandu", "2026-11-30T14:45:00+05:45", "Kathmandu time (UTC+5:45)"),
        ("America/New_York", "2026-11-30T04:00:00-05:00", "New York time (UTC-5)"),
    ],
)
def test_days_and_times_are_those_of_the_visitors_zone(client: Browser, zone: str, first: str, zone_text: str) -> None:
    page = shown(client, day="2026-11-30", tz=zone)
    assert starts(page)[0] == first
    assert zone_text in words(page)


def test_a_session_of_the_evening_is_on_the_next_date_further_east(client: Browser) -> None:
    """Lisbon's Monday from 11:00 is Auckland's Tuesday."""
    page = shown(client, day="2026-12-01", tz="Pacific/Auckland")
    assert starts(page)[0] == "2026-12-01T00:00:00+13:00"
    assert "<legend>Tuesday 1 December</legend>" in page


@pytest.mark.rule("R20")
def test_a_time_that_the_clock_reads_twice_says_which_of_the_two_it_is(client: Browser) -> None:
    """New York's clocks go back on 1 November 2026 at 06:00 UTC: 01:30 comes twice."""
    WeeklyHours.objects.all().delete()
    open_every_day(time(5), time(8))
    with time_machine.travel(day(10, 30), tick=False):
        page = shown(client, day="2026-11-01", tz="America/New_York")
        again = shown(client, start="2026-11-01T01:30:00-05:00", tz="America/New_York")
    assert times(page)[:5] == ["01:00 UTC−04:00", "01:30 UTC−04:00", "01:00 UTC−05:00", "01:30 UTC−05:00", "02:00"]
    assert chosen(again) == ["01:30 UTC−05:00"]


@pytest.mark.rule("R4")
@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Asia/Kolkata", "Pacific/Chatham"])
def test_the_pages_of_all_days_together_show_what_the_slots_address_lists(client: Browser, zone: str) -> None:
    make_booking(starts_at=MONDAY)
    block(day(12, 3), day(12, 6))
    listed = client.get(f"{PICKER}slots/?days=62&tz={zone}").json()["days"]
    months, page = [shown(client, tz=zone)], ""
    while page := link(months[-1], "later"):
        months.append(client.get(page).text)
    seen = [start for month in months for href in day_links(month) for start in starts(client.get(href).text)]
    assert seen == [slot["start"] for one in listed for slot in one["slots"]]
    assert len(months) >= 3


def test_the_first_and_the_last_month_that_can_be_booked_are_the_edges(client: Browser) -> None:
    SessionType.objects.filter(slug="discovery").update(horizon_days=34)  # until 31 December, 12:00
    november = shown(client)
    assert link(november, "earlier") == ""
    december = client.get(link(november, "later")).text
    assert "December 2026" in words(december)
    assert link(december, "later") == ""
    assert free_days(december)[-1] == "Thursday 31 December, 7 free times"
    assert "November 2026" in words(client.get(link(december, "earlier")).text)


def test_the_month_follows_the_visitors_calendar_and_not_the_practices(client: Browser) -> None:
    with time_machine.travel(day(11, 30, 12), tick=False):
        page = shown(client, tz="Pacific/Auckland")  # it is 1 December there
    assert link(page, "earlier") == ""
    assert "December 2026" in words(page)


def test_a_day_in_the_address_is_landed_on(client: Browser) -> None:
    for asked in ({"day": "2026-12-08"}, {"from": "2026-12-08"}, {"start": "2026-12-08T09:00:00Z"}):
        assert "<legend>Tuesday 8 December</legend>" in shown(client, **asked)


def test_a_day_without_free_times_shows_the_next_one_and_says_so(client: Browser) -> None:
    block(day(12, 1), day(12, 3))
    page = shown(client, day="2026-12-01")
    assert "<legend>Thursday 3 December</legend>" in page
    assert "Nothing is free on Tuesday 1 December." in page
    assert "Nothing is free" not in shown(client, month="2026-12")


def test_the_next_free_time_is_chosen_by_its_link(client: Browser) -> None:
    page = client.get(link(shown(client, day="2026-12-08"), "next-free")).text
    assert chosen(page) == ["12:00"]
    assert "<legend>Friday 27 November</legend>" in page
    assert "12:00 is chosen." in page


def test_what_was_chosen_stays_chosen_in_another_zone(client: Browser) -> None:
    page = shown(client, start="2026-11-30T16:30:00+00:00", tz="Europe/Lisbon")
    kept = hidden(page, "start")
    moved = shown(client, start=kept, tz="Pacific/Auckland")
    assert "<legend>Tuesday 1 December</legend>" in moved
    assert chosen(moved) == ["05:30"]


def test_the_day_that_is_shown_goes_along_when_the_zone_changes(client: Browser) -> None:
    assert hidden(shown(client, day="2026-12-08"), "day") == "2026-12-08"
    block(NOW, day(12, 1))
    assert hidden(shown(client, month="2026-11"), "month") == "2026-11"


def test_a_month_without_free_times_says_when_there_are_some(client: Browser) -> None:
    block(NOW, day(12, 1))
    assert "<legend>Tuesday 1 December</legend>" in shown(client)
    page = shown(client, month="2026-11")
    assert "No free times in November 2026" in words(page)
    assert "the first is Tue 1 Dec, 09:00" in words(page)
    assert times(page) == []


def test_a_month_after_all_free_times_leads_back(client: Browser) -> None:
    block(day(12, 1), day(12, 31) + timedelta(days=60))
    page = shown(client, month="2026-12")
    assert "There are some before: the first is Fri 27 Nov, 12:00" in words(page)


def test_when_nothing_is_free_it_says_when_to_look_again_how_to_write_and_what_to_do_in_a_crisis(
    client: Browser,
) -> None:
    therapist()
    Practice.objects.update(no_times_text="Look in on Monday.", crisis_text="Call 112.")
    WeeklyHours.objects.all().delete()
    page = shown(client)
    main = page[page.index("<main") : page.index("</main>")]
    assert "Look in on Monday." in main
    assert "mailto:therapist@example.com" in main
    assert "Call 112." in main
    assert times(page) == free_days(page) == []


@pytest.mark.rule("R9")
def test_a_client_who_has_a_call_booked_is_told_which_and_offered_no_other(client: Browser) -> None:
    bob = make_client("bob@example.com")
    make_booking(bob, SessionType.objects.get(slug="discovery"))
    assert times(shown(client))  # a visitor is told nothing of it
    client.force_login(bob.user)
    page = shown(client)
    assert times(page) == []
    assert "Discovery call, Mon 30 Nov, 09:00" in words(page)
    assert "/portal/appointments/" in page


BAD = [
    {"month": "2026-13"},
    {"month": "December"},
    {"month": "2026-12-01"},
    {"month": "1999-01"},
    {"month": "2199-12"},
    {"day": "2026-02-30"},
    {"day": "20261201"},
    {"day": "2026-11-30\x00"},
    {"day": "9999-12-31"},
    {"day": "2020-01-01"},
    {"from": "yesterday"},
    {"start": "9" * 400},
    {"start": "0001-01-01T00:00:00+23:59"},
    {"start": "2150-01-01T00:00:00Z"},
    {"tz": "Mars/Olympus"},
    {"tz": "../etc/passwd"},
    {"tz": ""},
    {"month": "\u0662\u0660\u0662\u0666-12"},
]


@pytest.mark.parametrize("asked", BAD, ids=[next(iter(one.items()))[0] + str(n) for n, one in enumerate(BAD)])
def test_what_cannot_be_read_or_lies_too_far_shows_the_times_all_the_same(
    client: Browser, asked: dict[str, str]
) -> None:
    page = shown(client, **asked)
    assert times(page)
    assert "Lisbon time (UTC)" in words(page)


def test_nothing_of_the_address_is_shown_as_it_came(client: Browser) -> None:
    for name in ("month", "day", "start", "tz"):
        assert "<script>x" not in shown(client, **{name: "<script>x</script>"})


@pytest.mark.parametrize("month", ["2026-11", "2027-01"])
@pytest.mark.parametrize("bookings", [0, 1, 40])
def test_every_month_is_asked_for_with_the_same_number_of_questions(
    client: Browser, django_assert_num_queries, month: str, bookings: int
) -> None:
    for number in range(bookings):
        make_booking(starts_at=MONDAY + timedelta(hours=number))
    client.get(PICKER)  # Wagtail remembers its site from the first time
    with django_assert_num_queries(6):
        client.get(PICKER, {"month": month})


def test_a_signed_in_client_sees_their_own_zone(client: Browser) -> None:
    bob = make_client("bob@example.com", stage=Stage.ONGOING, time_zone="Asia/Tokyo")
    client.force_login(bob.user)
    assert "Tokyo time (UTC+9)" in words(shown(client))
    assert "Lisbon time (UTC)" in words(shown(client, tz="Europe/Lisbon"))
