"""The Stripe adapter's refunds, through Stripe's own library and real HTTP, against the stand-in."""

import threading
from dataclasses import replace

import pytest
import requests

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.stripe_gateway import StripeGateway
from integrations.sandbox import faults, store
from tests.contracts.stripe_door import (
    a_payment,
    a_refund,
    a_request,
    keys,
    pay_page,
    refunds_of,
    settle,
    told,
    wait_until,
)


def refuse(asked) -> VendorError:
    """What refusing the refund says."""
    with pytest.raises(VendorError) as caught:
        payments.gateway().refund(asked)
    return caught.value


# --- Paying back -----------------------------------------------------------------------------------------------------


def test_a_payment_goes_back_in_full(sandbox, client):
    payment = a_payment(client)
    refund = payments.gateway().refund(a_refund(payment))
    assert (refund.status, refund.failure_reason) == ("succeeded", "")
    assert refund.id.startswith("re_")
    assert refunds_of(payment) == [(8000, "succeeded")]


def test_stripe_hears_why_and_whose_it_is(sandbox, client):
    payment = a_payment(client)
    payments.gateway().refund(a_refund(payment))
    kept = store.get("stripe_session", payment.id)["refunds"][0]
    assert (kept["reason"], kept["metadata"], kept["currency"]) == ("requested_by_customer", {"refund": "7"}, "eur")


def test_a_part_goes_back_then_the_rest(sandbox, client):
    payment = a_payment(client)
    first = payments.gateway().refund(a_refund(payment, amount_minor=3000))
    rest = payments.gateway().refund(a_refund(payment, amount_minor=5000))
    assert first.id != rest.id
    assert refunds_of(payment) == [(3000, "succeeded"), (5000, "succeeded")]


def test_a_refund_leaves_the_payment_paid(sandbox, client):
    payment = a_payment(client)
    payments.gateway().refund(a_refund(payment))
    assert payments.gateway().checkout(payment.id) == payment


def test_a_refund_is_found_again_by_its_id(sandbox, client):
    refund = payments.gateway().refund(a_refund(a_payment(client)))
    assert payments.gateway().refund_state(refund.id) == refund


def test_an_unknown_refund_is_an_error_that_no_repetition_cures(sandbox):
    with pytest.raises(VendorError, match="resource_missing") as caught:
        payments.gateway().refund_state("re_nobody")
    assert not caught.value.retryable


# --- Too much, too often, too early ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "asked"), [(0, 8001), (3000, 5001)])
def test_more_than_is_left_is_refused_in_a_plain_sentence(sandbox, client, before, asked):
    payment = a_payment(client)
    if before:
        payments.gateway().refund(a_refund(payment, amount_minor=before))
    refused = refuse(a_refund(payment, amount_minor=asked))
    assert refused.reason.startswith("That is more than is left of this payment.")
    assert not refused.retryable
    assert sum(amount for amount, _status in refunds_of(payment)) == before


def test_a_payment_that_went_back_is_not_paid_back_again(sandbox, client):
    payment = a_payment(client)
    payments.gateway().refund(a_refund(payment))
    refused = refuse(a_refund(payment))
    assert refused.reason.startswith("All of this payment has been paid back already. (charge_already_refunded")
    assert not refused.retryable
    assert refunds_of(payment) == [(8000, "succeeded")]


@pytest.mark.parametrize("amount", [0, -1, 30.5])
def test_an_amount_that_is_none_is_refused_for_what_it_is(sandbox, client, amount):
    payment = a_payment(client)
    refused = refuse(a_refund(payment, amount_minor=amount))
    assert refused.reason.startswith("It refused the request. (parameter_invalid_integer, amount")
    assert not refused.retryable
    assert refunds_of(payment) == []


def test_a_payment_that_nobody_made_is_refused_for_good(sandbox, client):
    payment = a_payment(client)
    refused = refuse(a_refund(payment, payment_intent="pi_nobody"))
    assert "resource_missing, payment_intent" in refused.reason
    assert not refused.retryable
    assert refunds_of(payment) == []


def test_a_payment_that_was_declined_is_refused_for_good(sandbox, client):
    session = payments.gateway().create_checkout(a_request())
    pay_page(client, session, action="decline")
    unpaid = payments.gateway().checkout(session.id)
    assert unpaid.payment_intent.startswith("pi_")
    assert not refuse(a_refund(unpaid)).retryable
    assert refunds_of(unpaid) == []
    assert told() == []


def test_ten_at_once_pay_back_no_more_than_was_paid(sandbox, client):
    payment, outcomes = a_payment(client), []

    def ask():
        try:
            outcomes.append(payments.gateway().refund(a_refund(payment, amount_minor=3000)).status)
        except VendorError as refused:
            outcomes.append(refused.reason.partition(".")[0])

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["That is more than is left of this payment"] * 8 + ["succeeded"] * 2
    assert refunds_of(payment) == [(3000, "succeeded")] * 2


