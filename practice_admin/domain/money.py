"""How an amount is said. Amounts are whole minor units of their currency, as Stripe counts them."""

# Stripe's list. ISK and UGX are missing from it on purpose: it counts them in hundredths, although nobody else does.
ZERO_DECIMAL = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
SIGNS = {"EUR": "€", "GBP": "£", "JPY": "¥", "USD": "$"}


def decimal_places(currency: str) -> int:
    """How many decimals an amount of this currency is written with."""
    code = currency.upper()
    return 0 if code in ZERO_DECIMAL else 3 if code in THREE_DECIMAL else 2


def price_text(minor: int, currency: str) -> str:
    """A price as people read it: "€70", "€1,070.50", "¥7,000", "CHF 70", and "Free" for nought."""
    return amount_text(minor, currency) if minor else "Free"


def amount_text(minor: int, currency: str) -> str:
    """An amount of money; a whole one is said without decimals. Negative amounts (refunds) carry their sign first."""
    code, places = currency.upper(), decimal_places(currency)
    whole, part = divmod(abs(minor), 10**places)
    digits = f"{whole:,}.{part:0{places}d}" if part else f"{whole:,}"
    return ("−" if minor < 0 else "") + SIGNS.get(code, f"{code} ") + digits
