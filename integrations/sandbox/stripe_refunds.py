"""Refunds of Stripe's stand-in: how much may go back, what a refund looks like, how it ends.

Each is kept with the session whose payment it is out of, so that two at once cannot pay back more than was paid.
Shapes, messages and events follow https://docs.stripe.com/api/refunds and https://docs.stripe.com/refunds#failed-refunds
(API 2026-10-28.endive) as far as a card goes.
"""

import time
from typing import Any
from uuid import uuid4

from integrations.payments.amounts import step, written
from integrations.sandbox import faults, store, stripe_disputes, stripe_events, stripe_intents, stripe_rules
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_forms import Form, Refused
from integrations.sandbox.stripe_money import money
from integrations.sandbox.stripe_sessions import KIND

BEGINNINGS: dict[faults.Refunds, str] = {"normal": "succeeded", "pending": "pending", "fail": "failed"}
# From where a refund gets there later; a bank can send money back days after the refund succeeded.
BEFORE = {"succeeded": ("pending",), "failed": ("pending", "succeeded")}
TOLD: dict[str, tuple[str, ...]] = {
    "pending": (),
    "succeeded": ("charge.refunded", "refund.updated"),
    "failed": ("refund.updated", "refund.failed"),
}


def create(form: Form) -> Document:
    """Pay back what a form asks, or all that is left, and say so in events; answers the refund. Raises Refused.

    The switch at /sandbox/control/ says whether it succeeds, waits or fails.
    """
    stripe_rules.check_refund(form)
    refund_id, begins = f"re_{uuid4().hex[:24]}", BEGINNINGS[faults.refunds()]

    def change(kept: Document | None) -> Document:
        paid = _paid(kept, form["payment_intent"])
        refund = _blank(refund_id, paid) | _standing(begins)
        refund |= {"amount": _amount(paid, form), "reason": form.get("reason")}
        refund["metadata"] = {key: value for key, value in form.get("metadata", {}).items() if value}
        return paid | {"refunds": [*made(paid), refund]}

    kept = store.update(KIND, _session_paid_with(form["payment_intent"]), change)
    return _tell(kept, refund_id, "refund.created", *TOLD[begins])


def settle(refund_id: str, status: str) -> Document:
    """Let a waiting refund turn succeeded or failed, or one that succeeded fail after all; answers it.

    Says so in events. Raises Refused for whatever else.
    """

    def change(kept: Document | None) -> Document:
        found = kept or {}
        return found | {"refunds": [_settled(one, status) if one["id"] == refund_id else one for one in made(found)]}

    kept = store.update(KIND, session_refunded_by(refund_id), change)
    return _tell(kept, refund_id, *TOLD[status])


def listed(form: Form) -> Document:
    """A page of the refunds of one payment, newest first, as Stripe lists them. Raises Refused."""
    stripe_rules.check_refund_list(form)
    kept = store.get(KIND, _session_paid_with(form["payment_intent"])) or {}
    refunds = made(kept)[::-1]
    if after := form.get("starting_after"):
        places = [place for place, refund in enumerate(refunds) if refund["id"] == after]
        if not places:
            raise _no_such(after)
        refunds = refunds[places[0] + 1 :]
    limit = form.get("limit", 10)
    return {"object": "list", "data": refunds[:limit], "has_more": len(refunds) > limit, "url": "/v1/refunds"}


def look(refund_id: str) -> Document:
    """The refund as it is now. Raises Refused with 404 for an unknown id."""
    return _one(store.get(KIND, session_refunded_by(refund_id)) or {}, refund_id)


def made(kept: Document) -> list[Document]:
    """The refunds out of a session's payment, oldest first."""
    refunds: list[Document] = kept.get("refunds", [])
    return refunds


def session_refunded_by(refund_id: str) -> str:
    """The session whose payment a refund is out of. Raises Refused with 404 for an unknown id."""
    for session_id, kept in store.all(KIND).items():
        if any(refund["id"] == refund_id for refund in made(kept)):
            return session_id
    raise _no_such(refund_id)


def _no_such(refund_id: str) -> Refused:
    return Refused(f"No such refund: '{refund_id}'", status=404, code="resource_missing", param="refund")


def _session_paid_with(intent: str) -> str:
    for session_id, kept in store.all(KIND).items():
        if kept["session"]["payment_intent"] == intent:
            return session_id
    message = f"No such payment_intent: '{intent}'"
    raise Refused(message, status=404, code="resource_missing", param="payment_intent")


def _paid(kept: Document | None, intent: str) -> Document:
    if kept is None or kept["session"]["payment_status"] != "paid":
        message = f"This PaymentIntent ({intent}) does not have a successful charge to refund."
        raise Refused(message, param="payment_intent")
    return kept


def _amount(kept: Document, form: Form) -> int:
    """What to pay back. Raises Refused where that is more than is left."""
    session, charge_id = kept["session"], stripe_intents.charge_id(kept)
    left = session["amount_total"] - stripe_intents.went_back(kept)
    if stripe_disputes.is_charged_back(kept):
        raise Refused(f"Charge {charge_id} has been charged back; cannot issue a refund.", code="charge_disputed")
    if left <= 0:
        raise Refused(f"Charge {charge_id} has already been refunded.", code="charge_already_refunded")
    amount: int = form.get("amount", left)
    if amount % (least := step(session["currency"])):
        message = f"Invalid amount: it must be a multiple of {written(least, session['currency'])}."
        raise Refused(message, code="invalid_charge_amount", param="amount")
    if amount > left:
        asked, rest = (money(each, session["currency"]) for each in (amount, left))
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise Refused(message, param="amount")
    return amount


def _settled(refund: Document, status: str) -> Document:
    if refund["status"] not in BEFORE.get(status, ()):
        raise Refused(f"A refund that is {refund['status']} does not become {status}.")
    return refund | _standing(status)


def _one(kept: Document, refund_id: str) -> Document:
    return next(refund for refund in made(kept) if refund["id"] == refund_id)


def _tell(kept: Document, refund_id: str, *kinds: str) -> Document:
    """Post the events, each about what Stripe says it is about; answers the refund."""
    refund = _one(kept, refund_id)
    for kind in kinds:
        stripe_events.post(kind, stripe_intents.charge(kept) if kind.startswith("charge.") else refund)
    return refund


def _standing(status: str) -> Document:
    """The fields that say how a refund stands; Stripe leaves `failure_reason` out unless it failed."""
    standing = {"status": status, "pending_reason": "processing" if status == "pending" else None}
    return standing | ({"failure_reason": "expired_or_canceled_card"} if status == "failed" else {})


def _blank(refund_id: str, kept: Document) -> dict[str, Any]:
    """The fields that Stripe always sends, as they are for a new refund to a card."""
    session = kept["session"]
    return {
        "id": refund_id,
        "object": "refund",
        "balance_transaction": f"txn_{uuid4().hex[:24]}",
        "charge": stripe_intents.charge_id(kept),
        "created": int(time.time()),
        "currency": session["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "payment_intent": session["payment_intent"],
        "receipt_number": None,
        "source_transfer_reversal": None,
        "transfer_reversal": None,
    }
