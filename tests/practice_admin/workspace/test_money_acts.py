"""Money from a booking's card: said first, done by POST, once for each page; refused beside the field."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from integrations.outbox.models import Effect
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking, Refund, Settlement
from tests.factories import MONDAY, NOW, make_booking, therapist
from tests.practice_admin.money.rows import dispute, payment, refund
from tests.practice_admin.workspace.diary_pages import UNKNOWN, page_of
from tests.practice_admin.workspace.money_pages import act, beside, moved, owed, send, value_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R10")]

BY_BANK = {"manner": "bank", "paid_on": "2026-11-27", "note": ""}
ACTS = ("refund", "received", "payback", "waive", "pay-link", "let-go")


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


def settled(booking, minor: int, manner: str = "bank", **fields) -> Settlement:
    values = {"currency": booking.currency, "paid_on": NOW.date(), "recorded_by": therapist(), "recorded_at": NOW}
    return Settlement.objects.create(booking=booking, amount_minor=minor, manner=manner, **values | fields)


def offered(desk, booking, text) -> list[str]:
    words = text(desk.get(page_of(booking)))
    return [name for name in ACTS if f'href="{act(booking, name)}"' in words]


def test_a_refund_says_what_is_left_and_changes_nothing(desk, text):
    booking = owed()
    refund(payment(booking), 2000, lowers_fee_minor=2000)
    page = desk.get(act(booking, "refund"))
    assert "€50 is left of what was paid by card." in text(page)
    assert value_of(page, "amount") == "50.00"
    assert Refund.objects.count() == 1
    assert not Effect.objects.exists()


@pytest.mark.parametrize(("fee", "lowered", "words"), [("lowered", 2050, "Paid"), ("owed", 0, "Partly paid")])
def test_a_part_goes_back_and_the_fee_is_lowered_or_stays_owed(desk, text, fee, lowered, words):
    booking = owed()
    payment(booking)
    page = send(desk, booking, "refund", amount="20,50", fee=fee)
    [asked] = Refund.objects.all()
    assert (asked.amount_minor, asked.lowers_fee_minor, asked.asked_by) == (2050, lowered, therapist())
    assert "€20.50 goes back." in text(page)
    assert f">{words}</span>" in text(page)
    assert list(Effect.objects.values_list("kind", flat=True)) == ["refund"]


def test_the_same_page_sent_twice_refunds_once_and_says_so_where_it_asked_for_another_amount(desk, text):
    booking, key = owed(), str(uuid4())
    payment(booking)
    for _ in range(2):
        assert "€20 goes back." in text(send(desk, booking, "refund", amount="20", fee="lowered", form_key=key))
    other = send(desk, booking, "refund", amount="30", fee="lowered", form_key=key)
    assert "This page was used before: then it was €20 that went back, and nothing more was done now." in text(other)
    assert [each.amount_minor for each in Refund.objects.all()] == [2000]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-5", "Please give an amount above nought."),
        ("0", "Please give an amount above nought."),
        ("70.01", "That is more than the €70 that is left of what was paid."),
        ("999999999", "That is more than the €70 that is left of what was paid."),
        ("$20", "This was paid in EUR, so it goes back in EUR."),
        ("20 CHF", "This was paid in EUR, so it goes back in EUR."),
        ("twenty", "Please write an amount like 70.00."),
        ("12.345", "Please write an amount like 70.00."),
        ("", "Please write an amount like 70.00."),
        ("1e3", "Please write an amount like 70.00."),
    ],
)
def test_an_amount_that_cannot_go_back_is_refused_beside_it_and_stays_as_typed(desk, typed, words):
    booking = owed()
    payment(booking)
    page = send(desk, booking, "refund", amount=typed, fee="owed")
    assert (page.status_code, beside(page, "amount")) == (422, words)
    assert value_of(page, "amount") == typed
    assert (Refund.objects.exists(), Effect.objects.exists()) == (False, False)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-5", "Please give an amount above nought."),
        ("70.01", "That is more than the €70 that is still owed."),
        ("£70", "This session is priced in EUR."),
        ("seventy", "Please write an amount like 70.00."),
    ],
)
@pytest.mark.parametrize("name", ["received", "waive"])
def test_an_amount_that_was_not_owed_is_refused_beside_it_and_nothing_is_recorded(desk, name, typed, words):
    booking = owed()
    page = send(desk, booking, name, amount=typed, **BY_BANK | {"note": "As agreed"})
    assert (page.status_code, beside(page, "amount")) == (422, words)
    assert (value_of(page, "amount"), value_of(page, "note")) == (typed, "As agreed")
    assert not moved()


def test_of_two_open_pages_the_second_is_told_what_is_left_and_refunds_nothing(desk, text):
    booking = owed()
    payment(booking)
    send(desk, booking, "refund", amount="20", fee="lowered")
    page = send(desk, booking, "refund", amount="20", fee="lowered", known_left="7000")
    assert page.status_code == 409
    assert "What is left has changed since this page was opened." in text(page)
    assert (value_of(page, "amount"), value_of(page, "known_left")) == ("50.00", "5000")
    assert [each.amount_minor for each in Refund.objects.all()] == [2000]


def test_money_in_dispute_is_not_offered_to_go_back_and_by_address_it_says_why(desk, text):
    booking = owed()
    dispute(payment(booking), 7000)
    assert "refund" not in offered(desk, booking, text)
    assert "This payment is in dispute" in text(desk.get(act(booking, "refund")))
    page = send(desk, booking, "refund", amount="70", fee="lowered")
    assert (page.status_code, text(page).count("This payment is in dispute")) == (409, 1)
    assert not Refund.objects.exists()


def test_a_payment_by_hand_is_offered_with_what_is_owed_and_recorded_once(desk, text):
    booking, key = owed(), str(uuid4())
    settled(booking, 3000, "cash")
    page = desk.get(act(booking, "received"))
    assert (value_of(page, "amount"), value_of(page, "paid_on")) == ("40.00", "2026-11-27")
    for _ in range(2):
        page = send(desk, booking, "received", amount="40", form_key=key, **BY_BANK | {"note": "Statement 11"})
        assert "Kept: €40 received." in text(page)
    assert [(row.amount_minor, row.manner, row.note) for row in Settlement.objects.all()] == [
        (3000, "cash", ""),
        (4000, "bank", "Statement 11"),
    ]
    assert "Statement 11" in text(page)
    assert "recorded by Dr Helena Reis" in text(page)
    assert not Effect.objects.exists()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"paid_on": "2026-11-28"}, "paid_on", "That day is still to come."),
        ({"paid_on": "yesterday"}, "paid_on", "Please write a day like 2026-12-24."),
        ({"paid_on": "1999-12-31"}, "paid_on", "Please choose a day from 2000 to 2199."),
        ({"manner": ""}, "manner", "Say how the money moved: by bank, in cash or otherwise."),
        ({"manner": "waived"}, "manner", "Say how the money moved: by bank, in cash or otherwise."),
    ],
)
def test_what_else_is_wrong_with_a_payment_by_hand_stands_beside_it(desk, change, field, words):
    booking = owed()
    page = send(desk, booking, "received", **{"amount": "70"} | BY_BANK | change)
    assert (page.status_code, beside(page, field)) == (422, words)
    assert not moved()


@pytest.mark.parametrize("key", ["", "x"])
def test_a_page_without_its_key_does_nothing_and_comes_back_with_one(desk, text, key):
    booking = owed()
    page = send(desk, booking, "received", amount="70", form_key=key, **BY_BANK)
    assert page.status_code == 422
    assert "That page could not be read." in text(page)
    assert not moved()
    assert "Kept" in text(send(desk, booking, "received", amount="70", form_key=value_of(page, "form_key"), **BY_BANK))


def test_money_of_a_currency_without_decimals_is_shown_and_read_right(desk, text):
    booking = owed(7000, currency="JPY")
    page = desk.get(act(booking, "received"))
    assert value_of(page, "amount") == "7000"
    assert "¥7,000 is owed for this session." in text(page)
    assert beside(send(desk, booking, "received", amount="70.50", **BY_BANK), "amount").endswith("like 7000.")
    send(desk, booking, "received", amount="¥7,000", **BY_BANK)
    assert Settlement.objects.get().amount_minor == 7000


def test_a_debt_is_waived_in_part_and_then_whole(desk, text):
    booking = owed()
    assert "Kept: €20 waived." in text(send(desk, booking, "waive", amount="20", note="Hardship"))
    page = desk.get(act(booking, "waive"))
    assert value_of(page, "amount") == "50.00"
    assert ">Waived</span>" in text(send(desk, booking, "waive", amount="50", note=""))
    assert offered(desk, booking, text) == []


@pytest.mark.parametrize(
    ("back", "waived", "pill", "sums"),
    [
        (1050, 0, "Paid", "Nothing is owed. The fee is €59.50 of €70, after what was given back."),
        (0, 2000, "Paid, the rest waived", "Nothing is owed. The fee is €50 of €70, after what was waived."),
        (1050, 500, "Paid, the rest waived", "The fee is €54.50 of €70, after what was given back and waived."),
        (0, 0, "Paid", "Nothing is owed. The price was €70."),
    ],
)
def test_what_the_card_says_of_the_fee_adds_up(desk, text, back, waived, pill, sums):
    booking = owed()
    paid = payment(booking, 7000 - waived)
    if back:
        refund(paid, back, lowers_fee_minor=back)
    if waived:
        settled(booking, waived, "waived")
    words = text(desk.get(page_of(booking)))
    assert f">{pill}</span>" in words
    assert sums in " ".join(words.split())


@pytest.mark.parametrize("status", ["no_show", "cancelled"])
def test_a_charged_session_that_was_missed_or_called_off_has_its_payment_link(desk, text, status):
    booking = owed()
    Booking.objects.update(status=status, fee="charged")
    assert offered(desk, booking, text) == ["received", "waive", "pay-link"]
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        assert offered(desk, booking, text) == ["received", "waive", "pay-link"]
        assert text(desk.get(act(booking, "pay-link"))).count("<form")


def test_what_was_recorded_by_mistake_is_undone_once_and_stays_to_be_read(desk, text):
    booking = owed()
    mistake = settled(booking, 7000)
    undo = reverse("admin:undo_settlement", args=[mistake.public_id])
    assert "beside a line of today that takes it back" in text(desk.get(undo))
    page = desk.post(undo, {"note": "Another client’s"}, follow=True)
    assert "Undone: €70, bank transfer." in text(page)
    assert Settlement.objects.get(undoes=mistake).note == "Another client’s"
    assert "€70 undone: bank transfer" in text(page)
    again = desk.post(undo, {"note": ""})
    assert (again.status_code, text(again).count("This has been undone already.")) == (409, 1)
    assert Settlement.objects.count() == 2


def test_what_came_by_hand_is_given_back_by_hand_and_no_more_than_that(desk, text):
    booking = owed()
    settled(booking, 7000)
    page = send(desk, booking, "payback", amount="80", **BY_BANK)
    assert beside(page, "amount").startswith("That is more than the €70 that is recorded as received by hand")
    assert "Kept: €20 given back." in text(send(desk, booking, "payback", amount="20", **BY_BANK))
    assert [row.amount_minor for row in Settlement.objects.all()] == [7000, -2000]


def test_only_what_is_possible_is_offered(desk, text):
    assert offered(desk, owed(), text) == ["received", "waive", "pay-link"]
    paid = owed(starts_at=MONDAY + timedelta(days=1))
    payment(paid)
    assert offered(desk, paid, text) == ["refund"]
    by_hand = owed(starts_at=MONDAY + timedelta(days=2))
    settled(by_hand, 7000)
    assert offered(desk, by_hand, text) == ["payback"]
    kind = owed(starts_at=MONDAY + timedelta(days=3)).session_type
    held = make_booking(by_hand.client, kind, starts_at=MONDAY + timedelta(days=4), status="pending_payment")
    assert offered(desk, held, text) == ["received", "pay-link", "let-go"]


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("refund", {"amount": "5", "fee": "lowered"}, "Nothing was paid by card for this session"),
        ("payback", {"amount": "5"} | BY_BANK, "is recorded as received by hand"),
        ("let-go", {}, "This time is not held for a payment."),
    ],
)
def test_what_is_not_possible_answers_with_the_reason_and_does_nothing(desk, text, name, typed, words):
    booking = owed()
    asked = desk.get(act(booking, name))
    assert '<button class="desk-button desk-button--main"' not in text(asked)
    sent = send(desk, booking, name, **typed)
    assert (sent.status_code, words in text(sent)) == (409, True)
    assert not moved()
    booking.refresh_from_db()
    assert booking.status == "confirmed"


@pytest.mark.parametrize("name", ["received", "waive", "pay-link"])
def test_nothing_is_recorded_or_sent_for_a_session_that_is_paid(desk, text, name):
    booking = owed()
    payment(booking)
    sent = send(desk, booking, name, amount="5", known_mails="0", **BY_BANK)
    assert (sent.status_code, text(sent).count("Nothing is owed for this session.")) == (409, 1)
    assert (Settlement.objects.exists(), Effect.objects.exists()) == (False, False)


@pytest.mark.parametrize("name", ACTS)
def test_of_a_session_that_does_not_exist_there_is_no_money(desk, name):
    path = reverse(f"admin:{name}_booking", args=[UNKNOWN])
    assert (desk.get(path).status_code, desk.post(path).status_code) == (404, 404)


def test_a_refund_that_failed_is_shown_with_stripes_reason_and_tried_again_once(desk, text):
    booking = owed()
    failed = refund(payment(booking), 7000, state="failed", done_at=None, failed_at=NOW, failure_reason="expired_card")
    again = reverse("admin:retry_refund", args=[failed.public_id])
    words = text(desk.get(page_of(booking)))
    assert "Stripe said: expired card." in words
    assert f'href="{again}"' in words
    assert "€70 did not go back. Stripe said: expired card." in text(desk.get(again))
    for _ in range(2):
        desk.post(again)
    assert Refund.objects.filter(retry_of=failed).count() == 1
    assert f'href="{again}"' not in text(desk.get(page_of(booking)))


def test_a_refund_that_failed_is_put_aside_from_the_page_that_tries_again(desk, text):
    booking = owed()
    failed = refund(payment(booking), 7000, state="failed", done_at=None, failed_at=NOW)
    aside = reverse("admin:put_refund_aside", args=[failed.public_id])
    again = reverse("admin:retry_refund", args=[failed.public_id])
    assert f'href="{aside}"' in text(desk.get(again))
    assert "€70 that did not go back is not tried again" in text(desk.get(aside))
    failed.refresh_from_db()
    assert failed.put_aside_at is None
    assert desk.post(aside).status_code == 302
    assert f'href="{again}"' not in text(desk.get(page_of(booking)))
    assert "It was settled otherwise." in text(desk.post(again))
    assert Refund.objects.count() == 1


def test_a_refund_that_did_not_fail_is_not_tried_again(desk, text):
    done = refund(payment(owed()), 7000)
    page = desk.post(reverse("admin:retry_refund", args=[done.public_id]))
    assert (page.status_code, "This refund has not failed." in text(page)) == (409, True)
    assert Refund.objects.count() == 1


def test_a_dispute_and_the_receipt_at_stripe_stand_on_the_card(desk, text):
    booking = owed()
    paid = payment(booking, receipt_url="https://pay.stripe.com/receipts/1")
    dispute(paid, 7000, reason="product_not_received", answer_by=NOW + timedelta(days=5))
    words = text(desk.get(page_of(booking)))
    assert 'href="https://pay.stripe.com/receipts/1"' in words
    assert "the bank says: product not received" in words
    assert "You answer it in Stripe’s dashboard by <b>Wed 2 Dec, 12:00</b>." in words


@pytest.mark.rule("R22")
def test_the_payment_link_is_shown_and_mailed_once_for_each_page(desk, text):
    booking = owed()
    page = desk.get(act(booking, "pay-link"))
    assert f'/booking/{booking_token(booking)}/pay/"' in text(page)
    for _ in range(2):
        desk.post(act(booking, "pay-link"), {"known_mails": "0"})
    assert list(Effect.objects.values_list("kind", "version")) == [("payment_link", 1)]
    desk.post(act(booking, "pay-link"), {"known_mails": "1"})
    assert Effect.objects.count() == 2
    refused = desk.post(act(booking, "pay-link"), {"known_mails": "x"})
    assert refused.status_code == 422
    assert Effect.objects.count() == 2


def test_a_link_that_opens_no_more_is_not_offered(desk, text):
    booking = owed(starts_at=NOW - timedelta(days=40))
    assert "pay-link" not in offered(desk, booking, text)
    page = desk.post(act(booking, "pay-link"), {"known_mails": "0"})
    assert "link works for 30 days after it" in text(page)
    assert not Effect.objects.exists()


def test_a_note_with_html_in_it_is_shown_as_it_was_typed(desk, text):
    booking = owed()
    send(desk, booking, "received", amount="70", **BY_BANK | {"note": "<b>cash</b>"})
    words = text(desk.get(page_of(booking)))
    assert "&lt;b&gt;cash&lt;/b&gt;" in words
    assert "<b>cash</b>" not in words
    assert Settlement.objects.get().paid_on == date(2026, 11, 27)
