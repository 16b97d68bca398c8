"""Refunds of Stripe's stand-in: how much may go back, what a refund looks like, how it ends.

Each is kept with the session whose payment it is out of, so that two at once cannot pay back more than was paid.
Shapes, messages and events follow https://docs.stripe.com/api/refunds and https://docs.stripe.com/refunds#failed-refunds
(API 2026-10-28.endive) as far as a card goes.
"""

import time
from typing import Any
from uuid import uuid4

from integrations.sandbox import faults, store, stripe_events, stripe_rules
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
        refund = _blank(refund_id, paid["session"]) | _standing(begins)
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
    raise Refused(f"No such refund: '{refund_id}'", status=404, code="resource_missing", param="refund")


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
    session = kept["session"]
    left = session["amount_total"] - _refunded(kept)
    if left <= 0:
        raise Refused(f"Charge {_charge_id(session)} has already been refunded.", code="charge_already_refunded")
    amount: int = form.get("amount", left)
    if amount > left:
        asked, rest = (money(each, session["currency"]) for each in (amount, left))
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise Refused(message, param="amount")
    return amount


def _refunded(kept: Document) -> int:
    """What went back or is on its way: what failed is there to be paid back again."""
    return sum(refund["amount"] for refund in made(kept) if refund["status"] != "failed")


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
        stripe_events.post(kind, _charge(kept) if kind.startswith("charge.") else refund)
    return refund


def _charge_id(session: Document) -> str:
    """Stripe's ids of one payment share their stem."""
    intent: str = session["payment_intent"]
    return intent.replace("pi_", "ch_")


def _standing(status: str) -> Document:
    """The fields that say how a refund stands; Stripe leaves `failure_reason` out unless it failed."""
    standing = {"status": status, "pending_reason": "processing" if status == "pending" else None}
    return standing | ({"failure_reason": "expired_or_canceled_card"} if status == "failed" else {})


def _blank(refund_id: str, session: Document) -> dict[str, Any]:
    """The fields that Stripe always sends, as they are for a new refund to a card."""
    return {
        "id": refund_id,
        "object": "refund",
        "balance_transaction": f"txn_{uuid4().hex[:24]}",
        "charge": _charge_id(session),
        "created": int(time.time()),
        "currency": session["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "payment_intent": session["payment_intent"],
        "receipt_number": None,
        "source_transfer_reversal": None,
        "transfer_reversal": None,
    }


def _charge(kept: Document) -> dict[str, Any]:
    """The payment as events show it; the refunds themselves are not in it."""
    session = kept["session"]
    return {
        "id": _charge_id(session),
        "object": "charge",
        "amount": session["amount_total"],
        "amount_captured": session["amount_total"],
        "amount_refunded": _refunded(kept),
        "captured": True,
        "created": session["created"],
        "currency": session["currency"],
        "customer": None,
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": session["payment_intent"],
        "refunded": _refunded(kept) == session["amount_total"],
        "status": "succeeded",
    }
