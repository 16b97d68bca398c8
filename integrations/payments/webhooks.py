"""Stripe's events, checked at the door.

An event is only a trigger: it may be late, doubled or out of order, so whoever acts on one fetches the object again.
https://docs.stripe.com/webhooks#verify-manually
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import stripe

LONGEST = 255
TOLERANCE_SECONDS = 300  # Stripe's own default; a signature from the future passes, which Stripe accepts too


class BadSignature(Exception):
    """The request is not an event that Stripe signed for us in the last five minutes. The text names no content."""


@dataclass(frozen=True)
class IncomingEvent:
    """What an event says, as far as anybody may rely on it: its own id, what happened, and to what.

    `object_id` names the object it is about: `cs_…` for `checkout.session.…`, `re_…` for `refund.…`, `du_…` for
    `charge.dispute.…`, `ch_…` for `charge.refunded`. `payment_intent` (`pi_…`) is the payment behind it, by which an
    event about a charge, or about a refund or dispute that is not known here yet, finds its payment. Both are "" where
    it has none.
    """

    id: str
    type: str
    object_id: str
    payment_intent: str = ""


def read_event(body: bytes, signature_header: str, secret: str) -> IncomingEvent:
    """Verify the raw body against the `Stripe-Signature` header and read it.

    Raises BadSignature where the signature is missing, wrong or more than 300 seconds old, and where the body is not an
    event.
    """
    # The library compares signatures as text and stumbles over any that is not ASCII.
    if not signature_header.isascii():
        raise BadSignature("The signature header is not ASCII.")
    try:
        stripe.WebhookSignature.verify_header(body, signature_header, secret, TOLERANCE_SECONDS)
    except stripe.SignatureVerificationError:
        raise BadSignature("The signature is missing, wrong or too old.") from None
    except UnicodeDecodeError:
        raise BadSignature("The body is not UTF-8.") from None
    try:
        return _read(json.loads(body))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise BadSignature("The body is not an event.") from None


def _read(event: Mapping[str, object]) -> IncomingEvent:
    """Raises KeyError, TypeError or ValueError where there is nothing to know the event by.

    What it is about is asked for kindly: an event that we cannot use is still one that Stripe wants an answer to.
    """
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    known = subject if isinstance(subject, dict) else {}
    return IncomingEvent(
        id=_text(event["id"]),
        type=_text(event["type"]),
        object_id=_text(known.get("id") or ""),
        payment_intent=_text(_payment_intent(known)),
    )


def _payment_intent(subject: Mapping[str, object]) -> object:
    """The payment's id, whether the object names it, shows it whole or is it."""
    if subject.get("object") == "payment_intent":
        return subject.get("id") or ""
    named = subject.get("payment_intent")
    return (named.get("id") if isinstance(named, dict) else named) or ""


def _text(value: object) -> str:
    """Text that a database can keep: no longer than Stripe's own ids ever are, printable."""
    if not isinstance(value, str):
        raise TypeError("expected text")
    if len(value) > LONGEST or not value.isprintable():
        raise ValueError("no id or kind of Stripe's")
    return value
