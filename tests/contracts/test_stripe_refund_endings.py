"""How refunds at Stripe end, by the stand-in's switch and by hand, and the signed events that say so."""

import json

import pytest

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.webhooks import read_event
from integrations.sandbox import faults
from tests.contracts.stripe_door import (
    SECRET,
    a_payment,
    a_refund,
    events_made,
    settle,
    told,
    wait_until,
)

# --- Refunds that wait or fail ---------------------------------------------------------------------------------------


def test_a_refund_that_fails_says_why_and_takes_nothing(sandbox, client):
    payment = a_payment(client)
    faults.set_refunds("fail")
    failed = payments.gateway().refund(a_refund(payment))
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert payments.gateway().refund_state(failed.id) == failed
    assert told() == ["refund.created", "refund.updated", "refund.failed"]
    faults.set_refunds("normal")
    assert payments.gateway().refund(a_refund(payment)).status == "succeeded"


def test_a_refund_can_fail_after_it_succeeded(sandbox, client):
    payment = a_payment(client)
    refund = payments.gateway().refund(a_refund(payment))
    assert settle(client, refund.id, "failed").status_code == 303
    failed = payments.gateway().refund_state(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert told()[-2:] == ["refund.updated", "refund.failed"]


def test_a_refund_that_waits_is_pending_and_holds_its_amount_until_it_is_settled(sandbox, client):
    payment = a_payment(client)
    faults.set_refunds("pending")
    waiting = payments.gateway().refund(a_refund(payment, amount_minor=5000))
    assert (waiting.status, told()) == ("pending", ["refund.created"])
    with pytest.raises(VendorError, match="more than is left"):
        payments.gateway().refund(a_refund(payment, amount_minor=3001))
    settle(client, waiting.id, "succeeded")
    assert payments.gateway().refund_state(waiting.id).status == "succeeded"
    assert told() == ["refund.created", "charge.refunded", "refund.updated"]


@pytest.mark.parametrize(
    ("begun", "asked"),
    [("fail", "succeeded"), ("fail", "failed"), ("normal", "succeeded"), ("normal", "canceled"), ("pending", "")],
)
def test_a_refund_does_not_become_what_it_cannot(sandbox, client, begun, asked):
    faults.set_refunds(begun)
    refund = payments.gateway().refund(a_refund(a_payment(client)))
    before = told()
    assert settle(client, refund.id, asked).status_code == 409
    assert payments.gateway().refund_state(refund.id) == refund
    assert told() == before


def test_settling_a_refund_that_nobody_made_is_not_found(sandbox, client):
    assert settle(client, "re_nobody", "failed").status_code == 404


# --- Events ----------------------------------------------------------------------------------------------------------


def test_a_refund_is_told_in_signed_events_that_name_it_and_its_payment(listener, client):
    payment = a_payment(client)
    refund = payments.gateway().refund(a_refund(payment))
    wait_until(lambda: len(listener.received) == 4)  # one is about the payment
    objects = {json.loads(body)["type"]: json.loads(body)["data"]["object"] for body, _signature in listener.received}
    read = {event.type: event.object_id for event in (read_event(*one, SECRET) for one in listener.received)}
    assert read["refund.created"] == read["refund.updated"] == refund.id
    assert read["charge.refunded"] == objects["refund.updated"]["charge"]
    assert objects["refund.updated"]["payment_intent"] == payment.payment_intent
    assert objects["charge.refunded"]["payment_intent"] == payment.payment_intent


def test_a_failed_refund_is_told_in_a_signed_event_with_its_reason(listener, client):
    payment = a_payment(client)
    faults.set_refunds("fail")
    refund = payments.gateway().refund(a_refund(payment))
    wait_until(lambda: len(listener.received) == 4)
    body, signature = next(one for one in listener.received if b'"refund.failed"' in one[0])
    assert read_event(body, signature, SECRET).object_id == refund.id
    told_of = json.loads(body)["data"]["object"]
    assert (told_of["failure_reason"], told_of["payment_intent"]) == (
        "expired_or_canceled_card",
        payment.payment_intent,
    )


def test_the_charge_is_told_as_refunded_only_when_all_of_it_went_back(sandbox, client):
    payment = a_payment(client)
    for amount in (3000, 5000):
        payments.gateway().refund(a_refund(payment, amount_minor=amount))
    charges = [event["data"]["object"] for event in events_made() if event["type"] == "charge.refunded"]
    assert [(charge["amount_refunded"], charge["refunded"]) for charge in charges] == [(3000, False), (8000, True)]


def test_a_refused_refund_is_told_to_nobody(sandbox, client):
    with pytest.raises(VendorError):
        payments.gateway().refund(a_refund(a_payment(client), amount_minor=8001))
    assert told() == []


# --- The pages -------------------------------------------------------------------------------------------------------


def test_the_list_and_the_page_of_the_payment_show_its_refunds(sandbox, client):
    payment = a_payment(client)
    payments.gateway().refund(a_refund(payment, amount_minor=3000))
    for address in ("/sandbox/stripe/", f"/sandbox/stripe/payment/{payment.id}/"):
        page = client.get(address).content.decode()
        assert "€30.00" in page
        assert "tag-succeeded" in page


def test_the_control_page_sets_how_refunds_are_answered_and_refuses_what_is_none(sandbox, client):
    assert client.post("/sandbox/control/", {"refunds": "fail"}).status_code == 303
    assert faults.refunds() == "fail"
    assert client.post("/sandbox/control/", {"refunds": "vanish"}).status_code == 400
    assert faults.refunds() == "fail"
    assert faults.delivery() == "hold"
