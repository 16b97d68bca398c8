"""What the second screen asks of whom: a newcomer says what brings them and agrees; who is in care has done both."""

from urllib.parse import quote

import pytest
from django.test import Client as Browser

from clients.models import Client, Stage
from practice_admin.models import Booking
from tests.booking_public.door import DETAILS, START, booked
from tests.booking_public.pages import words
from tests.factories import MONDAY, NOW, make_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]

ADDRESS = f"{DETAILS}?start={quote(START)}"
AGREE, WHY = "I agree that my details are kept", "What brings you here?"
BEFORE = {"starts_at": MONDAY.replace(day=3), "status": "completed", "consented_at": NOW}


def signed_in(client: Browser, stage: str = Stage.ONGOING) -> Client:
    person = make_client("alice@example.com", stage=stage)
    client.force_login(person.user)
    return person


def test_a_client_in_care_who_has_agreed_is_asked_neither_and_books_without(client: Browser) -> None:
    booked(client=signed_in(client), **BEFORE)
    page = words(client.get(ADDRESS).text)
    assert "Anything you would like to say before?" in page
    assert WHY not in page
    assert AGREE not in page
    assert client.post(DETAILS, {"start": START}).status_code == 303
    booking = Booking.objects.get(starts_at=MONDAY)
    assert (booking.status, booking.consented_at) == ("confirmed", None)


def test_the_tick_is_still_taken_from_who_has_agreed(client: Browser) -> None:
    booked(client=signed_in(client), **BEFORE)
    assert client.post(DETAILS, {"start": START, "consent": "on", "reason": "A word"}).status_code == 303
    assert Booking.objects.get(starts_at=MONDAY).reason == "A word"


@pytest.mark.rule("R9")
@pytest.mark.parametrize("fields", [{"consented_at": None}, {"awaits_owner": True}], ids=["never", "by a stranger"])
def test_a_client_in_care_who_has_not_agreed_themselves_is_asked_to(client: Browser, fields: dict[str, object]) -> None:
    booked(client=signed_in(client), **BEFORE | fields)
    assert AGREE in words(client.get(ADDRESS).text)
    assert client.post(DETAILS, {"start": START}).status_code == 422
    assert Booking.objects.count() == 1


def test_before_the_first_call_both_are_asked(client: Browser) -> None:
    signed_in(client, Stage.DISCOVERY)
    page = words(client.get(ADDRESS).text)
    assert WHY in page
    assert AGREE in page
