"""Resend, through anymail's backend with an idempotency key added.

Status codes and error names: resend.com/docs/api-reference/errors. The key, up to 256 characters and remembered for 24
hours: resend.com/docs/dashboard/emails/idempotency-keys.
"""

import logging
from typing import Any

import requests
from anymail.backends.resend import EmailBackend, ResendPayload
from anymail.exceptions import AnymailError, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from urllib3.exceptions import MaxRetryError, NewConnectionError

from integrations.errors import VendorError

logger = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS = 3, 10
ALREADY_SENT = "invalid_idempotent_request"
IN_PROGRESS = "concurrent_idempotent_requests"
# The gateway gave up waiting for Resend (504; 524 is Cloudflare's own): the request itself had arrived.
GATEWAY_TIMED_OUT = frozenset({504, 524})


class OutcomeUnknown(VendorError):
    """Resend may have taken the mail or not. Retryable with the same key; sending by another road may send twice."""

    def __init__(self) -> None:
        super().__init__("Mail", "Resend did not say whether it took the mail", retryable=True)


class KeyedResendBackend(EmailBackend):  # type: ignore[misc]  # anymail ships no types
    """anymail's backend, sending one `Idempotency-Key` with what it sends."""

    def __init__(self, *, idempotency_key: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.idempotency_key = idempotency_key

    def build_message_payload(self, message: EmailMultiAlternatives, defaults: Any) -> ResendPayload:
        """The request to Resend; the key is a header of the request, not of the mail."""
        payload = super().build_message_payload(message, defaults)
        payload.headers["Idempotency-Key"] = self.idempotency_key
        return payload


def send_through_resend(message: EmailMultiAlternatives, message_key: str) -> None:
    """Hand `message` to Resend. A key under which a mail has gone out before is done, not an error.

    Raises VendorError; OutcomeUnknown where the request left and no usable answer came.
    """
    backend = KeyedResendBackend(
        idempotency_key=message_key,
        api_key=settings.RESEND_API_KEY,
        api_url=settings.RESEND_API_BASE,
        timeout=(CONNECT_SECONDS, READ_SECONDS),
    )
    try:
        backend.send_messages([message])
    # anymail's errors name the recipient, so none of them stays in the chain that a log would print.
    except AnymailRequestsAPIError as error:
        failure = _not_answered(error) if error.response is None else _refused(error)
        if failure is not None:
            raise failure from None
    except (AnymailError, ValueError):
        raise VendorError("Mail", "the mail could not be put into a request", retryable=False) from None


def _not_answered(error: AnymailRequestsAPIError) -> VendorError:
    """Tell "never got through" from "got through, but no answer came". anymail adds the type that requests raised."""
    if isinstance(error, ValueError):  # requests refused the address or a header before it sent anything
        return VendorError("Mail", "the request to Resend could not be written", retryable=False)
    if isinstance(error, requests.ConnectTimeout) or _was_never_connected(error):
        return VendorError("Mail", "Resend could not be reached", retryable=True)
    return OutcomeUnknown()


def _was_never_connected(error: AnymailRequestsAPIError) -> bool:
    """requests says ConnectionError both for a refused connection and for one dropped before the answer."""
    if isinstance(error, requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    inner = error.__cause__.args[0] if error.__cause__ and error.__cause__.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


def _refused(error: AnymailRequestsAPIError) -> VendorError | None:
    """What a refusal means; None when it says that the mail has gone out already."""
    status = error.status_code or 0
    name = _error_name(error)
    if name == ALREADY_SENT:
        # Rendered twice, a mail differs in a stamp or a token. The key names the mail, and that one is on its way.
        logger.info("resend_key_already_used")
        return None
    if name == IN_PROGRESS or status in GATEWAY_TIMED_OUT or 200 <= status < 300:
        return OutcomeUnknown()
    return VendorError(
        "Mail", f"Resend refused with {status}{f' {name}' if name else ''}", retryable=status == 429 or status >= 500
    )


def _error_name(error: AnymailRequestsAPIError) -> str:
    """Resend's own word for the refusal, such as `daily_quota_exceeded`; never its message, which may quote data."""
    try:
        name = error.response.json()["name"]
    except (AttributeError, ValueError, KeyError, TypeError):
        return ""
    return name if isinstance(name, str) and name.isidentifier() else ""
