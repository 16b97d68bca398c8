"""Cancelling by the link: asked once, with the money that comes back said before and after."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser

from integrations.outbox.models import Effect
from practice_admin.domain.booking_links import owner_tag
from practice_admin.models import Booking, Refund
from tests.booking_public.door import booked, page_of, paid, unchanged
from tests.booking_public.pages import hidden, words
from tests.factories import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice"), pytest.mark.rule("R19")]


def confirmed(client: Browser, booking: Booking, **changes: str):
    """Yes, on the page that asks once."""
    page = client.get(page_of(booking, ask="cancel")).text
    sent = {"action": "cancel", "version": hidden(page, "version"), "status": hidden(page, "status")}
    return client.post(page_of(booking), sent | changes)


def test_it_is_asked_once_and_then_done_with_the_time_free_at_once(client: Browser) -> None:
    booking = booked()
    page = words(client.get(page_of(booking, ask="cancel")).text)
    assert "Cancel this booking?" in page
    assert "It costs you nothing." in page
    assert unchanged(booking)
    answer = confirmed(client, booking)
    assert answer.status_code == 303
    assert "This booking is cancelled" in client.get(answer["Location"]).text
    assert Booking.objects.get().status == "cancelled"
    day = client.get("/book/discovery/slots/?from=2026-11-30&days=1").json()["days"][0]
    assert day["slots"][0]["start"] == "2026-11-30T09:00:00+00:00"


def test_what_was_paid_comes_back_as_was_said_before(client: Browser) -> None:
    booking = paid()
    assert "You get €70 back, to the card you paid with" in words(client.get(page_of(booking, ask="cancel")).text)
    assert not Refund.objects.exists()
    after = words(client.get(confirmed(client, booking)["Location"]).text)
    assert "€70 is on its way back to you" in after
    assert Refund.objects.get().amount_minor == 7000
    Refund.objects.update(state="done")
    assert "€70 went back to the card you paid with" in words(client.get(page_of(booking)).text)
    Refund.objects.update(state="failed")
    assert "We could not pay €70 back to your card yet." in words(client.get(page_of(booking)).text)


def test_a_fee_that_is_kept_is_named(client: Browser) -> None:
    booking = paid(status="cancelled", fee="charged")
    page = words(client.get(page_of(booking)).text)
    assert "The fee is kept." in page
    assert "on its way back" not in page


@pytest.mark.parametrize(
    ("by", "hours", "said"),
    [
        ("client", 23, "You called it off after the time until which that is free."),
        ("client", 25, ""),
        ("therapist", 23, "Your therapist cancelled it."),
    ],
)
def test_late_is_said_only_of_who_called_it_off_within_the_notice(
    client: Browser, by: str, hours: int, said: str
) -> None:
    ended = MONDAY - timedelta(hours=hours)
    booking = booked("session", status="cancelled", fee="charged", cancelled_by=by, ended_at=ended)
    page = words(client.get(page_of(booking)).text)
    assert said in page
    assert ("after the time until which" in page) == (by == "client" and hours < 24)
    assert "is kept" not in page
    assert "You need do nothing more" not in page
    assert "€70 is open for this session." in page


def test_after_the_notice_it_is_neither_offered_nor_done(client: Browser) -> None:
    booking = paid()
    with time_machine.travel(MONDAY - timedelta(hours=23), tick=False):
        assert "ask=cancel" not in client.get(page_of(booking)).text
        asked = client.get(page_of(booking, ask="cancel"))
        answer = client.post(page_of(booking), {"action": "cancel", "version": "1"})
    assert "Cancel this booking?" not in asked.text
    assert "This can no longer be cancelled here." in asked.text
    assert answer.status_code == 409
    assert "This can no longer be cancelled here." in answer.text
    assert unchanged(booking)
    assert not Refund.objects.exists()


def test_a_second_press_says_that_it_is_cancelled_already(client: Browser) -> None:
    booking = paid()
    confirmed(client, booking)
    cancelled = Booking.objects.get()
    Effect.objects.all().delete()
    answer = client.post(page_of(booking), {"action": "cancel"})
    assert answer.status_code == 409
    assert "This booking is cancelled already." in answer.text
    assert unchanged(cancelled)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_at": MONDAY - timedelta(days=7)}, "This session has begun already"),
        ({"status": "completed"}, "There is nothing to cancel here any more."),
        ({"status": "no_show"}, "There is nothing to cancel here any more."),
        ({"status": "expired"}, "There is nothing to cancel here any more."),
    ],
    ids=["past", "held", "missed", "expired"],
)
def test_what_is_over_says_so_and_stays_as_it_is(client: Browser, fields: dict[str, object], said: str) -> None:
    booking = booked(**fields)
    assert "ask=cancel" not in client.get(page_of(booking)).text
    answer = client.post(page_of(booking), {"action": "cancel", "version": "1"})
    assert answer.status_code == 409
    assert said in answer.text
    assert unchanged(booking)


@pytest.mark.parametrize("version", ["0", "2", "x", "99999999"])
def test_an_older_page_cancels_nothing_and_says_what_is_true_now(client: Browser, version: str) -> None:
    booking = paid()
    answer = confirmed(client, booking, version=version)
    assert answer.status_code == 409
    assert "This booking has changed since you opened that page." in answer.text
    assert "09:00 to 09:50" in words(answer.text)
    assert unchanged(booking)
    assert not Refund.objects.exists()


def test_letting_a_held_time_go_does_not_cancel_what_was_paid_for_meanwhile(client: Browser) -> None:
    booking = paid()
    answer = confirmed(client, booking, status="pending_payment")
    assert answer.status_code == 409
    assert "It is confirmed." in answer.text
    assert unchanged(booking)


def test_a_held_time_is_let_go_after_one_question(client: Browser) -> None:
    booking = booked("session", status="pending_payment", hold_expires_at=MONDAY - timedelta(days=2))
    page = words(client.get(page_of(booking, ask="cancel")).text)
    assert "Let this time go?" in page
    assert "It costs you nothing." in page
    answer = confirmed(client, booking)
    assert answer.status_code == 303
    assert "You let this time go" in words(client.get(answer["Location"]).text)
    later = words(client.get(page_of(booking)).text)
    assert "It was not paid, so it is free again. You have not been charged." in later
    assert "Not kept" in later
    assert Booking.objects.get().status == "expired"


def test_one_that_the_therapist_offers_anew_can_be_cancelled_to_the_last_with_the_money_back(client: Browser) -> None:
    booking = paid(awaits_new_time=True)
    with time_machine.travel(MONDAY - timedelta(minutes=5), tick=False):
        assert "You get €70 back" in words(client.get(page_of(booking)).text)
        assert confirmed(client, booking).status_code == 303
    assert Refund.objects.get().amount_minor == 7000


@pytest.mark.rule("R9")
def test_the_owner_of_the_address_can_cancel_what_somebody_else_booked_until_it_begins(client: Browser) -> None:
    booking = booked(awaits_owner=True)
    own = page_of(booking, own=owner_tag(booking))
    with time_machine.travel(MONDAY - timedelta(hours=1), tick=False):
        assert client.post(page_of(booking), {"action": "cancel", "version": "1"}).status_code == 409
        page = client.get(own).text
        assert "Was this you?" in page
        assert "ask=cancel" in page
        assert client.post(own, {"action": "cancel", "version": "1"}).status_code == 303
    assert Booking.objects.get().status == "cancelled"
