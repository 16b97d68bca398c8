"""What Stripe's refusals mean to us.

Stripe's messages, and the bodies in the library's errors, quote what was sent, which can be a person's address. So no
reason here quotes them, and the original error is left out of the chain that a log would print.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from integrations.errors import VendorError

VENDOR = "Stripe"


@contextmanager
def vendor_errors() -> Iterator[None]:
    """Turn every failure of Stripe or of its library into VendorError."""
    try:
        yield
    except stripe.StripeError as error:
        raise VendorError(VENDOR, _reason(error), retryable=_is_retryable(error)) from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise VendorError(VENDOR, "It answered in a shape we do not know.", retryable=True) from None


def _is_retryable(error: stripe.StripeError) -> bool:
    """Whether the same call may succeed later: no answer at all, load, a conflict, or a fault of Stripe's own."""
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return True
    status = error.http_status or 0
    return status == 409 or status >= 500 or 200 <= status < 300


def _reason(error: stripe.StripeError) -> str:
    """The kind of failure, Stripe's code, the parameter's name and the request's id: none of it personal."""
    parts = (error.code, getattr(error, "param", None), error.request_id)
    details = ", ".join(part for part in parts if isinstance(part, str) and part)
    return _sentence(error) + (f" ({details})" if details else "")


def _sentence(error: stripe.StripeError) -> str:
    match error:
        case stripe.APIConnectionError():
            return "It could not be reached in time."
        case stripe.RateLimitError():
            return "It asks for fewer requests."
        case stripe.AuthenticationError() | stripe.PermissionError():
            return "It refused our key."
        case stripe.IdempotencyError():
            return "The idempotency key was used before with other parameters."
        case stripe.InvalidRequestError(code="charge_already_refunded"):
            return "All of this payment has been paid back already."
        case stripe.InvalidRequestError(code="charge_disputed"):
            return "Its payer's bank has taken this payment back, so that nothing of it can be paid back."
        case stripe.InvalidRequestError(param="amount", code=None | "amount_too_large"):
            # A parameter of refunds alone. Stripe gives no code here, though its list of codes has one that fits.
            return "That is more than is left of this payment."
        case stripe.InvalidRequestError() | stripe.CardError():
            return "It refused the request."
    return f"It failed with status {error.http_status}."
