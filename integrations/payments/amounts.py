"""What Stripe counts an amount in, and which amounts it takes: https://docs.stripe.com/currencies.

Currencies are ISO 4217 codes, in capitals or small.
"""

# https://docs.stripe.com/currencies#zero-decimal, without UGX, which is a special case there: counted in hundredths
ZERO_DECIMAL = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# https://docs.stripe.com/currencies#special-cases: whole ones alone, though they are counted in hundredths
WHOLE_ONLY = frozenset({"ISK", "UGX"})
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in minor units. Stripe holds a charge to the
# least of the currency that the account is paid out in; this is it where the two are the same.
# fmt: off
LEAST = {
    "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1500, "DKK": 250, "EUR": 50,
    "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 50, "ILS": 50, "INR": 50, "JPY": 50, "KRW": 50, "MXN": 1000, "MYR": 200,
    "NOK": 300, "NZD": 50, "PHP": 50, "PLN": 200, "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50, "ZAR": 50,
}
# fmt: on


def decimal_places(currency: str) -> int:
    """How many decimals of the currency Stripe counts in: its amounts are whole numbers of the last of them."""
    code = currency.upper()
    return 0 if code in ZERO_DECIMAL else 3 if code in THREE_DECIMAL else 2


def step(currency: str) -> int:
    """What every amount of the currency is a multiple of, in minor units, for charges and refunds alike.

    Three-decimal amounts end in 0, since Stripe's partners know two decimals alone.
    """
    code = currency.upper()
    return 100 if code in WHOLE_ONLY else 10 if code in THREE_DECIMAL else 1


def written(amount_minor: int, currency: str) -> str:
    """The amount with its code, plainly: "EUR 0.50", "JPY 50"."""
    places = decimal_places(currency)
    return f"{currency.upper()} {amount_minor / 10**places:,.{places}f}"


def objection(amount_minor: int, currency: str) -> str:
    """Why Stripe would not take this price, as a sentence; "" where it would. Nought is free: no matter of its.

    An amount above Stripe's own limit is left to Stripe: that depends on the account and the card.
    """
    if amount_minor < 0:
        return "The amount is below nought."
    if amount_minor % step(currency):
        return f"Stripe takes amounts in steps of {written(step(currency), currency)} alone."
    if 0 < amount_minor < (least := LEAST.get(currency.upper(), 0)):
        return f"Stripe takes no less than {written(least, currency)}."
    return ""
