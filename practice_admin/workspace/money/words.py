"""Money as she says it: sums, balances, what Stripe's events are about."""

from collections.abc import Mapping

from practice_admin.domain.money import amount_text

EVENTS = {
    "checkout.session.completed": "A payment page was completed",
    "checkout.session.expired": "A payment page ran out",
    "checkout.session.async_payment_succeeded": "A bank has paid",
    "checkout.session.async_payment_failed": "A bank has refused",
    "charge.refunded": "Money went back",
    "charge.refund.updated": "News of a refund",
    "refund.created": "A refund was begun",
    "refund.updated": "News of a refund",
    "refund.failed": "A refund failed",
    "charge.dispute.created": "A payment is disputed",
    "charge.dispute.updated": "News of a dispute",
    "charge.dispute.closed": "A dispute is over",
}


def event_words(kind: str) -> str:
    """What an event of this kind tells; of one that is not acted on, its own name."""
    return EVENTS.get(kind, kind)


def plain_code(code: str) -> str:
    """One of Stripe's codes as words: `lost or stolen card`."""
    return code.replace("_", " ")


def sums_text(sums: Mapping[str, int]) -> str:
    """`€140 and CHF 70`."""
    return " and ".join(amount_text(minor, currency) for currency, minor in sorted(sums.items()))


def balance_text(balances: Mapping[str, int]) -> str:
    """`Owes €80`, `€20 in credit`, both where there are several currencies, `Settled` where there is nothing."""
    told = [
        f"Owes {amount_text(minor, code)}" if minor > 0 else f"{amount_text(-minor, code)} in credit"
        for code, minor in sorted(balances.items())
        if minor
    ]
    return ", ".join(told) or "Settled"


def balance_tone(balances: Mapping[str, int]) -> str:
    """The tone of the pill that says so."""
    return "care" if any(balances.values()) else ""
