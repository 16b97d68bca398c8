"""Money that came for a time that was gone: kept, used for another time, or given back; as its owner likes (R10)."""

from uuid import uuid4

import pytest
from django.test import Client as Browser

from integrations.outbox.models import Effect
from practice_admin.models import Booking, Payment, Refund, SessionType
from tests.booking_public.door import booked, late, page_of, paid, unchanged
from tests.booking_public.pages import buttons, hidden, starts, words
from tests.factories import NOW, make_booking
from tests.practice_admin.money.rows import payment, refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice"), pytest.mark.rule("R10")]

ANOTHER = "2026-12-01T10:00:00+00:00"


def money_of(booking: Booking) -> str:
    return str(booking.payments.get().public_id)


def placing(booking: Booking, **changes: str) -> dict[str, str]:
    return {"action": "place", "money": money_of(booking), "start": ANOTHER, "tz": "Europe/Lisbon"} | changes


def test_the_page_says_that_it_is_safe_and_offers_both(client: Browser) -> None:
    booking = late()
    page = client.get(page_of(booking)).text
    assert "€70 is kept for you" in page
    assert "You have not been charged" not in page
    money = money_of(booking)
    assert f"?ask=place&amp;money={money}" in page
    assert f"?ask=back&amp;money={money}" in page


def test_another_time_is_chosen_with_it_and_booked_at_once_and_once(client: Browser) -> None:
    booking = late()
    asked = client.get(page_of(booking, ask="place", money=money_of(booking)))
    assert "It is paid with the €70 that is kept for you" in words(asked.text)
    assert starts(asked.text)
    assert hidden(asked.text, "action") == "place"
    assert hidden(asked.text, "money") == money_of(booking)
    sent = placing(booking)
    answer = client.post(page_of(booking), sent)
    assert answer.status_code == 303
    page = words(client.get(answer["Location"]).text)
    assert "You are booked" in page
    assert "We received €70" in page
    new = Booking.objects.get(status="confirmed")
    assert new.starts_at.isoformat() == ANOTHER
    again = client.post(page_of(booking), sent)
    assert again.status_code == 409
    assert "This money has found its place already" in again.text
    assert Booking.objects.count() == 2
    assert not Refund.objects.exists()
    old = client.get(page_of(booking)).text
    assert "What you paid for this one was used for" in old
    assert page_of(new) in old
    assert "You have not been charged" not in old


def test_a_time_that_was_just_taken_is_409_with_the_nearest_and_the_money_stays(client: Browser) -> None:
    booking = late()
    make_booking(starts_at=NOW.fromisoformat(ANOTHER))
    before = Booking.objects.count()
    answer = client.post(page_of(booking), placing(booking))
    assert answer.status_code == 409
    assert "just taken" in answer.text
    nearest = buttons(answer.text, "start")
    assert len(nearest) == 3
    assert Booking.objects.count() == before
    assert Payment.objects.get(booking=booking).state == "unplaced"
    assert client.post(page_of(booking), placing(booking, start=nearest[0])).status_code == 303


@pytest.mark.parametrize("start", ["", "soon", "2026-12-01T10:00:00"])
def test_a_time_that_cannot_be_read_is_422_with_the_times(client: Browser, start: str) -> None:
    booking = late()
    answer = client.post(page_of(booking), placing(booking, start=start))
    assert answer.status_code == 422
    assert "We could not read that time." in answer.text
    assert starts(answer.text)
    assert unchanged(booking)


def test_it_is_asked_once_before_it_goes_back_and_a_second_press_says_so(client: Browser) -> None:
    booking = late()
    page = words(client.get(page_of(booking, ask="back", money=money_of(booking))).text)
    assert "Have €70 back?" in page
    assert not Refund.objects.exists()
    sent = {"action": "give_back", "money": money_of(booking)}
    answer = client.post(page_of(booking), sent)
    assert answer.status_code == 303
    after = words(client.get(answer["Location"]).text)
    assert "€70 is on its way back to you" in after
    assert "is kept for you" not in after
    again = client.post(page_of(booking), sent)
    assert again.status_code == 409
    assert "This money has found its place already, or is on its way back." in again.text
    assert client.get(page_of(booking, ask="back", money=sent["money"])).status_code == 409
    assert client.get(page_of(booking, ask="place", money=sent["money"])).status_code == 409
    assert client.post(page_of(booking), placing(booking)).status_code == 409
    assert Refund.objects.get().amount_minor == 7000
    assert Booking.objects.count() == 1


@pytest.mark.rule("R16")
def test_money_that_is_not_this_bookings_is_404_and_nothing_is_done_with_it(client: Browser) -> None:
    booking = booked("session", status="expired")
    other = payment(make_booking(None, SessionType.objects.get(slug="discovery")), state="unplaced")
    for money in ("", "x", "0", "\0", str(uuid4()), str(other.public_id)):
        assert client.get(page_of(booking), {"ask": "place", "money": money}).status_code == 404
        assert client.get(page_of(booking), {"ask": "back", "money": money}).status_code == 404
        for action in ("place", "give_back"):
            sent = {"action": action, "money": money, "start": ANOTHER}
            assert client.post(page_of(booking), sent).status_code == 404
    assert not Refund.objects.exists()
    assert not Effect.objects.exists()
    assert Booking.objects.count() == 2


def test_of_what_went_back_in_part_the_rest_can_only_follow(client: Browser) -> None:
    booking = late()
    refund(booking.payments.get(), 3000)
    page = client.get(page_of(booking)).text
    assert "€40 is kept for you" in page
    assert "ask=place" not in page
    assert client.get(page_of(booking, ask="place", money=money_of(booking))).status_code == 409
    assert client.post(page_of(booking), {"action": "give_back", "money": money_of(booking)}).status_code == 303
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [3000, 4000]


def test_where_that_kind_is_no_longer_open_it_says_so_and_the_money_can_go_back(client: Browser) -> None:
    booking = late()
    SessionType.objects.filter(slug="session").update(is_shown=False)
    answer = client.get(page_of(booking, ask="place", money=money_of(booking)))
    assert answer.status_code == 409
    assert "This kind of session is arranged in person." in answer.text
    assert "Have it back" in answer.text
    assert client.post(page_of(booking), placing(booking)).status_code == 409
    assert Booking.objects.count() == 1


def test_a_second_payment_is_kept_beside_a_session_that_stands(client: Browser) -> None:
    booking = paid()
    payment(booking, state="unplaced")
    page = client.get(page_of(booking)).text
    assert "Your booking" in page
    assert "€70 is kept for you" in page
    assert "We received €70." in page
