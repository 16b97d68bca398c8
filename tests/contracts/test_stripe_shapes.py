"""The stand-in's answers and events have the shapes that stripe-python declares for the pinned version."""

import pytest
import requests
import stripe

from integrations import payments
from integrations.payments.stripe_gateway import API_VERSION
from integrations.sandbox import store, stripe_events
from tests.contracts.stripe_door import a_payment, a_refund, a_request, behind, pay_page
from tests.contracts.stripe_shapes import complaints

KINDS = {
    "checkout.session": stripe.checkout.Session,
    "charge": stripe.Charge,
    "dispute": stripe.Dispute,
    "refund": stripe.Refund,
}


@pytest.fixture
def ask(sandbox):
    """The stand-in's own words, before any library reads them."""

    def get(path: str, **query):
        headers = {"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}", "Stripe-Version": API_VERSION}
        return requests.get(f"{sandbox.STRIPE_API_BASE}/v1/{path}", params=query, headers=headers, timeout=5)

    return get


def test_one_version_is_pinned_and_the_library_and_the_stand_in_speak_it():
    assert API_VERSION == stripe.api_version == stripe_events.API_VERSION


def test_another_version_is_refused(sandbox, ask):
    headers = {"Authorization": f"Bearer {sandbox.STRIPE_SECRET_KEY}", "Stripe-Version": "2020-08-27"}
    answer = requests.get(f"{sandbox.STRIPE_API_BASE}/v1/account", headers=headers, timeout=5)
    assert answer.status_code == 400
    assert ask("account").status_code == 200


@pytest.mark.parametrize("action", ["", "decline", "debit", "pay"])
def test_a_session_with_its_payment_has_its_declared_shape(sandbox, client, ask, action):
    session = payments.gateway().create_checkout(a_request())
    if action:
        pay_page(client, session, action=action)
    answer = ask(f"checkout/sessions/{session.id}", **{"expand[0]": "payment_intent.latest_charge"}).json()
    assert list(complaints(answer, stripe.checkout.Session)) == []
    assert isinstance(answer["payment_intent"], dict) is bool(action)
    if action:
        assert answer["payment_intent"]["latest_charge"]["object"] == "charge"


def test_what_is_not_asked_for_whole_is_named(ask, client):
    payment = a_payment(client)
    answer = ask(f"checkout/sessions/{payment.id}").json()
    assert answer["payment_intent"] == payment.payment_intent
    answer = ask(f"checkout/sessions/{payment.id}", **{"expand[0]": "payment_intent"}).json()
    assert answer["payment_intent"]["latest_charge"].startswith("ch_")


def test_what_cannot_be_shown_whole_is_refused_by_name(ask, client):
    payment = a_payment(client)
    answer = ask(f"checkout/sessions/{payment.id}", **{"expand[0]": "line_items.colour"})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "expand")
    assert ask(f"refunds/{payment.id}", **{"expand[0]": "charge"}).status_code == 400


def test_a_refund_a_dispute_and_the_account_have_their_declared_shapes(client, ask):
    payment = a_payment(client)
    refund = payments.gateway().refund(a_refund(payment, amount_minor=3000))
    behind(client, payment, action="dispute", reason="fraudulent", days="7")
    dispute = store.get("stripe_session", payment.id)["disputes"][0]
    assert list(complaints(ask(f"refunds/{refund.id}").json(), stripe.Refund)) == []
    assert list(complaints(ask(f"disputes/{dispute['id']}").json(), stripe.Dispute)) == []
    assert list(complaints(ask("account").json(), stripe.Account)) == []


def test_every_event_shows_an_object_of_its_declared_shape(client, ask):
    session = payments.gateway().create_checkout(a_request())
    pay_page(client, session, action="debit")
    behind(client, session, action="honour")
    behind(client, session, action="refund", amount="30")
    behind(client, session, action="dispute", reason="fraudulent", days="7")
    events = [kept["event"] for kept in store.all("stripe_event").values()]
    found = [each for event in events for each in complaints(event["data"]["object"], KINDS[_kind(event)])]
    assert found == []
    assert {_kind(event) for event in events} == KINDS.keys()
    assert {event["api_version"] for event in events} == {API_VERSION}


def _kind(event) -> str:
    kind: str = event["data"]["object"]["object"]
    return kind


def test_a_shape_that_is_wrong_is_seen():
    wrong = {"id": "re_1", "object": "refund", "amount": "lots", "created": 1, "currency": "eur", "colour": "red"}
    assert set(complaints(wrong | {"pending_reason": "whim"}, stripe.Refund)) == {
        "colour is not declared",
        "amount is 'lots'",
        "pending_reason is whim, none of Stripe's words",
    }
    assert list(complaints(wrong | {"amount": None, "colour": 1}, stripe.Refund))[1:] == ["amount is missing"]
