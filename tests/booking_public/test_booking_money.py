"""What a booking's page says of its money, whatever became of the two (R10, R19)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from practice_admin.models import Booking, Payment, Settlement
from tests.booking_public.door import booked, page_of, paid
from tests.booking_public.pages import words
from tests.factories import MONDAY, NOW, make_session, therapist
from tests.practice_admin.money.rows import payment, refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice"), pytest.mark.rule("R10")]


def said(client: Browser, booking: Booking, **asked: str) -> str:
    return words(client.get(page_of(booking, **asked)).text)


def pay_page(client: Browser, booking: Booking) -> str:
    return words(client.get(f"{page_of(booking)}pay/").text)


def received(booking: Booking, minor: int) -> None:
    Settlement.objects.create(
        booking=booking,
        amount_minor=minor,
        currency=booking.currency,
        manner="cash",
        paid_on=NOW.date(),
        recorded_by=therapist(),
    )


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "Your booking"),
        ({"starts_at": MONDAY - timedelta(days=7)}, "The time of this session is over."),
        ({"status": "completed"}, "This session has taken place"),
        ({"status": "no_show"}, "We missed each other"),
        ({"status": "cancelled", "fee": "charged"}, "This booking is cancelled"),
    ],
    ids=["ahead", "over", "held", "missed", "late"],
)
def test_what_is_owed_is_said_with_the_way_to_pay(client: Browser, fields: dict[str, object], title: str) -> None:
    booking = booked("session", **fields)
    page = client.get(page_of(booking)).text
    assert title in page
    assert "€70 is open for this session." in page
    assert f'href="{page_of(booking)}pay/"' in page
    assert "Go on to pay €70" in pay_page(client, booking)


def test_what_was_paid_in_part_by_hand_leaves_the_rest(client: Browser) -> None:
    booking = booked("session")
    received(booking, 3000)
    assert "€40 is open for this session." in said(client, booking)
    assert "€40 for your session" in pay_page(client, booking)
    received(booking, 4000)
    assert "is open for this session" not in said(client, booking)
    assert "We received €70." in said(client, booking)
    assert "There is nothing left to pay for this session." in pay_page(client, booking)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "expired"}, "This time is not kept any more"),
        ({"status": "cancelled", "fee": "waived"}, "This session was cancelled"),
    ],
)
def test_where_nothing_is_to_be_paid_the_page_says_so_and_pressing_changes_nothing(
    client: Browser, fields: dict[str, str], sentence: str
) -> None:
    booking = booked("session", **fields)
    assert sentence in pay_page(client, booking)
    assert "Go on to pay" not in pay_page(client, booking)
    answer = client.post(f"{page_of(booking)}pay/")
    assert answer.status_code == 409
    assert not Payment.objects.exists()


def test_a_call_that_is_free_has_nothing_to_pay(client: Browser) -> None:
    booking = booked()
    assert "There is nothing left to pay" in pay_page(client, booking)
    assert client.post(f"{page_of(booking)}pay/").status_code == 409
    assert "To be paid" not in said(client, booking)


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00"])
def test_a_payment_link_that_opens_no_booking_is_404(client: Browser, token: str) -> None:
    for address in (f"/booking/{token}/pay/", f"/booking/{token}/pay/stopped/"):
        assert client.get(address).status_code == 404
    assert client.post(f"/booking/{token}/pay/").status_code == 404


def test_what_is_too_little_for_a_card_is_said_to_be_paid_in_person(client: Browser) -> None:
    booking = booked("session")
    received(booking, 6990)
    page = pay_page(client, booking)
    assert "This amount cannot be paid by card." in page
    assert "Go on to pay" not in page
    assert client.post(f"{page_of(booking)}pay/").status_code == 409


def test_a_yen_is_no_hundredth(client: Browser) -> None:
    make_session("yen", price_minor=7000, currency="JPY")
    booking = booked("yen", status="pending_payment", hold_expires_at=NOW + timedelta(minutes=20))
    assert "¥7,000 for your session" in pay_page(client, booking)
    page = said(client, booking)
    assert "¥7,000" in page
    assert "We keep it for 16 more minutes, until Fri 27 Nov, 12:16." in page


def test_refunds_are_told_with_how_far_they_are_and_one_that_was_tried_again_only_once(client: Browser) -> None:
    booking = paid()
    money = booking.payments.get()
    refund(money, 1000)
    refund(money, 1500, state="pending", done_at=None)
    failed = refund(money, 500, state="failed", done_at=None)
    page = said(client, booking)
    assert "€10 went back to the card you paid with." in page
    assert "€15 is on its way back to you" in page
    assert "We could not pay €5 back to your card yet. Your therapist knows" in page
    refund(money, 700, state="failed", done_at=None, put_aside_at=NOW)
    refund(money, 500, retry_of=failed)
    page = said(client, booking)
    assert "We could not pay" not in page
    assert "€15 went back to the card you paid with." in page


@pytest.mark.parametrize(
    ("minor", "state", "said"),
    [
        (7000, "done", "€70, all of which went back to you"),
        (7000, "pending", "€70, all of which goes back to you"),
        (3550, "done", "€70, of which €35.50 went back to you"),
        (3550, "failed", "Paid€70"),
    ],
)
def test_what_was_paid_is_named_with_what_went_back_of_it(client: Browser, minor: int, state: str, said: str) -> None:
    booking = paid(status="cancelled", fee="waived")
    refund(booking.payments.get(), minor, state=state, done_at=NOW if state == "done" else None)
    page = words(client.get(page_of(booking)).text)
    assert said in page
    assert ("back to you Cancelled" in page) == (state != "failed")


@pytest.mark.rule("R19")
def test_cancelling_says_before_what_is_left_to_go_back(client: Browser) -> None:
    booking = paid()
    refund(booking.payments.get(), 3000, lowers_fee_minor=3000)
    assert "You get €40 back, to the card you paid with" in said(client, booking, ask="cancel")


@pytest.mark.rule("R19")
def test_cancelling_says_what_becomes_of_money_that_came_by_hand(client: Browser) -> None:
    booking = booked("session")
    received(booking, 7000)
    page = said(client, booking, ask="cancel")
    assert "The €70 that you paid otherwise, your therapist gives back to you" in page
    assert "It costs you nothing." not in page


@pytest.mark.parametrize(
    ("state", "status", "sentence"),
    [
        ("awaited", "pending_payment", "Your payment is on its way"),
        ("awaited", "expired", "when the money arrives, we ask you"),
        ("awaited", "confirmed", "Your bank has it, and can take some days."),
        ("failed", "expired", "Your bank did not pay this"),
        ("failed", "confirmed", "Your bank did not carry out the payment"),
        ("expired", "expired", "You have not been charged."),
    ],
)
def test_each_way_that_a_payment_can_stand_has_its_own_words(
    client: Browser, state: str, status: str, sentence: str
) -> None:
    booking = booked("session", status=status, hold_expires_at=MONDAY if status == "pending_payment" else None)
    payment(booking, state=state, paid_at=None)
    page = said(client, booking)
    assert sentence in page
    assert "Waiting for payment" not in page


def test_a_time_that_is_kept_for_money_on_its_way_cannot_be_let_go(client: Browser) -> None:
    booking = booked("session", status="pending_payment", hold_expires_at=MONDAY)
    payment(booking, state="awaited", paid_at=None)
    page = said(client, booking, ask="cancel")
    assert "Let this time go?" not in page
    assert "The time is kept for you until your bank has answered." in page


@pytest.mark.parametrize("payments", [1, 5])
def test_the_page_costs_the_same_queries_with_one_payment_and_with_many(client: Browser, payments: int) -> None:
    booking = booked("session")
    for _ in range(payments):
        refund(payment(booking), 100)
    with CaptureQueriesContext(connection) as captured:
        client.get(page_of(booking))
    assert len(captured) == 8, "\n".join(query["sql"][:150] for query in captured)


def test_a_free_calls_page_asks_nothing_of_money(client: Browser, django_assert_num_queries) -> None:
    booking = booked()
    with django_assert_num_queries(4):
        client.get(page_of(booking))
