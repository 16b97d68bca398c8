"""A signed-in client who has as many booked ahead as one may: told so at every screen, and offered nothing (R9)."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from clients.models import Client, Stage
from practice_admin.models import Booking, SessionType
from tests.booking_public.door import DETAILS, page_of, typed
from tests.booking_public.pages import buttons, starts, words
from tests.factories import MONDAY, make_booking, make_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice"), pytest.mark.rule("R9")]

LATER = "2026-12-01T10:00:00+00:00"
SENTENCE = "You have this booked already: Discovery call, Mon 30 Nov, 09:00."


@pytest.fixture
def bob(client: Browser) -> Client:
    """Signed in, with a call on Monday."""
    person = make_client("bob@example.com", stage=Stage.ONGOING)
    make_booking(person, SessionType.objects.get(slug="discovery"))
    client.force_login(person.user)
    return person


def says_so(answer) -> bool:
    page = words(answer.text)
    return SENTENCE in page and "/portal/appointments/" in answer.text and buttons(answer.text, "start") == []


def test_the_form_is_409_with_the_booking_that_is_there_and_no_other_times(client: Browser, bob: Client) -> None:
    answer = client.get(DETAILS, {"start": LATER})
    assert answer.status_code == 409
    assert says_so(answer)


def test_booking_another_is_409_and_changes_nothing(client: Browser, bob: Client) -> None:
    answer = client.post(DETAILS, typed(start=LATER))
    assert answer.status_code == 409
    assert says_so(answer)
    assert Booking.objects.count() == 1


def test_the_slots_address_lists_nothing(client: Browser, bob: Client) -> None:
    assert client.get("/book/discovery/slots/").json()["days"] == []


def test_a_visitor_who_types_the_same_address_is_told_nothing(client: Browser, bob: Client) -> None:
    client.logout()
    answer = client.post(DETAILS, typed(start=LATER, email="bob@example.com"))
    assert answer.status_code == 303
    assert Booking.objects.count() == 2


def test_the_one_that_is_there_can_still_be_moved(client: Browser, bob: Client) -> None:
    booking = Booking.objects.get()
    assert starts(client.get(page_of(booking, ask="move")).text)
    assert client.post(page_of(booking), {"action": "move", "start": LATER, "version": "1"}).status_code == 303


def test_another_kind_can_be_booked_until_its_own_limit(client: Browser, bob: Client) -> None:
    SessionType.objects.filter(slug="session").update(most_ahead=1)
    details = "/book/session/details/"
    assert client.get(details, {"start": LATER}).status_code == 200
    make_booking(bob, SessionType.objects.get(slug="session"), starts_at=MONDAY + timedelta(days=2))
    assert client.get(details, {"start": LATER}).status_code == 409
    assert starts(client.get("/book/session/").text) == []
