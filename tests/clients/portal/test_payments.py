"""A client's own money in the portal: what is open, what is kept, and a ledger that adds up (R10, R16)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Stage
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking, Settlement
from tests.clients.portal.test_portal import FRAME
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, therapist
from tests.practice_admin.money.rows import dispute, payment, refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice"), pytest.mark.rule("R10")]

PAYMENTS = "/portal/payments/"


@pytest.fixture
def session():
    return make_session(name="Fifty minutes")


@pytest.fixture
def booking(alice, session):
    return make_booking(alice, session)


def held(client, session, days: int = 7, **fields) -> Booking:
    """A session that took place so many days ago."""
    return make_booking(client, session, starts_at=NOW - timedelta(days=days), status="completed", **fields)


def pay_of(booking) -> str:
    return f'href="/booking/{booking_token(booking)}/pay/"'


def settle(booking, minor: int, manner: str = "bank", **fields) -> Settlement:
    return Settlement.objects.create(
        booking=booking,
        amount_minor=minor,
        currency=booking.currency,
        manner=manner,
        paid_on=NOW.date(),
        recorded_by=therapist(),
        **fields,
    )


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def columns(page: str) -> list[tuple[str, str]]:
    """The two sums of each line, as they stand, and of the last line together."""
    cells = re.findall(r'<td class="ledger__sum">([^<]*)</td>', page)
    return list(zip(cells[::2], cells[1::2], strict=True))


def test_with_nothing_there_is_a_calm_page(browser):
    page = browser.get(PAYMENTS).text
    assert "Nothing here yet" in page
    assert "<table" not in page


def test_everything_that_came_and_went_is_a_line_and_the_lines_come_to_what_is_open(browser, alice, session):
    first = held(alice, session, 28)
    money = payment(first, receipt_url="https://pay.stripe.example/receipt")
    refund(money, 2000, lowers_fee_minor=2000)
    settle(held(alice, session, 21), 3000, "cash", note="what only she may read")
    settle(held(alice, session, 14), 7000, "waived")
    held(alice, session, 7)
    page = browser.get(PAYMENTS).text
    assert "€110 is open." in page
    assert columns(page)[-1] == ("€190", "€80")
    said = words(page)
    for line in ("You paid in cash", "Not asked of you", "Paid back to you", "Fifty minutes, Fri 20 Nov, 12:00"):
        assert line in said
    assert 'href="https://pay.stripe.example/receipt"' in page
    assert "what only she may read" not in page


def test_what_is_not_there_yet_or_came_to_nothing_is_told_and_counts_for_nothing(browser, alice, booking):
    payment(booking, state="awaited", paid_at=None, awaited_at=NOW)
    other = payment(held(alice, booking.session_type))
    refund(other, 1000, state="failed", done_at=None)
    dispute(other, 7000)
    payment(held(alice, booking.session_type, 14, fee="waived", price_minor=0), state="failed", paid_at=None)
    page = browser.get(PAYMENTS).text
    said = words(page)
    assert "Your payment of €70 is on its way" in said
    assert "€10 could not be paid back yet. We know, and will write to you" in said
    assert "You asked your bank about €70; it is looking into it" in said
    assert columns(page)[-1] == ("€140", "€70")
    assert "€70 is open." in page


def test_a_lost_dispute_and_a_refund_tried_again_are_told_as_they_ended(browser, alice, session):
    money = payment(held(alice, session))
    failed = refund(money, 1000, state="failed", done_at=None)
    refund(money, 1000, retry_of=failed)
    dispute(money, 6000, closed_at=NOW)
    said = words(browser.get(PAYMENTS).text)
    assert "€10 could not be paid back at first, and was tried again" in said
    assert "We know, and will write to you" not in said
    assert "Your bank gave this back to you" in said
    assert "€70 is open." in said


def test_a_mistake_that_was_undone_is_no_line(browser, alice, session):
    mistake = settle(held(alice, session), 7000)
    settle(mistake.booking, -7000, undoes=mistake)
    page = browser.get(PAYMENTS).text
    assert "by bank transfer" not in page
    assert columns(page) == [("€70", ""), ("€70", "€0")]


def test_each_currency_has_a_balance_of_its_own_and_a_yen_is_no_hundredth(browser, alice, session):
    held(alice, session)
    held(alice, make_session("yen", price_minor=7000, currency="JPY"), 14)
    page = browser.get(PAYMENTS).text
    assert "€70 is open." in page
    assert "¥7,000 is open." in page
    assert page.count("<table") == 2


def test_every_session_that_is_owed_has_a_way_to_pay_on_each_page(browser, alice, session, booking):
    before = held(alice, session)
    paid = held(alice, session, 14)
    payment(paid)
    for address in ("/portal/", "/portal/appointments/", PAYMENTS):
        page = browser.get(address).text
        assert pay_of(before) in page
        assert pay_of(booking) in page
        assert pay_of(paid) not in page
    assert "€70 is open for Fifty minutes, Friday 20 November 2026" in browser.get("/portal/").text


@pytest.mark.parametrize("ended", [{"status": "no_show"}, {"status": "cancelled", "fee": "charged"}])
def test_a_fee_for_what_was_missed_has_a_way_to_pay_while_its_link_works_and_then_plain_words(
    browser, alice, session, ended
):
    recent = make_booking(alice, session, starts_at=NOW - timedelta(days=2), **ended)
    page = browser.get(PAYMENTS).text
    assert pay_of(recent) in page
    assert "You can pay here whenever it suits you" in words(page)
    assert "write to us" not in page
    Booking.objects.update(starts_at=NOW - timedelta(days=40), ends_at=NOW - timedelta(days=40, minutes=-50))
    page = browser.get(PAYMENTS).text
    assert "/pay/" not in page
    assert "You can pay" not in page
    assert "It cannot be paid here any more: please write to us" in page


def test_what_is_too_little_for_a_card_is_not_offered_by_card(browser, alice, session):
    held(alice, session, 14)
    few = held(alice, make_session("few", price_minor=20))
    page = browser.get(PAYMENTS).text
    assert pay_of(few) not in page
    assert "You can pay where it says “Go on to pay”" in words(page)
    assert "It cannot be paid here by card" in page


def test_what_is_on_its_way_is_not_asked_for_again(browser, alice, session, booking):
    before = held(alice, session)
    for each in (before, booking):
        payment(each, state="awaited", paid_at=None)
    for address in ("/portal/", "/portal/appointments/", PAYMENTS):
        page = browser.get(address).text
        assert "/pay/" not in page
        assert "Payment on its way" in page
    assert "is open for" not in browser.get("/portal/").text


def test_many_open_sessions_are_one_line_at_home(browser, alice, session):
    for number in range(4):
        held(alice, session, 7 * (number + 1))
    page = browser.get("/portal/").text
    assert '4 sessions are still to be paid. <a href="/portal/payments/">See them</a>' in page
    assert "/pay/" not in page


def test_what_is_owed_for_long_is_shown_without_a_link_that_has_closed(browser, alice, session):
    ancient = held(alice, session, 60)
    page = browser.get(PAYMENTS).text
    assert "€70 is open" in page
    assert booking_token(ancient) not in page
    assert "/pay/" not in page
    assert "write to us" in words(page)
    assert "See your payments</a>" in browser.get("/portal/").text


def test_kept_money_is_offered_on_each_page_with_both_ways(browser, alice, session):
    gone = make_booking(alice, session, status="expired")
    money = payment(gone, state="unplaced")
    held(alice, session)
    assert "€70 is open, and €70 is kept for you." in browser.get(PAYMENTS).text
    for address in ("/portal/", "/portal/appointments/", PAYMENTS):
        page = browser.get(address).text
        assert "€70 is kept for you" in page
        for ask in ("place", "back"):
            asked = f"/booking/{booking_token(gone)}/?ask={ask}&amp;money={money.public_id}"
            assert asked in page
            assert browser.get(asked.replace("&amp;", "&")).status_code == 200
    refund(money, 7000, state="asked", done_at=None)
    for address in ("/portal/", "/portal/appointments/", PAYMENTS):
        assert "is kept for you" not in browser.get(address).text


def test_kept_money_whose_link_has_closed_says_where_to_write(browser, alice, session):
    payment(make_booking(alice, session, starts_at=NOW - timedelta(days=60), status="expired"), state="unplaced")
    page = browser.get(PAYMENTS).text
    assert "€70 is kept for you" in page
    assert "Have it back" not in page
    assert page.count("mailto:") == 2  # here, and at the foot


@pytest.mark.rule("R16")
def test_nothing_of_another_clients_money_is_on_any_page(browser, alice, session):
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    payment(held(bob, session))
    held(bob, session, 14)
    payment(make_booking(bob, session, status="expired"), state="unplaced")
    for address in ("/portal/", "/portal/appointments/", PAYMENTS):
        page = browser.get(address).text
        assert "is open" not in page
        assert "kept for you" not in page
        assert "/booking/" not in page


@pytest.mark.parametrize(
    ("address", "queries"),
    [("/portal/", FRAME + 7), ("/portal/appointments/", FRAME + 6), (PAYMENTS, FRAME + 9)],
)
@pytest.mark.parametrize("rows", [1, 12])
def test_money_costs_the_same_queries_with_one_row_and_with_many(browser, alice, session, address, queries, rows):
    for number in range(rows):
        coming = make_booking(alice, session, starts_at=MONDAY + timedelta(days=number))
        settle(coming, 1000)
        settled = payment(held(alice, session, number + 1))
        refund(settled, 1000)
        dispute(settled, 1000)
        held(alice, session, 100 + number)
        payment(make_booking(alice, session, starts_at=coming.starts_at, status="expired"), state="unplaced")
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    assert len(captured) == queries, "\n".join(query["sql"][:150] for query in captured)
