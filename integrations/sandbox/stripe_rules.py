"""What Stripe demands of a session or a refund beyond the declared types; what the stand-in does not play, it refuses.

Limits and messages follow https://docs.stripe.com/api/checkout/sessions/create and …/api/refunds/create (API
2026-10-28.endive).
"""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from integrations.payments.amounts import LEAST, step, written
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_forms import Form, Refused

REQUIRED = ("mode", "line_items", "success_url")
SHORTEST_SECONDS, LONGEST_SECONDS = 30 * 60, 24 * 3600
LARGEST_AMOUNT = 99_999_999
SMALLEST_AMOUNT = 50  # a guess, for currencies that Stripe's list leaves out
# Known to Stripe, but they would change what is paid or when, and the stand-in would get that wrong in silence.
NOT_PLAYED = frozenset({"automatic_tax", "discounts", "optional_items", "shipping_options", "subscription_data"})
PLAYED_OF_REFUNDS = frozenset({"amount", "metadata", "payment_intent", "reason"})
PLAYED_OF_REFUND_LISTS = frozenset({"limit", "payment_intent", "starting_after"})
LONGEST_LIST = 100


def check(form: Form, now: int) -> list[Document]:
    """The lines to charge (`description`, `quantity`, `currency`, `amount_total`), one or more. Raises Refused.

    `form` has passed `stripe_forms.read_form`; `now` is in epoch seconds.
    """
    for name in REQUIRED:
        if not form.get(name):
            raise _missing(name)
    if form["mode"] != "payment" or form.get("ui_mode", "hosted_page") != "hosted_page":
        raise Refused("The sandbox plays mode=payment on ui_mode=hosted_page alone.", param="mode")
    if unplayed := sorted(NOT_PLAYED & form.keys()):
        raise Refused(f"The sandbox does not play {unplayed[0]}.", param=unplayed[0])
    for name in ("success_url", "cancel_url"):
        _check_url(name, form.get(name))
    _check_texts(form)
    _check_time(expires_at(form, now) - now)
    items = [_line_item(item, f"line_items[{index}]") for index, item in enumerate(form["line_items"])]
    _check_total(items)
    return items


def check_refund(form: Form) -> None:
    """What can be told of a refund without knowing its payment. Raises Refused."""
    _check_played(form, PLAYED_OF_REFUNDS)
    if "amount" in form:
        _check_number("amount", form["amount"], least=1)
    _check_metadata(form)


def check_refund_list(form: Form) -> None:
    """What can be asked of refunds together: those of one payment, a page at a time. Raises Refused."""
    _check_played(form, PLAYED_OF_REFUND_LISTS)
    if not 1 <= form.get("limit", 10) <= LONGEST_LIST:
        raise Refused(f"The limit must be from 1 to {LONGEST_LIST}.", param="limit")


def expires_at(form: Form, now: int) -> int:
    """When the session closes, in epoch seconds: a day from now unless the form says otherwise."""
    asked: int = form.get("expires_at", now + LONGEST_SECONDS)
    return asked


def _check_played(form: Form, played: frozenset[str]) -> None:
    if unplayed := sorted(form.keys() - played):
        raise Refused(f"The sandbox does not play {unplayed[0]}.", param=unplayed[0])
    if "payment_intent" not in form:
        raise _missing("payment_intent")


def _missing(param: str) -> Refused:
    return Refused(f"Missing required param: {param}.", code="parameter_missing", param=param)


def _check_time(ahead: int) -> None:
    bound = (
        "at least 30 minutes" if ahead < SHORTEST_SECONDS else "less than 24 hours" if ahead > LONGEST_SECONDS else ""
    )
    if bound:
        message = f"The `expires_at` timestamp must be {bound} from Checkout Session creation."
        raise Refused(message, param="expires_at")


def _check_url(name: str, value: str | None) -> None:
    if value is None:
        return
    if urlsplit(value).scheme not in {"http", "https"}:
        message = "Invalid URL: An explicit scheme (such as https) must be provided."
        raise Refused(message, code="url_invalid", param=name)
    if not urlsplit(value).hostname or len(value) > 5000:
        raise Refused("Not a valid URL", code="url_invalid", param=name)


def _check_texts(form: Form) -> None:
    if len(form.get("client_reference_id", "")) > 200:
        raise Refused("Invalid string: at most 200 characters.", param="client_reference_id")
    try:
        validate_email(form.get("customer_email", "someone@example.com"))
    except ValidationError:
        message = f"Invalid email address: {form['customer_email']}"
        raise Refused(message, code="email_invalid", param="customer_email") from None
    _check_metadata(form)


def _check_metadata(form: Form) -> None:
    metadata = form.get("metadata", {})
    if len(metadata) > 50 or any(len(key) > 40 or len(value) > 500 for key, value in metadata.items()):
        raise Refused("Metadata: at most 50 keys of 40 characters, with values of 500.", param="metadata")


def _line_item(item: Form, name: str) -> Document:
    """A line as Stripe would charge it. Raises Refused."""
    if "price" in item:
        raise Refused(f"No such price: '{item['price']}'", code="resource_missing", param=f"{name}[price]")
    price = item.get("price_data", {})
    found = {
        f"{name}[price_data]": "price_data" in item,
        f"{name}[quantity]": "quantity" in item,
        f"{name}[price_data][product_data]": "product_data" in price,
        f"{name}[price_data][unit_amount]": "unit_amount" in price,
    }
    for param, is_there in found.items():
        if not is_there:
            raise _missing(param)
    _check_number(f"{name}[price_data][unit_amount]", price["unit_amount"], least=0)
    _check_number(f"{name}[quantity]", item["quantity"], least=1)
    if not re.fullmatch(r"[a-z]{3}", price["currency"]):
        raise Refused(f"Invalid currency: {price['currency']}.", param=f"{name}[price_data][currency]")
    return {
        "description": price["product_data"]["name"],
        "quantity": item["quantity"],
        "currency": price["currency"],
        "amount_total": price["unit_amount"] * item["quantity"],
    }


def _check_number(param: str, number: int, *, least: int) -> None:
    if number < least:
        message = f"Invalid integer: it must be greater than or equal to {least}"
        raise Refused(message, code="parameter_invalid_integer", param=param)


def _check_total(items: list[Document]) -> None:
    currencies = {item["currency"] for item in items}
    if len(currencies) != 1:
        raise Refused("All prices on a Checkout session must be of the same currency.", param="line_items")
    currency, total = currencies.pop(), sum(item["amount_total"] for item in items)
    least = LEAST.get(currency.upper(), SMALLEST_AMOUNT)
    if 0 < total < least:
        message = f"The Checkout Session's total amount due must add up to at least {least} ({currency})."
        raise Refused(message, code="amount_too_small")
    if total % step(currency):
        message = f"Invalid amount: it must be a multiple of {written(step(currency), currency)}."
        raise Refused(message, code="invalid_charge_amount", param="line_items")
    if total > LARGEST_AMOUNT:
        raise Refused("The Checkout Session's total amount due is too large.", code="amount_too_large")
