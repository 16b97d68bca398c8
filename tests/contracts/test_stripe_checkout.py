"""The Stripe adapter's Checkout sessions, through Stripe's own library and real HTTP, against the stand-in."""

import logging
import threading
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
import time_machine

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.stripe_gateway import StripeGateway
from integrations.sandbox import faults, store
from tests.contracts.stripe_door import a_request, keys, pay_page, sessions_made, told_of_checkouts, wait_until

# --- Opening, asking, closing ----------------------------------------------------------------------------------------


def test_a_new_session_is_open_and_carries_what_was_asked(sandbox):
    asked = a_request()
    session = payments.gateway().create_checkout(asked)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", "")
    assert (session.amount_minor, session.currency, session.reference) == (8000, "EUR", "booking:4f1c")
    assert session.expires_at == asked.expires_at.replace(microsecond=0)
    assert session.id.startswith("cs_test_")
    assert session.url == f"{sandbox.SITE_URL}/sandbox/stripe/pay/{session.id}/"
    kept = store.get("stripe_session", session.id)["session"]
    assert kept["metadata"] == {"booking": "4f1c", "1": "a key of digits"}
    assert kept["customer_details"]["email"] == "alice@example.com"


def test_a_session_is_found_again_by_its_id(sandbox):
    session = payments.gateway().create_checkout(a_request())
    assert payments.gateway().checkout(session.id) == session


def test_an_unknown_session_is_an_error_that_no_repetition_cures(sandbox):
    with pytest.raises(VendorError, match="resource_missing") as caught:
        payments.gateway().checkout("cs_test_nobody")
    assert not caught.value.retryable


def test_a_closed_session_is_expired_and_has_no_address(sandbox):
    session = payments.gateway().create_checkout(a_request())
    closed = payments.gateway().expire_checkout(session.id)
    assert (closed.status, closed.payment_status, closed.url) == ("expired", "unpaid", "")


def test_closing_twice_answers_the_same(sandbox):
    session = payments.gateway().create_checkout(a_request())
    assert payments.gateway().expire_checkout(session.id) == payments.gateway().expire_checkout(session.id)


def test_closing_a_paid_session_answers_that_it_is_paid(sandbox, client):
    session = payments.gateway().create_checkout(a_request())
    pay_page(client, session, action="pay")
    answered = payments.gateway().expire_checkout(session.id)
    assert (answered.status, answered.payment_status) == ("complete", "paid")


def test_closing_an_unknown_session_is_an_error(sandbox):
    with pytest.raises(VendorError):
        payments.gateway().expire_checkout("cs_test_nobody")


def test_a_session_expires_by_itself_when_its_time_has_passed(sandbox):
    session = payments.gateway().create_checkout(a_request())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=32), tick=True):
        assert payments.gateway().checkout(session.id).status == "expired"
    events = [kept["event"]["type"] for kept in store.all("stripe_event").values()]
    assert events == ["checkout.session.expired"]


def test_a_session_whose_time_has_passed_is_told_of_without_being_asked_about(sandbox):
    payments.gateway().create_checkout(a_request())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=32), tick=True):
        payments.gateway().account()
    assert told_of_checkouts() == [("expired", "unpaid")]


# --- Idempotency -----------------------------------------------------------------------------------------------------


def test_the_same_key_and_request_make_one_session(sandbox):
    asked = a_request()
    assert payments.gateway().create_checkout(asked) == payments.gateway().create_checkout(asked)
    assert sessions_made() == 1


def test_the_same_key_with_another_request_is_refused(sandbox):
    asked = a_request()
    payments.gateway().create_checkout(asked)
    with pytest.raises(VendorError, match="idempotency key") as caught:
        payments.gateway().create_checkout(replace(asked, amount_minor=9000))
    assert not caught.value.retryable
    assert sessions_made() == 1


def test_a_refusal_is_replayed_under_its_key_until_a_fresh_key_is_used(sandbox):
    asked = a_request(expires_at=datetime.now(UTC) + timedelta(minutes=40))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15), tick=True), pytest.raises(VendorError):
        payments.gateway().create_checkout(asked)  # by then only 25 minutes ahead
    with pytest.raises(VendorError):
        payments.gateway().create_checkout(asked)
    assert payments.gateway().create_checkout(replace(asked, idempotency_key=next(keys))).status == "open"