# --- Idempotency -----------------------------------------------------------------------------------------------------


def test_the_same_key_twice_is_one_refund(sandbox, client):
    payment = a_payment(client)
    asked = a_refund(payment, amount_minor=3000)
    assert payments.gateway().refund(asked) == payments.gateway().refund(asked)
    assert refunds_of(payment) == [(3000, "succeeded")]
    assert told().count("charge.refunded") == 1


def test_the_same_key_with_another_amount_is_refused(sandbox, client):
    payment = a_payment(client)
    asked = a_refund(payment, amount_minor=3000)
    payments.gateway().refund(asked)
    refused = refuse(replace(asked, amount_minor=4000))
    assert refused.reason.startswith("The idempotency key was used before")
    assert not refused.retryable
    assert refunds_of(payment) == [(3000, "succeeded")]


def test_a_refusal_is_replayed_under_its_key_until_a_fresh_key_is_used(sandbox, client):
    payment = a_payment(client)
    first = payments.gateway().refund(a_refund(payment, amount_minor=5000))
    rest = a_refund(payment, amount_minor=8000)
    refuse(rest)
    settle(client, first.id, "failed")
    refuse(rest)
    assert payments.gateway().refund(replace(rest, idempotency_key=next(keys))).status == "succeeded"


def test_a_repeated_call_reads_the_refund_as_it_began_and_asking_reads_it_as_it_is(sandbox, client):
    asked = a_refund(a_payment(client))
    refund = payments.gateway().refund(asked)
    settle(client, refund.id, "failed")
    assert payments.gateway().refund(asked) == refund
    assert payments.gateway().refund_state(refund.id).status == "failed"


# --- The parameters --------------------------------------------------------------------------------------------------


def post_refund(sandbox, form: dict[str, str]):
    headers = {"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}"}
    return requests.post(f"{sandbox.STRIPE_API_BASE}/v1/refunds", data=form, headers=headers, timeout=5)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"amount": "lots"}, "parameter_invalid_integer", "amount"),
        ({"reason": "a whim"}, None, "reason"),
        ({"charge": "ch_1"}, None, "charge"),
        ({"metadata[note]": "x" * 501}, None, "metadata"),
        ({"payment_intent": ""}, "parameter_invalid_empty", "payment_intent"),
    ],
)
def test_a_parameter_that_stripe_would_not_take_is_refused_by_name(sandbox, client, changes, code, param):
    payment = a_payment(client)
    answer = post_refund(sandbox, {"payment_intent": payment.payment_intent} | changes)
    error = answer.json()["error"]
    assert (answer.status_code, error.get("code"), error["param"]) == (400, code, param)
    assert refunds_of(payment) == []


def test_a_refund_of_nothing_in_particular_is_refused(sandbox):
    answer = post_refund(sandbox, {"amount": "3000"})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "payment_intent")


def test_a_refund_without_an_amount_is_all_that_is_left(sandbox, client):
    payment = a_payment(client)
    payments.gateway().refund(a_refund(payment, amount_minor=3000))
    answer = post_refund(sandbox, {"payment_intent": payment.payment_intent})
    assert (answer.status_code, answer.json()["amount"]) == (200, 5000)
    assert "failure_reason" not in answer.json()


def test_an_unknown_payment_is_answered_as_missing(sandbox):
    answer = post_refund(sandbox, {"payment_intent": "pi_nobody"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (404, "resource_missing", "payment_intent")


# --- Bad days --------------------------------------------------------------------------------------------------------


def test_an_outage_is_worth_another_try_and_pays_nothing_back(sandbox, client):
    payment = a_payment(client)
    faults.set_fault("stripe", "down")
    assert refuse(a_refund(payment)).retryable
    faults.set_fault("stripe", "ok")
    assert refunds_of(payment) == []


def test_a_slow_answer_is_worth_another_try_and_the_tries_make_one_refund(sandbox, client):
    payment = a_payment(client)
    asked = a_refund(payment)
    faults.set_fault("stripe", "slow", 0.6)
    with pytest.raises(VendorError, match="in time") as caught:
        StripeGateway(sandbox.STRIPE_SECRET_KEY, sandbox.STRIPE_API_BASE, timeout_seconds=0.2).refund(asked)
    assert caught.value.retryable
    faults.set_fault("stripe", "ok")
    wait_until(lambda: refunds_of(payment))
    assert payments.gateway().refund(asked).status == "succeeded"
    assert refunds_of(payment) == [(8000, "succeeded")]
