"""What becomes of the money of a Checkout session, as Stripe's stand-in plays it and the adapter reads it."""

from dataclasses import replace

import pytest

from integrations import payments
from integrations.payments.stripe_objects import CheckoutSession
from integrations.sandbox import store
from tests.contracts.stripe_door import a_payment, a_refund, a_request, behind, pay_page, told_of_checkouts


@pytest.fixture
def session(sandbox) -> CheckoutSession:
    return payments.gateway().create_checkout(a_request())


def now(session: CheckoutSession) -> CheckoutSession:
    return payments.gateway().checkout(session.id)


# --- Cards -----------------------------------------------------------------------------------------------------------


def test_nobody_has_paid_a_new_session(session):
    assert (session.money, session.receipt_url, session.failure_code) == ("none", "", "")


def test_a_declined_card_is_no_failure_since_the_next_one_can_pay(session, client):
    pay_page(client, session, action="decline")
    declined = now(session)
    assert (declined.money, declined.status, declined.failure_code) == ("none", "open", "card_declined")
    assert declined.receipt_url == ""
    pay_page(client, session, action="pay")
    paid = now(session)
    assert (paid.money, paid.failure_code) == ("paid", "")
    assert paid.payment_intent == declined.payment_intent


def test_what_was_paid_has_a_receipt_that_shows_what_went_back(sandbox, client):
    payment = a_payment(client)
    assert payment.money == "paid"
    payments.gateway().refund(a_refund(payment, amount_minor=3000))
    page = client.get(payment.receipt_url)
    assert page.status_code == 200
    assert "Session, 50 minutes" in page.content.decode()
    assert "€80.00" in page.content.decode()
    assert "€30.00" in page.content.decode()


def test_there_is_no_receipt_for_what_was_not_paid(session, client):
    pay_page(client, session, action="decline")
    charge = store.get("stripe_session", session.id)["attempt"]["charge"]
    assert client.get(f"/sandbox/stripe/receipt/{charge}/").status_code == 404


def test_a_session_that_ran_out_was_never_paid_even_where_a_card_was_declined(session, client):
    pay_page(client, session, action="decline")
    assert behind(client, session, action="expire").status_code == 303
    over = now(session)
    assert (over.status, over.money, over.intent_status) == ("expired", "none", "canceled")
    assert told_of_checkouts() == [("expired", "unpaid")]
    assert pay_page(client, session, action="decline").status_code == 409
    assert now(session) == over


def test_a_free_session_is_paid_once_it_is_complete(sandbox, client):
    free = payments.gateway().create_checkout(a_request(amount_minor=0))
    assert (free.money, free.payment_status) == ("none", "no_payment_required")
    pay_page(client, free, action="pay")
    assert (now(free).money, now(free).payment_intent) == ("paid", "")


# --- Debits, which the bank honours or refuses later -----------------------------------------------------------------


def test_a_debit_is_awaited_and_can_be_paid_no_second_time(session, client):
    assert pay_page(client, session, action="debit").status_code == 303
    awaited = now(session)
    assert (awaited.status, awaited.payment_status, awaited.money) == ("complete", "unpaid", "awaited")
    assert (awaited.url, awaited.receipt_url, awaited.intent_status) == ("", "", "processing")
    assert pay_page(client, session, action="pay").status_code == 409
    assert payments.gateway().expire_checkout(session.id) == awaited
    assert told_of_checkouts() == [("completed", "unpaid")]


def test_a_debit_that_the_bank_honours_is_paid(session, client):
    pay_page(client, session, action="debit")
    awaited = now(session)
    assert behind(client, session, action="honour").status_code == 303
    paid = now(session)
    assert (paid.money, paid.payment_status, paid.payment_intent) == ("paid", "paid", awaited.payment_intent)
    assert paid.receipt_url
    assert told_of_checkouts() == [("completed", "unpaid"), ("async_payment_succeeded", "paid")]


def test_a_debit_that_the_bank_refuses_has_failed_and_its_session_stays_complete(session, client):
    pay_page(client, session, action="debit")
    behind(client, session, action="refuse")
    failed = now(session)
    assert (failed.status, failed.payment_status, failed.money) == ("complete", "unpaid", "failed")
    assert (failed.failure_code, failed.receipt_url) == ("insufficient_funds", "")
    assert told_of_checkouts() == [("completed", "unpaid"), ("async_payment_failed", "unpaid")]


@pytest.mark.parametrize("before", ["pay", "decline", "debit"])
def test_the_bank_has_one_word_and_only_on_a_debit(session, client, before):
    pay_page(client, session, action=before)
    if before == "debit":
        behind(client, session, action="honour")
    stood, told = now(session), told_of_checkouts()
    assert behind(client, session, action="refuse").status_code == 409
    assert (now(session), told_of_checkouts()) == (stood, told)


# --- What the adapter makes of answers that the stand-in never gives -------------------------------------------------


@pytest.mark.parametrize(
    ("status", "payment_status", "intent_status", "money"),
    [
        ("complete", "unpaid", "requires_action", "awaited"),  # a transfer or voucher that is still to be paid
        ("complete", "unpaid", "canceled", "failed"),
        ("complete", "unpaid", "", "awaited"),
        ("expired", "unpaid", "processing", "awaited"),
        ("expired", "unpaid", "succeeded", "awaited"),
        ("expired", "paid", "succeeded", "paid"),
        ("expired", "no_payment_required", "", "none"),
        ("open", "unpaid", "requires_action", "none"),  # a bank asks its client to confirm
    ],
)
def test_money_is_never_given_up_while_it_may_still_come(status, payment_status, intent_status, money):
    session = CheckoutSession("cs", "", "open", "unpaid", "pi", 8000, "EUR", "", a_request().expires_at)
    changed = replace(session, status=status, payment_status=payment_status, intent_status=intent_status)
    assert changed.money == money


# --- The language of the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "asked"),
    [("auto", "auto"), ("en-gb", "en-GB"), ("pt_BR", "pt-BR"), ("de-at", "de"), ("tlh", "auto"), ("", "auto")],
)
def test_stripes_page_speaks_the_clients_language_where_it_can(sandbox, language, asked):
    session = payments.gateway().create_checkout(a_request(locale=language))
    assert store.get("stripe_session", session.id)["session"]["locale"] == asked
