"""Disputes of Stripe's stand-in: opened, answered, ruled on, and what the adapter reads of them."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.webhooks import read_event
from integrations.sandbox import store
from tests.contracts.stripe_door import SECRET, a_payment, a_refund, a_request, behind, told, wait_until


@pytest.fixture
def payment(sandbox, client):
    return a_payment(client)


def disputed(client, payment, **changes) -> str:
    """A dispute of the payment; its id."""
    fields = {"action": "dispute", "reason": "fraudulent", "days": "7"} | changes
    assert behind(client, payment, **fields).status_code == 303
    dispute_id: str = store.get("stripe_session", payment.id)["disputes"][0]["id"]
    return dispute_id


def move(client, dispute_id: str, status: str):
    return client.post(f"/sandbox/stripe/dispute/{dispute_id}/", {"status": status})


def test_a_dispute_says_what_is_disputed_why_and_until_when_it_can_be_answered(payment, client):
    found = payments.gateway().dispute(disputed(client, payment))
    assert (found.payment_intent, found.amount_minor, found.currency) == (payment.payment_intent, 8000, "EUR")
    assert (found.reason, found.status, found.standing, found.needs_answer) == (
        "fraudulent",
        "needs_response",
        "open",
        True,
    )
    assert found.answer_by.tzinfo is UTC
    assert timedelta(days=7) <= found.answer_by - datetime.now(UTC) < timedelta(days=8)
    assert told() == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_what_was_paid_back_is_not_disputed(payment, client):
    payments.gateway().refund(a_refund(payment, amount_minor=3000))
    assert payments.gateway().dispute(disputed(client, payment)).amount_minor == 5000


def test_a_dispute_that_takes_no_answer_has_no_date(payment, client):
    assert payments.gateway().dispute(disputed(client, payment, days="0")).answer_by is None


def test_an_unknown_dispute_is_an_error_that_no_repetition_cures(sandbox, client):
    with pytest.raises(VendorError, match="resource_missing") as caught:
        payments.gateway().dispute("du_nobody")
    assert not caught.value.retryable
    assert move(client, "du_nobody", "won").status_code == 404


@pytest.mark.parametrize(
    ("path", "standing", "events"),
    [
        (["under_review", "won"], "won", ["updated", "closed", "funds_reinstated"]),
        (["under_review", "lost"], "lost", ["updated", "closed"]),
        (["lost"], "lost", ["closed"]),
    ],
)
def test_a_dispute_is_answered_and_ruled_on(payment, client, path, standing, events):
    dispute_id = disputed(client, payment)
    for status in path:
        assert move(client, dispute_id, status).status_code == 303
    found = payments.gateway().dispute(dispute_id)
    assert (found.standing, found.needs_answer) == (standing, False)
    assert told()[2:] == [f"charge.dispute.{event}" for event in events]


def test_an_inquiry_takes_no_money_and_may_become_a_dispute(payment, client):
    dispute_id = disputed(client, payment, inquiry="on")
    inquiry = payments.gateway().dispute(dispute_id)
    assert (inquiry.status, inquiry.standing, inquiry.needs_answer) == ("warning_needs_response", "open", True)
    assert told() == ["charge.dispute.created"]
    move(client, dispute_id, "needs_response")
    assert payments.gateway().dispute(dispute_id).status == "needs_response"
    assert told()[1:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]


def test_an_inquiry_that_goes_no_further_is_closed_with_no_ruling(payment, client):
    dispute_id = disputed(client, payment, inquiry="on")
    move(client, dispute_id, "warning_closed")
    assert payments.gateway().dispute(dispute_id).standing == "closed"
    assert told()[-1] == "charge.dispute.closed"


@pytest.mark.parametrize(("path", "asked"), [(["won"], "lost"), ([], "warning_closed"), ([], "settled"), ([], "")])
def test_a_dispute_does_not_become_what_it_cannot(payment, client, path, asked):
    dispute_id = disputed(client, payment)
    for status in path:
        move(client, dispute_id, status)
    stood, before = payments.gateway().dispute(dispute_id), told()
    assert move(client, dispute_id, asked).status_code == 409
    assert (payments.gateway().dispute(dispute_id), told()) == (stood, before)


def test_what_a_bank_took_back_is_not_paid_back_too_until_the_dispute_is_won(payment, client):
    dispute_id = disputed(client, payment)
    with pytest.raises(VendorError, match="bank has taken this payment back") as caught:
        payments.gateway().refund(a_refund(payment))
    assert not caught.value.retryable
    assert "refunds" not in store.get("stripe_session", payment.id)
    move(client, dispute_id, "won")
    assert payments.gateway().refund(a_refund(payment)).status == "succeeded"


def test_an_inquiry_can_be_ended_by_paying_back(payment, client):
    disputed(client, payment, inquiry="on")
    assert payments.gateway().refund(a_refund(payment)).status == "succeeded"


@pytest.mark.parametrize("changes", [{"reason": "a whim"}, {"days": "61"}, {"days": "soon"}, {"days": ""}])
def test_a_dispute_that_no_bank_would_open_is_refused(payment, client, changes):
    fields = {"action": "dispute", "reason": "fraudulent", "days": "7"} | changes
    assert behind(client, payment, **fields).status_code == 409
    assert told() == []


def test_a_payment_is_disputed_once_and_only_when_it_was_paid(payment, client):
    disputed(client, payment)
    unpaid = payments.gateway().create_checkout(a_request())
    for session in (payment, unpaid):
        assert behind(client, session, action="dispute", reason="general", days="7").status_code == 409
    assert told().count("charge.dispute.created") == 1


def test_a_dispute_is_told_in_a_signed_event_that_names_it_and_its_payment(listener, client):
    payment = a_payment(client)
    dispute_id = disputed(client, payment)
    wait_until(lambda: len(listener.received) == 3)
    read = {event.type: event for event in (read_event(*one, SECRET) for one in listener.received)}
    created = read["charge.dispute.created"]
    assert (created.object_id, created.payment_intent) == (dispute_id, payment.payment_intent)
