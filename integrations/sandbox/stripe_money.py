"""Amounts as Stripe's pages and messages write them."""

from decimal import Decimal, InvalidOperation

from integrations.payments.amounts import decimal_places

SIGNS = {"eur": "€", "gbp": "£", "usd": "$"}


def money(amount_minor: int, currency: str) -> str:
    """An amount in the smallest unit as a person reads it: €80.00, CHF 80.00, JPY 8,000."""
    places = decimal_places(currency)
    return SIGNS.get(currency, f"{currency.upper()} ") + f"{amount_minor / 10**places:,.{places}f}"


def minor(typed: str, currency: str) -> int | None:
    """What a person typed ("30", "30.50"), in the smallest unit; None for what is no amount of the currency."""
    try:
        amount = Decimal(typed.strip()).scaleb(decimal_places(currency))
    except InvalidOperation:
        return None
    return int(amount) if amount.is_finite() and amount == amount.to_integral_value() else None
