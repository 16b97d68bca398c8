"""One booking, by its link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from practice_admin.models import Booking
from tests.booking_public.door import DETAILS, typed
from tests.factories import (
    MONDAY,
    make_client,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]


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


def test_asking_for_links_from_the_bookings_page_has_the_same_limit_as_the_sign_in_page(client: Browser) -> None:
    from clients.domain.sign_in import BY_EMAIL
    from clients.models import SignInRequest

    address = client.post(DETAILS, typed())["Location"].split("?")[0]
    answers = [client.post(address, {"action": "sign_in_link"}) for _ in range(BY_EMAIL.hits + 5)]
    assert {answer.status_code for answer in answers} == {200}
    assert SignInRequest.objects.count() == BY_EMAIL.hits


@pytest.mark.parametrize(("minutes", "is_main"), [(61, False), (60, True), (-5, True)])
def test_joining_is_the_main_button_from_an_hour_before(client: Browser, minutes: int, is_main: bool) -> None:
    address = client.post(DETAILS, typed())["Location"].split("?")[0]
    with time_machine.travel(MONDAY - timedelta(minutes=minutes), tick=False):
        page = client.get(address).text
    assert (f'class="button" href="{address}join/"' in page) == is_main
    assert (f'class="button button--quiet" href="{address}join/"' in page) != is_main
