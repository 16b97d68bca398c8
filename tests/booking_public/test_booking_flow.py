"""The public door, by its addresses: what a visitor sends, what comes back, and what must not have happened."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Stage, User
from practice_admin.models import Block, Booking
from tests.booking_public.door import DETAILS, START, nothing_happened, typed
from tests.factories import (
    MONDAY,
    NOW,
    make_booking,
    make_client,
    therapist,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]


def test_a_visitor_books_and_lands_on_the_bookings_page(client: Browser) -> None:
    answer = client.post(DETAILS, typed())
    assert answer.status_code == 303
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "You are booked" in page.text
    assert "Monday 30 November 2026, 09:00 to 09:20" in page.text
    booking = Booking.objects.get()
    assert (booking.starts_at, booking.status) == (MONDAY, "confirmed")
    assert str(booking.pk) not in answer["Location"].strip("/").split("/")


def test_a_booking_takes_thirteen_statements_begin_and_commit_among_them(
    client: Browser, django_assert_num_queries
) -> None:
    with django_assert_num_queries(13):
        assert client.post(DETAILS, typed()).status_code == 303


def test_the_list_shows_what_is_open_and_why_the_rest_is_locked(client: Browser) -> None:
    page = client.get("/book/").text
    assert "/book/discovery/" in page
    assert "/book/session/" not in page
    assert "once regular care has begun" in page


def test_the_times_are_labelled_radio_buttons_under_the_days_in_the_visitors_zone(client: Browser) -> None:
    page = client.get("/book/discovery/?tz=Asia/Kolkata&from=2026-11-30").text
    assert "Monday 30 November" in page
    assert 'value="2026-11-30T14:30:00+05:30"' in page
    assert "Kolkata time (UTC+5:30)" in page


@pytest.mark.rule("R4")
def test_every_time_that_the_address_lists_can_be_booked(client: Browser) -> None:
    listed = client.get("/book/discovery/slots/?from=2026-11-30&days=1&tz=Europe/Lisbon").json()
    assert listed["session_type"] == "discovery"
    assert (listed["time_zone"], listed["duration_minutes"]) == ("Europe/Lisbon", 20)
    (day,) = listed["days"]
    assert day["date"] == "2026-11-30"
    assert day["slots"][0] == {"start": START, "end": "2026-11-30T09:20:00+00:00"}
    for number, slot in enumerate(day["slots"]):
        answer = client.post(DETAILS, typed(start=slot["start"], email=f"person{number}@example.com"))
        assert answer.status_code == 303, slot
    assert client.get("/book/discovery/slots/?from=2026-11-30&days=1").json()["days"] == []


@pytest.mark.rule("R1")
def test_a_locked_type_is_403_at_every_address_and_changes_nothing(client: Browser) -> None:
    assert client.get("/book/session/").status_code == 403
    assert client.get("/book/session/slots/").status_code == 403
    assert client.get("/book/session/slots/").json()["error"]
    assert client.get(f"/book/session/details/?start={quote(START)}").status_code == 403
    assert client.post("/book/session/details/", typed()).status_code == 403
    assert nothing_happened()


@pytest.mark.rule("R5")
def test_a_time_that_was_just_taken_is_409_and_a_click_on_the_nearest_one_books_it(client: Browser) -> None:
    make_booking()
    before = User.objects.count()
    answer = client.post(DETAILS, typed())
    assert answer.status_code == 409
    assert "just taken" in answer.text
    assert "Alice Example" in answer.text
    assert User.objects.count() == before
    assert "2026-11-30T09:30:00+00:00" in answer.text
    assert client.post(DETAILS, typed(start="2026-11-30T09:30:00+00:00")).status_code == 303


def test_looking_at_a_taken_time_is_409_with_the_same_form(client: Browser) -> None:
    Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=1))
    answer = client.get(DETAILS, {"start": START})
    assert answer.status_code == 409
    assert 'name="email"' in answer.text
    assert client.get(DETAILS, {"start": "2026-11-30T10:00:00+00:00"}).status_code == 200


@pytest.mark.rule("R9")
@pytest.mark.parametrize("zone", ["Europe/Lisbon", "", "Nowhere/X"])
def test_a_known_and_an_unknown_address_get_the_same_answer(client: Browser, zone: str) -> None:
    private = {"name": "Bob Private", "phone": "+351 911 111 111", "time_zone": "Asia/Tokyo"}
    known = make_client("bob@example.com", stage=Stage.ONGOING, **private)
    first = client.post(DETAILS, typed(email="bob@example.com", time_zone=zone))
    second = client.post(DETAILS, typed(email="nobody@example.com", time_zone=zone, start="2026-11-30T10:00:00+00:00"))
    assert first.status_code == second.status_code == 303
    pages = [client.get(answer["Location"]).text for answer in (first, second)]

    def neutral(page: str, address: str, time: str, until: str) -> str:
        for part in (address, time, until):
            page = page.replace(part, "…")
        return "\n".join(line for line in page.splitlines() if "csrf" not in line and "/booking/" not in line)

    one = neutral(pages[0], "bob@example.com", "09:00 to 09:20", "until Sun 29 Nov, 09:00")
    other = neutral(pages[1], "nobody@example.com", "10:00 to 10:20", "until Sun 29 Nov, 10:00")
    assert one == other
    assert "Bob Private" not in pages[0]
    assert "911 111" not in pages[0]
    assert Booking.objects.get(starts_at=MONDAY).client == known


def test_signed_in_the_accounts_address_counts_and_not_a_typed_one(client: Browser) -> None:
    bob = make_client("bob@example.com")
    client.force_login(bob.user)
    assert 'name="email"' not in client.get(DETAILS, {"start": START}).text
    assert client.post(DETAILS, typed(email="mallory@example.com", name="Mallory")).status_code == 303
    booking = Booking.objects.get()
    assert booking.client == bob
    assert not booking.awaits_owner
    assert not User.objects.filter(email="mallory@example.com").exists()


def test_too_many_tries_are_429_with_a_time_to_wait(client: Browser, settings) -> None:
    from booking_public import limits
    from clients.domain.rate_limits import seconds_to_wait

    for _ in range(limits.BOOKING.hits):
        if seconds_to_wait(limits.BOOKING, who="127.0.0.1", now=NOW):
            break
    answer = client.post(DETAILS, typed())
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert nothing_happened()


@pytest.mark.rule("R9")
def test_back_after_booking_leads_the_same_browser_to_its_booking_and_no_other(client: Browser) -> None:
    page = client.post(DETAILS, typed())["Location"].split("?")[0]
    again = f"{DETAILS}?start={quote(START)}"
    for answer in (client.get(again), client.post(DETAILS, typed())):
        assert answer.status_code == 409
        assert "You booked this time a moment ago." in answer.text
        assert f'href="{page}"' in answer.text
    stranger = Browser()
    for answer in (stranger.get(again), stranger.post(DETAILS, typed())):
        assert answer.status_code == 409
        assert "/booking/" not in answer.text
    stranger.cookies["just_booked"] = page.split("/")[2][:-1]
    assert "/booking/" not in stranger.get(again).text
    Booking.objects.update(status="cancelled")
    make_booking()
    assert "/booking/" not in client.get(again).text
    assert Booking.objects.count() == 2


def test_a_day_in_another_zone_begins_there(client: Browser) -> None:
    """At 23:30 in UTC it is the next day in Tokyo: without a date the listing begins with that one."""
    with time_machine.travel(datetime(2026, 11, 29, 23, 30, tzinfo=UTC), tick=False):
        answer = client.get("/book/discovery/slots/?tz=Asia/Tokyo&days=1").json()
    assert [day["date"] for day in answer["days"]] == ["2026-11-30"]


@pytest.mark.parametrize("address", ["/book/", "/book/discovery/", "/book/discovery/slots/"])
def test_looking_by_head_is_looking(client: Browser, address: str) -> None:
    assert client.head(address).status_code == 200


@pytest.mark.rule("R9")
def test_a_booking_under_the_therapists_address_is_real_and_makes_her_nobodys_client(client: Browser) -> None:
    user = therapist()
    assert client.post(DETAILS, typed(email=user.email)).status_code == 303
    assert Booking.objects.get().status == "confirmed"
    client.force_login(user)
    assert client.get("/portal/").status_code == 404
    assert 'name="email"' in client.get(DETAILS, {"start": "2026-11-30T10:00:00+00:00"}).text


@pytest.mark.parametrize("days", [1, 62])
@pytest.mark.parametrize("bookings", [0, 1, 40])
def test_the_slots_address_asks_as_many_questions_for_a_day_as_for_two_months(
    client: Browser, django_assert_num_queries, days: int, bookings: int
) -> None:
    for number in range(bookings):
        make_booking(starts_at=MONDAY + timedelta(hours=number))
    with django_assert_num_queries(5):
        client.get(f"/book/discovery/slots/?days={days}")
