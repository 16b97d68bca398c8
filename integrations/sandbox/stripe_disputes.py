"""Disputes of Stripe's stand-in: a payer takes a payment up with the bank, it is answered, the bank rules.

Each is kept with the session whose payment it is about. Shapes, states and events follow
https://docs.stripe.com/api/disputes and https://docs.stripe.com/disputes/how-disputes-work (API 2026-10-28.endive).
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from integrations.sandbox import store, stripe_events, stripe_intents
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_forms import Refused
from integrations.sandbox.stripe_sessions import KIND

# stripe-python 16.1.0, Dispute.reason, as far as a card goes
REASONS = (
    "fraudulent",
    "product_not_received",
    "product_unacceptable",
    "duplicate",
    "credit_not_processed",
    "subscription_canceled",
    "unrecognized",
    "general",
)
MOST_DAYS = 60
# From where a dispute gets there. Those with a warning are inquiries: no money is taken until one becomes a dispute.
BEFORE: dict[str, tuple[str, ...]] = {
    "under_review": ("needs_response",),
    "won": ("needs_response", "under_review"),
    "lost": ("needs_response", "under_review"),
    "warning_under_review": ("warning_needs_response",),
    "warning_closed": ("warning_needs_response", "warning_under_review"),
    "needs_response": ("warning_needs_response", "warning_under_review"),
}
TOLD: dict[str, tuple[str, ...]] = {
    "under_review": ("updated",),
    "won": ("closed", "funds_reinstated"),
    "lost": ("closed",),
    "warning_under_review": ("updated",),
    "warning_closed": ("closed",),
    "needs_response": ("updated", "funds_withdrawn"),
}
HARMLESS = frozenset({"won", "warning_needs_response", "warning_under_review", "warning_closed"})
ANSWERED = frozenset({"under_review", "warning_under_review"})


def begin(session_id: str, reason: str, days: int, *, is_inquiry: bool) -> Document:
    """Let the payer dispute all that was not paid back, to be answered within `days` (0: the bank takes no answer).

    `reason` is one of REASONS. Says so in events; answers the dispute. Raises Refused for what cannot be disputed, or
    was already.
    """
    dispute_id = f"du_{uuid4().hex[:24]}"

    def change(kept: Document | None) -> Document:
        if kept is None or stripe_intents.standing(kept) != "succeeded":
            raise Refused("What was not paid cannot be disputed.")
        left = kept["session"]["amount_total"] - stripe_intents.went_back(kept)
        if made(kept) or left <= 0:
            raise Refused("This payment was disputed or paid back already.")
        dispute = _blank(dispute_id, kept) | {"amount": left, "reason": reason}
        dispute["evidence_details"] = _EVIDENCE_DETAILS | {"due_by": _due_by(days)}
        return kept | {"disputes": [_standing(dispute, f"{'warning_' if is_inquiry else ''}needs_response")]}

    kept = store.update(KIND, session_id, change)
    return _tell(kept, dispute_id, *(("created",) if is_inquiry else ("created", "funds_withdrawn")))


def move(dispute_id: str, status: str) -> Document:
    """Let a dispute be answered, won, lost, closed, or (an inquiry) become one; answers it.

    Says so in events. Raises Refused for whatever it cannot become.
    """

    def change(kept: Document | None) -> Document:
        found = kept or {}
        return found | {"disputes": [_moved(one, status) if one["id"] == dispute_id else one for one in made(found)]}

    kept = store.update(KIND, session_disputed_by(dispute_id), change)
    return _tell(kept, dispute_id, *TOLD[status])


def look(dispute_id: str) -> Document:
    """The dispute as it is now. Raises Refused with 404 for an unknown id."""
    return _one(store.get(KIND, session_disputed_by(dispute_id)) or {}, dispute_id)


def made(kept: Document) -> list[Document]:
    """The disputes about a session's payment."""
    disputes: list[Document] = kept.get("disputes", [])
    return disputes


def is_charged_back(kept: Document) -> bool:
    """Whether the bank has taken the money, so that nothing can be paid back."""
    return any(dispute["status"] not in HARMLESS for dispute in made(kept))


def can_become(dispute: Document) -> list[str]:
    """The states that a dispute can be moved to."""
    return [status for status, before in BEFORE.items() if dispute["status"] in before]


def session_disputed_by(dispute_id: str) -> str:
    """The session whose payment a dispute is about. Raises Refused with 404 for an unknown id."""
    for session_id, kept in store.all(KIND).items():
        if any(dispute["id"] == dispute_id for dispute in made(kept)):
            return session_id
    raise Refused(f"No such dispute: '{dispute_id}'", status=404, code="resource_missing", param="dispute")


def _moved(dispute: Document, status: str) -> Document:
    if dispute["status"] not in BEFORE.get(status, ()):
        raise Refused(f"A dispute that is {dispute['status']} does not become {status}.")
    return _standing(dispute, status)


def _standing(dispute: Document, status: str) -> Document:
    sent = {"has_evidence": True, "submission_count": 1, "submission_method": "manual"} if status in ANSWERED else {}
    case = "inquiry" if status.startswith("warning_") else "chargeback"
    return dispute | {
        "status": status,
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "case_type": case, "network": "visa"}},
        "is_charge_refundable": status in HARMLESS,
        "evidence_details": dispute["evidence_details"] | sent,
    }


def _due_by(days: int) -> int:
    """The end of that day in UTC; 0 where no answer is taken, as Stripe says it."""
    day = datetime.now(UTC) + timedelta(days=days)
    return int(day.replace(hour=23, minute=59, second=59).timestamp()) if days else 0


def _one(kept: Document, dispute_id: str) -> Document:
    return next(dispute for dispute in made(kept) if dispute["id"] == dispute_id)


def _tell(kept: Document, dispute_id: str, *kinds: str) -> Document:
    dispute = _one(kept, dispute_id)
    for kind in kinds:
        stripe_events.post(f"charge.dispute.{kind}", dispute)
    return dispute


def _blank(dispute_id: str, kept: Document) -> dict[str, Any]:
    """The fields that Stripe always sends."""
    return {
        "id": dispute_id,
        "object": "dispute",
        "balance_transactions": [],
        "charge": stripe_intents.charge_id(kept),
        "created": int(time.time()),
        "currency": kept["session"]["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"customer_email_address": kept["session"]["customer_email"], "enhanced_evidence": {}},
        "livemode": False,
        "metadata": {},
        "payment_intent": kept["session"]["payment_intent"],
    }


_EVIDENCE_DETAILS: dict[str, Any] = {
    "enhanced_eligibility": {},
    "has_evidence": False,
    "past_due": False,
    "submission_count": 0,
    "submission_method": "not_submitted",
}
