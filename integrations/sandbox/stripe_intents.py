"""Payments of Stripe's stand-in: what a session's latest attempt came to, as a PaymentIntent and its Charge show it.

Kept with the session: `attempt` holds the charge's id, when it was made and how it stands. Shapes follow
https://docs.stripe.com/api/payment_intents and …/api/charges (API 2026-10-28.endive) as far as a one-off payment goes.
"""

import time
from typing import Any, Literal
from uuid import uuid4

from django.conf import settings
from django.urls import reverse

from integrations.sandbox.store import Document

State = Literal["declined", "processing", "succeeded", "refused"]
# A card is refused at once, and the session stays open; a bank debit days later, and the session stays complete.
INTENT_STATUSES: dict[State, str] = {
    "declined": "requires_payment_method",
    "processing": "processing",
    "succeeded": "succeeded",
    "refused": "requires_payment_method",
}
CHARGE_STATUSES: dict[State, str] = {
    "declined": "failed",
    "processing": "pending",
    "succeeded": "succeeded",
    "refused": "failed",
}
FAILURES: dict[State, dict[str, str]] = {
    "declined": {
        "code": "card_declined",
        "decline_code": "generic_decline",
        "message": "Your card was declined.",
        "type": "card_error",
    },
    "refused": {
        "code": "insufficient_funds",
        "message": "The customer's account has insufficient funds to cover this payment.",
        "type": "invalid_request_error",
    },
}
METHODS: dict[str, dict[str, Any]] = {
    "card": {"brand": "visa", "exp_month": 12, "exp_year": 2034, "last4": "4242"},
    "sepa_debit": {"bank_code": "37040044", "country": "DE", "last4": "3000"},
}


def begin(kept: Document, state: State, method: str) -> Document:
    """The session with a new attempt by `method` (one of METHODS), under the payment that it has or gets."""
    attempt = {"charge": f"ch_{uuid4().hex[:24]}", "state": state, "method": method, "at": int(time.time())}
    # A payment is known by one id from its first attempt on, a refused one too.
    intent = kept["session"]["payment_intent"] or f"pi_{uuid4().hex[:24]}"
    return kept | {"attempt": attempt, "session": kept["session"] | {"payment_intent": intent}}


def standing(kept: Document) -> State | None:
    """How the latest attempt stands; None before there was one."""
    state: State | None = _attempt(kept).get("state")
    return state


def charge_id(kept: Document) -> str | None:
    """The charge of the latest attempt."""
    found: str | None = _attempt(kept).get("charge")
    return found


def intent(kept: Document) -> dict[str, Any]:
    """The PaymentIntent of a session that has one."""
    session, state = kept["session"], standing(kept)
    is_over = session["status"] == "expired"  # Stripe cancels what nobody paid in time
    return _INTENT | {
        "id": session["payment_intent"],
        "amount": session["amount_total"],
        "amount_received": session["amount_total"] if state == "succeeded" else 0,
        "canceled_at": session["expires_at"] if is_over else None,
        "cancellation_reason": "automatic" if is_over else None,
        "created": session["created"],
        "currency": session["currency"],
        "last_payment_error": FAILURES.get(state) if state else None,
        "latest_charge": charge_id(kept),
        "payment_method_types": session["payment_method_types"],
        "status": "canceled" if is_over else INTENT_STATUSES[state] if state else "requires_payment_method",
    }


def charge(kept: Document) -> dict[str, Any]:
    """The Charge of the latest attempt, as events and expansions show it; its refunds themselves are not in it."""
    session, attempt, state = kept["session"], _attempt(kept), standing(kept)
    failure = FAILURES.get(state) if state else None
    is_paid, back = state == "succeeded", went_back(kept)
    return _CHARGE | {
        "id": attempt["charge"],
        "amount": session["amount_total"],
        "amount_captured": session["amount_total"] if is_paid else 0,
        "amount_refunded": back,
        "balance_transaction": attempt["charge"].replace("ch_", "txn_") if is_paid else None,
        "billing_details": {"address": None, "email": session["customer_email"], "name": None, "phone": None},
        "captured": state != "declined",
        "created": attempt["at"],
        "currency": session["currency"],
        "disputed": bool(kept.get("disputes")),
        "failure_code": failure and failure["code"],
        "failure_message": failure and failure["message"],
        "paid": is_paid,
        "payment_intent": session["payment_intent"],
        "payment_method_details": {"type": attempt["method"], attempt["method"]: METHODS[attempt["method"]]},
        "receipt_url": receipt_url(kept) or None,
        "refunded": is_paid and back == session["amount_total"],
        "status": CHARGE_STATUSES[state] if state else "failed",
    }


def receipt_url(kept: Document) -> str:
    """Where the payer's receipt is; "" until there is something to confirm."""
    is_paid = standing(kept) == "succeeded"
    return settings.SITE_URL + reverse("sandbox:stripe:receipt", args=[charge_id(kept)]) if is_paid else ""


def went_back(kept: Document) -> int:
    """What was paid back or is on its way: what failed is there to be paid back again."""
    return sum(refund["amount"] for refund in kept.get("refunds", []) if refund["status"] != "failed")


def _attempt(kept: Document) -> Document:
    """The latest attempt; what was paid before attempts were kept goes by its payment's id."""
    session = kept["session"]
    if session["payment_status"] == "paid" and "attempt" not in kept:
        charge = session["payment_intent"].replace("pi_", "ch_")
        return {"charge": charge, "state": "succeeded", "method": "card", "at": session["created"]}
    attempt: Document = kept.get("attempt", {})
    return attempt


_INTENT: dict[str, Any] = {
    "object": "payment_intent",
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "capture_method": "automatic_async",
    "client_secret": None,
    "confirmation_method": "automatic",
    "customer": None,
    "customer_account": None,
    "description": None,
    "livemode": False,
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_data": None,
    "transfer_group": None,
}
_CHARGE: dict[str, Any] = {
    "object": "charge",
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "calculated_statement_descriptor": "SANDBOX",
    "customer": None,
    "description": None,
    "failure_balance_transaction": None,
    "fraud_details": {},
    "livemode": False,
    "metadata": {},
    "on_behalf_of": None,
    "outcome": None,
    "payment_method": None,
    "radar_options": {},
    "receipt_email": None,
    "receipt_number": None,
    "review": None,
    "shipping": None,
    "source": None,
    "source_transfer": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_data": None,
    "transfer_group": None,
}
