"""Amounts as Stripe's pages and messages write them."""

# https://docs.stripe.com/currencies#zero-decimal
ZERO_DECIMAL = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"}
)
SIGNS = {"eur": "€", "gbp": "£", "usd": "$"}


def money(amount_minor: int, currency: str) -> str:
    """An amount in the smallest unit as a person reads it: €80.00, CHF 80.00, JPY 8,000."""
    amount = f"{amount_minor:,}" if currency in ZERO_DECIMAL else f"{amount_minor / 100:,.2f}"
    return SIGNS.get(currency, f"{currency.upper()} ") + amount
