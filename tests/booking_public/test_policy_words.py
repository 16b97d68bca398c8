"""Of the policy, a page says what is true of this very booking now (R19)."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client as Browser

from tests.booking_public.door import DETAILS, START, booked, page_of
from tests.booking_public.pages import words
from tests.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice"), pytest.mark.rule("R19")]

POLICY = "You can move here until 24 hours before, and what you paid is paid back."
TOO_LATE = "It begins within 24 hours, so it can no longer be moved or cancelled here."
ONCE_BOOKED = "It begins within 24 hours: once booked, it cannot be moved or cancelled here."
SOON = MONDAY - timedelta(hours=23)


def test_a_free_call_names_until_when_and_nothing_of_money(client: Browser) -> None:
    page = words(client.get(page_of(booked(policy_text=POLICY))).text)
    assert "You can move or cancel it here until Sun 29 Nov, 09:00." in page
    assert "paid" not in page


def test_a_paid_session_shows_the_policy_it_was_booked_under_while_that_is_true(client: Browser) -> None:
    booking = booked("session", policy_text=POLICY)
    before = words(client.get(page_of(booking)).text)
    assert POLICY in before
    assert TOO_LATE not in before
    with time_machine.travel(SOON, tick=False):
        later = words(client.get(page_of(booking)).text)
    assert TOO_LATE in later
    assert POLICY not in later


def test_a_time_within_the_notice_is_said_to_stay_before_it_is_booked(client: Browser) -> None:
    address = f"{DETAILS}?start={quote(START)}"
    assert ONCE_BOOKED not in words(client.get(address).text)
    with time_machine.travel(SOON, tick=False):
        assert ONCE_BOOKED in words(client.get(address).text)
