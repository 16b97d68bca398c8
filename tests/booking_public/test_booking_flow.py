"""The public door, by its addresses: what a visitor sends, what comes back, and what must not have happened."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client as Browser

from clients.models import Stage, User
from integrations.outbox.models import Effect
from practice_admin.models import Block, Booking
from tests.factories import (
    MONDAY,
    NOW,
    make_booking,
    make_client,
    make_session,
    make_session_type,
    open_every_day,
    therapist,
)

pytestmark = pytest.mark.django_db

START = "2026-11-30T09:00:00+00:00"
DETAILS = "/book/discovery/details/"


@pytest.fixture(autouse=True)
def practice():
    open_every_day()
    make_session_type("discovery", name="Discovery call")
    make_session("session", name="Fifty minutes")
    with time_machine.travel(NOW, tick=False):
        yield


def typed(**changes: str) -> dict[str, str]:
    return {
        "start": START,
        "name": "Alice Example",
        "email": "alice@example.com",
        "phone": "+351 912 345 678",
        "time_zone": "Europe/Lisbon",
        "reason": "I do not sleep",
        "consent": "on",
    } | changes


def nothing_happened() -> bool:
    return not (Booking.objects.exists() or User.objects.exists() or Effect.objects.exists())


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


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "days=0",
        "days=63",
        "days=-1",
        "days=a",
        "days=%C2%B2",
        "tz=Mars/Olympus",
        "tz=../etc/passwd",
        "tz=America",
        "from=",
        "days=",
        "from=9999-12-31",
        "from=0001-01-01",
        "tz=",
    ],
)
def test_a_bad_value_in_the_slots_address_is_400_with_a_reason(client: Browser, query: str) -> None:
    answer = client.get(f"/book/discovery/slots/?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.rule("R1")
def test_a_locked_type_is_403_at_every_address_and_changes_nothing(client: Browser) -> None:
    assert client.get("/book/session/").status_code == 403
    assert client.get("/book/session/slots/").status_code == 403
    assert client.get("/book/session/slots/").json()["error"]
    assert client.get(f"/book/session/details/?start={quote(START)}").status_code == 403
    assert client.post("/book/session/details/", typed()).status_code == 403
    assert nothing_happened()


@pytest.mark.parametrize("address", ["/book/nothing/", "/book/nothing/slots/", "/book/nothing/details/"])
def test_an_unknown_type_is_404(client: Browser, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post("/book/nothing/details/", typed()).status_code == 404


MALFORMED = [
    "",
    "tomorrow",
    "2026-11-30",
    "2026-11-30T09:00:00",
    "2026-13-45T09:00:00+00:00",
    "9" * 500,
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-11-30T09:00:00+00:00\x00",
    "1e9",
]


@pytest.mark.parametrize("start", MALFORMED)
def test_a_malformed_time_is_400_to_look_at_and_422_to_book(client: Browser, start: str) -> None:
    assert client.get(DETAILS, {"start": start}).status_code == 400
    answer = client.post(DETAILS, typed(start=start))
    assert answer.status_code == 422
    assert "alice@example.com" in answer.text
    assert nothing_happened()


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    "start",
    [
        "2026-11-20T09:00:00+00:00",
        "2026-11-30T09:01:00+00:00",
        "2026-11-30T08:30:00+00:00",
        "2026-11-30T09:00:00.000001+00:00",
        "2028-01-01T09:00:00+00:00",
        "1971-01-01T00:00:00+23:59",
    ],
    ids=["past", "off the grid", "off hours", "a microsecond off", "past the horizon", "long past"],
)
def test_a_time_that_is_not_offered_is_409_with_what_was_typed_and_the_nearest_times(
    client: Browser, start: str
) -> None:
    answer = client.post(DETAILS, typed(start=start))
    assert answer.status_code == 409
    assert "alice@example.com" in answer.text
    assert "I do not sleep" in answer.text
    assert answer.text.count("<button") >= 3
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


@pytest.mark.parametrize(
    "start",
    ["2026-11-30T10:00:00+01:00", "2026-11-30T14:30:00+05:30", "2026-11-30T09:00:00Z", "2026-11-30T09:00:00 00:00"],
)
def test_the_same_instant_in_another_notation_is_the_same_slot(client: Browser, start: str) -> None:
    assert client.post(DETAILS, typed(start=start)).status_code == 303
    assert Booking.objects.get().starts_at == datetime(2026, 11, 30, 9, tzinfo=UTC)


BAD = {
    "no name": {"name": "  "},
    "a name of 10,000 characters": {"name": "x" * 10_000},
    "a NUL in the name": {"name": "Al\x00ice"},
    "no address": {"email": ""},
    "an address that is none": {"email": "alice at example"},
    "an address that grows in small letters": {"email": "İ" * 200 + "@example.com"},
    "an address that looks like another": {"email": "inta\u212ae@example.com"},
    "a web address for a name": {"name": "https://evil.example/x y"},
    "a name that turns the text around": {"name": "Alice\u202eecilA"},
    "an address of 10,000 characters": {"email": "a" * 10_000 + "@example.com"},
    "a phone of letters": {"phone": "call me maybe"},
    "a phone of signs": {"phone": "+-()()-+ "},
    "no phone": {"phone": ""},
    "no consent": {"consent": ""},
    "a reason of 10,000 characters": {"reason": "x" * 10_000},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_422_with_the_form_and_its_errors(client: Browser, changes: dict[str, str]) -> None:
    answer = client.post(DETAILS, typed(**changes))
    assert answer.status_code == 422
    assert "error" in answer.text
    assert "I do not sleep" in answer.text or "reason" in changes
    assert nothing_happened()


def test_html_in_a_name_is_shown_as_text(client: Browser) -> None:
    answer = client.post(DETAILS, typed(name="<script>alert(1)</script>", consent=""))
    assert "<script>alert(1)</script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.rule("R9")
@pytest.mark.parametrize("zone", ["Europe/Lisbon", "", "Nowhere/X"])
def test_a_known_and_an_unknown_address_get_the_same_answer(client: Browser, zone: str) -> None:
    private = {"name": "Bob Private", "phone": "+351 911 111 111", "time_zone": "Asia/Tokyo"}
    known = make_client("bob@example.com", stage=Stage.ONGOING, **private)
    first = client.post(DETAILS, typed(email="bob@example.com", time_zone=zone))
    second = client.post(DETAILS, typed(email="nobody@example.com", time_zone=zone, start="2026-11-30T10:00:00+00:00"))
    assert first.status_code == second.status_code == 303
    pages = [client.get(answer["Location"]).text for answer in (first, second)]

    def neutral(page: str, address: str, time: str) -> str:
        for part in (address, time):
            page = page.replace(part, "…")
        return "\n".join(line for line in page.splitlines() if "csrf" not in line and "/booking/" not in line)

    one = neutral(pages[0], "bob@example.com", "09:00 to 09:20")
    other = neutral(pages[1], "nobody@example.com", "10:00 to 10:20")
    assert one == other
    assert "Bob Private" not in pages[0]
    assert "911 111" not in pages[0]
    assert Booking.objects.get(starts_at=MONDAY).client == known


@pytest.mark.rule("R9")
def test_the_question_whose_booking_it_is_shows_only_to_who_reads_the_mailbox(client: Browser) -> None:
    from practice_admin.domain.booking_links import owner_tag

    make_client("bob@example.com")
    address = client.post(DETAILS, typed(email="bob@example.com"))["Location"].split("?")[0]
    booking = Booking.objects.get()
    assert "Was this you?" not in client.get(address).text
    client.post(address, {"action": "keep"})
    client.post(f"{address}?own=0123456789abcdef", {"action": "keep"})
    booking.refresh_from_db()
    assert booking.awaits_owner
    own = f"{address}?own={owner_tag(booking)}"
    assert "Was this you?" in client.get(own).text
    client.post(own, {"action": "keep"})
    booking.refresh_from_db()
    assert not booking.awaits_owner


def test_signed_in_the_accounts_address_counts_and_not_a_typed_one(client: Browser) -> None:
    bob = make_client("bob@example.com")
    client.force_login(bob.user)
    assert 'name="email"' not in client.get(DETAILS, {"start": START}).text
    assert client.post(DETAILS, typed(email="mallory@example.com", name="Mallory")).status_code == 303
    booking = Booking.objects.get()
    assert booking.client == bob
    assert not booking.awaits_owner
    assert not User.objects.filter(email="mallory@example.com").exists()


def test_a_booking_is_cancelled_by_its_link_after_one_question(client: Browser) -> None:
    address = client.post(DETAILS, typed())["Location"].split("?")[0]
    assert "Cancel this booking?" in client.get(f"{address}?ask=cancel").text
    assert Booking.objects.get().status == "confirmed"
    assert client.post(address, {"action": "cancel"}).status_code == 303
    assert Booking.objects.get().status == "cancelled"
    assert "cancelled" in client.get(address).text
    assert client.post(address, {"action": "cancel"}).status_code == 409


def test_the_calendar_file_names_when_and_where_and_not_why(client: Browser) -> None:
    address = client.post(DETAILS, typed())["Location"].split("?")[0]
    answer = client.get(f"{address}calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20261130T090000Z" in answer.text
    assert "SEQUENCE:0" in answer.text
    assert "sleep" not in answer.text
    assert "Alice" not in answer.text


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"),
        lambda t: "x" * 43,
        lambda t: "%00",
        lambda t: t + t,
    ],
)
def test_a_mangled_booking_link_is_404(client: Browser, change) -> None:
    token = client.post(DETAILS, typed())["Location"].split("/")[2]
    assert client.get(f"/booking/{token}/").status_code == 200
    assert client.get(f"/booking/{change(token)}/").status_code == 404


def test_a_booking_link_ends_thirty_days_after_the_session(client: Browser) -> None:
    address = client.post(DETAILS, typed())["Location"].split("?")[0]
    with time_machine.travel(MONDAY + timedelta(days=30)):
        assert client.get(address).status_code == 200
    with time_machine.travel(MONDAY + timedelta(days=31)):
        assert client.get(address).status_code == 404


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


def test_a_day_in_another_zone_begins_there(client: Browser) -> None:
    """At 23:30 in UTC it is the next day in Tokyo: without a date the listing begins with that one."""
    with time_machine.travel(datetime(2026, 11, 29, 23, 30, tzinfo=UTC), tick=False):
        answer = client.get("/book/discovery/slots/?tz=Asia/Tokyo&days=1").json()
    assert [day["date"] for day in answer["days"]] == ["2026-11-30"]


def test_line_breaks_in_a_name_are_spaces(client: Browser) -> None:
    client.post(DETAILS, typed(name="Alice\nExample\u00a0Smith"))
    assert Booking.objects.get().guest_name == "Alice Example Smith"


@pytest.mark.parametrize("address", ["/book/", "/book/discovery/", "/book/discovery/slots/"])
def test_looking_by_head_is_looking(client: Browser, address: str) -> None:
    assert client.head(address).status_code == 200


def test_asking_for_links_from_the_bookings_page_has_the_same_limit_as_the_sign_in_page(client: Browser) -> None:
    from clients.domain.sign_in import BY_EMAIL
    from clients.models import SignInRequest

    address = client.post(DETAILS, typed())["Location"].split("?")[0]
    answers = [client.post(address, {"action": "sign_in_link"}) for _ in range(BY_EMAIL.hits + 5)]
    assert {answer.status_code for answer in answers} == {200}
    assert SignInRequest.objects.count() == BY_EMAIL.hits


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
    with django_assert_num_queries(7):
        client.get(f"/book/discovery/slots/?days={days}")
