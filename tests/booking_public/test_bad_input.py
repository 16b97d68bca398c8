"""What cannot be read, or is not there, gets a clear answer and changes nothing."""

from datetime import UTC, datetime

import pytest
from django.test import Client as Browser

from practice_admin.models import Booking
from tests.booking_public.door import DETAILS, nothing_happened, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=20261201",
        "from=2026-W49-1",
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


def test_line_breaks_in_a_name_are_spaces(client: Browser) -> None:
    client.post(DETAILS, typed(name="Alice\nExample\u00a0Smith"))
    assert Booking.objects.get().guest_name == "Alice Example Smith"
