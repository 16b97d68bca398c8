"""Amounts: whole minor units, of which Stripe counts fewer or more, or does not take every one."""

import pytest
import requests

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.amounts import decimal_places, objection, step, written
from integrations.sandbox.stripe_money import minor, money
from tests.contracts.stripe_door import a_refund, a_request, pay_page, refunds_of, sessions_made


@pytest.mark.parametrize(
    ("currency", "places", "steps", "text"),
    [
        ("EUR", 2, 1, "EUR 80.00"),
        ("jpy", 0, 1, "JPY 8,000"),
        ("KWD", 3, 10, "KWD 8.000"),
        ("ISK", 2, 100, "ISK 80.00"),
        ("UGX", 2, 100, "UGX 80.00"),  # though Stripe's list of those without decimals has it too
    ],
)
def test_a_currency_has_its_decimals_and_its_steps(currency, places, steps, text):
    assert (decimal_places(currency), step(currency), written(8000, currency)) == (places, steps, text)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (0, "EUR", ""),
        (50, "EUR", ""),
        (49, "EUR", "Stripe takes no less than EUR 0.50."),
        (29, "GBP", "Stripe takes no less than GBP 0.30."),
        (50, "JPY", ""),
        (49, "JPY", "Stripe takes no less than JPY 50."),
        (1, "XOF", ""),
        (5120, "KWD", ""),
        (5124, "KWD", "Stripe takes amounts in steps of KWD 0.010 alone."),
        (550, "ISK", "Stripe takes amounts in steps of ISK 1.00 alone."),
        (-1, "EUR", "The amount is below nought."),
    ],
)
def test_a_price_that_stripe_would_not_take_is_objected_to_in_a_sentence(amount, currency, words):
    assert objection(amount, currency) == words


@pytest.mark.parametrize(("currency", "text"), [("JPY", "JPY 8,000"), ("KWD", "KWD 8.000"), ("ISK", "ISK 80.00")])
def test_an_amount_is_asked_for_in_the_currencys_own_units(sandbox, client, currency, text):
    session = payments.gateway().create_checkout(a_request(amount_minor=8000, currency=currency))
    assert (session.amount_minor, session.currency) == (8000, currency)
    assert text in client.get(f"/sandbox/stripe/pay/{session.id}/").content.decode()


def test_what_stripe_would_not_take_is_refused_before_it_is_asked(sandbox):
    with pytest.raises(VendorError, match=r"steps of KWD 0\.010") as caught:
        payments.gateway().create_checkout(a_request(amount_minor=5124, currency="KWD"))
    assert not caught.value.retryable
    assert sessions_made() == 0


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [("49", "jpy", "amount_too_small"), ("5124", "kwd", "invalid_charge_amount"), ("199", "pln", "amount_too_small")],
)
def test_the_stand_in_holds_to_stripes_rules_by_itself(sandbox, amount, currency, code):
    price = "line_items[0][price_data]"
    form = {
        "mode": "payment",
        "success_url": "https://practice.example/",
        "line_items[0][quantity]": "1",
        f"{price}[currency]": currency,
        f"{price}[unit_amount]": amount,
        f"{price}[product_data][name]": "Session",
    }
    headers = {"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}"}
    answer = requests.post(f"{sandbox.STRIPE_API_BASE}/v1/checkout/sessions", data=form, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert sessions_made() == 0


def test_a_refund_keeps_to_the_steps_too(sandbox, client):
    session = payments.gateway().create_checkout(a_request(amount_minor=8000, currency="KWD"))
    pay_page(client, session, action="pay")
    payment = payments.gateway().checkout(session.id)
    with pytest.raises(VendorError, match="invalid_charge_amount"):
        payments.gateway().refund(a_refund(payment, amount_minor=4001))
    assert refunds_of(payment) == []
    assert payments.gateway().refund(a_refund(payment, amount_minor=4000)).amount_minor == 4000


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [("30", "eur", 3000), ("30.5", "eur", 3050), (" 7 ", "jpy", 7), ("7.5", "jpy", None), ("1.25", "kwd", 1250)],
)
def test_an_amount_that_was_typed_is_read_in_its_currency(typed, currency, amount):
    assert minor(typed, currency) == amount
    if amount is not None:
        assert minor(money(amount, currency).split()[-1].lstrip("€"), currency) == amount
