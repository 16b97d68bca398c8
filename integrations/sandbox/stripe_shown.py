"""What the sandbox's templates say about a payment."""

from datetime import UTC, datetime

from integrations.sandbox import stripe_disputes, stripe_intents, stripe_refunds
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_money import money

# What became of the money: by how the latest attempt stands, or else by how the session does.
WORDS = {
    "processing": "waiting for the bank",
    "succeeded": "paid",
    "refused": "refused by the bank",
    "open": "not paid so far",
    "complete": "nothing to pay",
    "expired": "never paid",
}
CHOICES = {
    "under_review": "Answer it",
    "won": "Let the practice win",
    "lost": "Let the payer win",
    "warning_under_review": "Answer it",
    "warning_closed": "Let it rest",
    "needs_response": "Let it become a dispute",
}


def shown(kept: Document) -> Document:
    """A session with its payment, refunds and disputes, amounts and moments as a person reads them."""
    session, standing = kept["session"], stripe_intents.standing(kept)
    currency, back = session["currency"], stripe_intents.went_back(kept)
    return {
        "session": session,
        "items": [item | {"amount": money(item["amount_total"], item["currency"])} for item in kept["items"]],
        "total": money(session["amount_total"], currency),
        "declined": kept["declined"],
        "standing": standing,
        "word": WORDS[standing if standing in WORDS else session["status"]],
        "back": money(back, currency) if back else "",
        "left": money(session["amount_total"] - back, currency) if back < session["amount_total"] else "",
        "refunds": [one | {"shown": money(one["amount"], currency)} for one in stripe_refunds.made(kept)],
        "disputes": [_dispute(one) for one in stripe_disputes.made(kept)],
        "receipt_url": stripe_intents.receipt_url(kept),
        "created_at": moment(session["created"]),
        "expires_at": moment(session["expires_at"]),
    }


def moment(seconds: int) -> datetime:
    """Stripe's epoch seconds, aware."""
    return datetime.fromtimestamp(seconds, UTC)


def _dispute(dispute: Document) -> Document:
    due_by = dispute["evidence_details"]["due_by"]
    return dispute | {
        "shown": money(dispute["amount"], dispute["currency"]),
        "due_at": moment(due_by) if due_by else None,
        "choices": {status: CHOICES[status] for status in stripe_disputes.can_become(dispute)},
    }
