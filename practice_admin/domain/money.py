"""How an amount is said, and read. Amounts are whole minor units of their currency, as Stripe counts them."""

import re

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


def decimal_text(minor: int, currency: str) -> str:
    """An amount as a number alone, for a table: "-1070.50", "7000" where the currency has no decimals."""
    places = decimal_places(currency)
    whole, part = divmod(abs(minor), 10**places)
    return ("-" if minor < 0 else "") + (f"{whole}.{part:0{places}d}" if places else str(whole))


def read_amount(text: str, currency: str) -> int | None:
    """What somebody typed as an amount ("70", "70.50", "1,070.50", "70,50", "€ 70"), in minor units; None for none.

    The last point or comma is the decimal one where as many digits follow as the currency has decimals, or fewer. A
    lone point before three digits ("12.345") may be meant as either, so it is no amount; a comma there groups.
    """
    typed = re.sub(r"[\s\u00a0\u202f\u2019']", "", text.strip().removeprefix(SIGNS.get(currency.upper(), "\0")))
    typed = typed.replace("\u2212", "-")
    if not re.fullmatch(r"-?[0-9]{1,9}([.,][0-9]{3})*([.,][0-9]{1,3})?", typed) or not typed.isascii():
        return None
    places = decimal_places(currency)
    if places < 3 and re.fullmatch(r"-?[0-9]+\.[0-9]{3}", typed):
        return None
    digits = re.split(r"[.,]", typed)
    part = digits.pop() if len(digits) > 1 and len(digits[-1]) <= places else ""
    if any(len(group) != 3 for group in digits[1:]):
        return None
    whole = int("".join(digits).lstrip("-") or "0")
    minor: int = whole * 10**places + int((part or "0").ljust(places, "0") if places else "0")
    return -minor if typed.startswith("-") else minor