def test_twenty_at_once_under_one_key_make_one_session(sandbox):
    asked, answers = a_request(), []
    threads = [
        threading.Thread(target=lambda: answers.append(payments.gateway().create_checkout(asked).id)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert len(set(answers)) == sessions_made() == 1


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"amount_minor": -1}, "below nought"),
        ({"amount_minor": 49}, "no less than EUR 0.50"),
        ({"amount_minor": 49, "currency": "TRY"}, "amount_too_small"),
        ({"amount_minor": 100_000_000}, "amount_too_large"),
        ({"amount_minor": 80.5}, "in steps of EUR 0.01"),
        ({"currency": "EURO"}, "currency"),
        ({"customer_email": "nobody"}, "email_invalid"),
        ({"success_url": "/paid/"}, "url_invalid"),
        ({"description": ""}, "parameter_invalid_empty"),
        ({"expires_at": datetime.now(UTC) + timedelta(minutes=20)}, "expires_at"),
        ({"expires_at": datetime.now(UTC) + timedelta(hours=25)}, "expires_at"),
    ],
)
def test_what_stripe_would_not_take_is_refused_for_good(sandbox, changes, named):
    with pytest.raises(VendorError, match=named) as caught:
        payments.gateway().create_checkout(a_request(**changes))
    assert not caught.value.retryable
    assert sessions_made() == 0


def test_a_refusal_tells_nothing_personal_and_nothing_personal_is_logged(sandbox, caplog):
    caplog.set_level(logging.DEBUG)
    asked = a_request(customer_email="alice at home")
    with pytest.raises(VendorError) as caught:
        payments.gateway().create_checkout(asked)
    assert "alice" not in "".join(traceback.format_exception(caught.value))
    assert "alice" not in caplog.text


@pytest.mark.parametrize("field", ["payment_method_types[0]", "line_items[0][name]", "colour"])
def test_an_unknown_parameter_is_refused_as_stripe_refuses_it(sandbox, field):
    answer = requests.post(
        f"{sandbox.STRIPE_API_BASE}/v1/checkout/sessions",
        data={"mode": "payment", "success_url": "https://practice.example/", field: "card"},
        headers={"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}"},
        timeout=5,
    )
    named = field.replace("[0]", "") if field.startswith("payment") else field
    assert answer.status_code == 400
    assert answer.json()["error"] | {"message": ""} == {
        "type": "invalid_request_error",
        "code": "parameter_unknown",
        "param": named,
        "message": "",
    }


@pytest.mark.parametrize("missing", ["mode", "success_url", "line_items"])
def test_a_missing_parameter_is_refused_by_name(sandbox, missing):
    price = "line_items[0][price_data]"
    form = {
        "mode": "payment",
        "success_url": "https://practice.example/",
        "line_items[0][quantity]": "1",
        f"{price}[currency]": "eur",
        f"{price}[unit_amount]": "8000",
        f"{price}[product_data][name]": "Session",
    }
    answer = requests.post(
        f"{sandbox.STRIPE_API_BASE}/v1/checkout/sessions",
        data={name: value for name, value in form.items() if not name.startswith(missing)},
        headers={"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}"},
        timeout=5,
    )
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, missing)


def test_a_wrong_secret_key_is_refused_for_good(sandbox):
    gateway = StripeGateway("sk_test_wrong", sandbox.STRIPE_API_BASE)
    with pytest.raises(VendorError, match="refused our key") as caught:
        gateway.create_checkout(a_request())
    assert not caught.value.retryable
    assert sessions_made() == 0


def test_a_naive_moment_is_refused_before_anything_is_sent():
    with pytest.raises(ValueError, match="aware"):
        a_request(expires_at=datetime(2026, 12, 1, 10, 0))  # noqa: DTZ001


# --- Bad days --------------------------------------------------------------------------------------------------------


def test_an_outage_is_worth_another_try_later(sandbox):
    faults.set_fault("stripe", "down")
    with pytest.raises(VendorError, match="503") as caught:
        payments.gateway().create_checkout(a_request())
    assert caught.value.retryable
    faults.set_fault("stripe", "ok")
    assert sessions_made() == 0


def test_a_slow_answer_is_worth_another_try_and_the_tries_make_one_session(sandbox):
    asked = a_request()
    faults.set_fault("stripe", "slow", 0.6)
    with pytest.raises(VendorError, match="in time") as caught:
        StripeGateway(sandbox.STRIPE_SECRET_KEY, sandbox.STRIPE_API_BASE, timeout_seconds=0.2).create_checkout(asked)
    assert caught.value.retryable
    faults.set_fault("stripe", "ok")
    wait_until(lambda: sessions_made() == 1)
    found = payments.gateway().create_checkout(asked)
    assert store.get("stripe_session", found.id) is not None
    assert sessions_made() == 1


def test_nobody_at_the_address_is_worth_another_try(sandbox):
    with pytest.raises(VendorError) as caught:
        StripeGateway("sk_test_x", "http://127.0.0.1:1", timeout_seconds=0.2).checkout("cs_test_x")
    assert caught.value.retryable
