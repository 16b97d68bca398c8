"""Refunds made in Stripe's own dashboard, all refunds of one payment, and whose account it is."""

import pytest
import requests

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.stripe_gateway import StripeGateway
from integrations.payments.webhooks import read_event
from integrations.sandbox import faults, store
from tests.contracts.stripe_door import (
    SECRET,
    a_payment,
    a_refund,
    a_request,
    behind,
    pay_page,
    refunds_of,
    settle,
    told,
    wait_until,
)


@pytest.fixture
def payment(sandbox, client):
    return a_payment(client)


# --- Made in the dashboard -------------------------------------------------------------------------------------------


def test_a_refund_made_in_the_dashboard_is_found_by_its_payment_beside_ours(payment, client):
    ours = payments.gateway().refund(a_refund(payment, amount_minor=3000))
    assert behind(client, payment, action="refund", amount="12.50").status_code == 303
    first, theirs = payments.gateway().refunds_of(payment.payment_intent)
    assert first == ours
    assert (first.amount_minor, first.metadata) == (3000, {"refund": "7"})
    assert (theirs.amount_minor, theirs.currency, theirs.metadata) == (1250, "EUR", {})
    assert (theirs.status, theirs.payment_intent) == ("succeeded", payment.payment_intent)
    assert payments.gateway().refund_state(theirs.id) == theirs


def test_a_refund_made_in_the_dashboard_is_told_by_its_payment(listener, client):
    payment = a_payment(client)
    behind(client, payment, action="refund", amount="80")
    wait_until(lambda: len(listener.received) == 4)
    read = [read_event(*one, SECRET) for one in listener.received]
    (refund,) = payments.gateway().refunds_of(payment.payment_intent)
    assert {event.object_id for event in read if event.type.startswith("refund.")} == {refund.id}
    about = [event for event in read if not event.type.startswith("checkout.")]
    assert {event.type for event in about} == {"refund.created", "charge.refunded", "refund.updated"}
    assert {event.payment_intent for event in about} == {payment.payment_intent}


@pytest.mark.parametrize("amount", ["80.01", "0", "-1", "0.001", "much", "", "NaN", "Infinity"])
def test_what_is_no_amount_or_more_than_is_left_is_refused_in_the_dashboard_too(payment, client, amount):
    assert behind(client, payment, action="refund", amount=amount).status_code == 409
    assert refunds_of(payment) == []
    assert told() == []


def test_what_was_never_paid_is_not_paid_back_in_the_dashboard(sandbox, client):
    unpaid = payments.gateway().create_checkout(a_request())
    assert behind(client, unpaid, action="refund", amount="1").status_code == 409
    assert told() == []


def test_nothing_is_done_to_a_payment_that_does_not_exist_or_by_a_word_that_means_nothing(payment, client):
    assert client.get("/sandbox/stripe/payment/cs_test_nobody/").status_code == 404
    assert client.post("/sandbox/stripe/payment/cs_test_nobody/", {"action": "expire"}).status_code == 404
    assert behind(client, payment, action="vanish").status_code == 409
    assert payments.gateway().checkout(payment.id) == payment


@pytest.mark.parametrize(
    ("paid_by", "done", "offered"),
    [
        ("", {}, "Let its time run out now"),
        ("debit", {}, "Let the bank refuse"),
        ("pay", {}, "up to €80.00"),
        ("pay", {"action": "refund", "amount": "80"}, "made in the dashboard"),
        ("pay", {"action": "dispute", "reason": "duplicate", "days": "0"}, "The bank takes no answer."),
    ],
)
def test_the_page_behind_a_payment_says_how_it_stands_and_what_can_be_done(sandbox, client, paid_by, done, offered):
    session = payments.gateway().create_checkout(a_request())
    if paid_by:
        pay_page(client, session, action=paid_by)
    if done:
        behind(client, session, **done)
    assert offered in client.get(f"/sandbox/stripe/payment/{session.id}/").content.decode()
    assert client.get("/sandbox/stripe/").status_code == client.get(session.url).status_code == 200


# --- All of a payment's refunds --------------------------------------------------------------------------------------


def test_a_payment_that_nothing_was_paid_back_of_has_no_refunds(payment):
    assert payments.gateway().refunds_of(payment.payment_intent) == []


def test_a_refund_that_failed_is_among_them(payment, client):
    refund = payments.gateway().refund(a_refund(payment))
    settle(client, refund.id, "failed")
    (failed,) = payments.gateway().refunds_of(payment.payment_intent)
    assert (failed.id, failed.status, failed.failure_reason) == (refund.id, "failed", "expired_or_canceled_card")


def test_the_refunds_of_an_unknown_payment_are_an_error(sandbox):
    with pytest.raises(VendorError, match="resource_missing") as caught:
        payments.gateway().refunds_of("pi_nobody")
    assert not caught.value.retryable


def test_refunds_come_a_page_at_a_time_the_newest_first(sandbox, payment):
    made = [payments.gateway().refund(a_refund(payment, amount_minor=each)).id for each in (100, 200, 300)]

    def page(**query):
        headers = {"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}"}
        asked = {"payment_intent": payment.payment_intent, "limit": 2} | query
        return requests.get(f"{sandbox.STRIPE_API_BASE}/v1/refunds", params=asked, headers=headers, timeout=5)

    first = page().json()
    assert ([each["id"] for each in first["data"]], first["has_more"]) == (made[:0:-1], True)
    rest = page(starting_after=made[1]).json()
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == (made[:1], False)
    assert page(limit=101).status_code == page(created=5).status_code == 400
    assert page(starting_after="re_nobody").status_code == 404


def test_more_refunds_than_fit_a_page_are_all_found(payment):
    payments.gateway().refund(a_refund(payment, amount_minor=50))

    def many(kept):
        return kept | {"refunds": [kept["refunds"][0] | {"id": f"re_{number}"} for number in range(101)]}

    store.update("stripe_session", payment.id, many)
    found = payments.gateway().refunds_of(payment.payment_intent)
    assert [refund.id for refund in found] == [f"re_{number}" for number in range(101)]


# --- The account -----------------------------------------------------------------------------------------------------


def test_the_account_says_whose_it_is_and_that_no_real_money_moves(sandbox):
    account = payments.gateway().account()
    assert (account.name, account.currency) == ("Sandbox: no money moves", "EUR")
    assert account.can_charge
    assert not account.is_live


@pytest.mark.parametrize(("key", "is_live"), [("sk_live_1", True), ("rk_live_1", True), ("rk_test_1", False)])
def test_the_key_says_whether_real_money_moves(sandbox, key, is_live):
    sandbox.STRIPE_SECRET_KEY = key
    assert payments.gateway().account().is_live is is_live


def test_a_key_that_stripe_refuses_has_no_account(sandbox):
    with pytest.raises(VendorError, match="refused our key"):
        StripeGateway("sk_test_wrong", sandbox.STRIPE_API_BASE).account()


def test_an_outage_while_asking_for_refunds_is_worth_another_try(sandbox):
    faults.set_fault("stripe", "down")
    with pytest.raises(VendorError, match="503") as caught:
        payments.gateway().refunds_of("pi_nobody")
    assert caught.value.retryable
