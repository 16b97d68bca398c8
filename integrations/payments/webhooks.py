"""Stripe's events, checked at the door.

An event is only a trigger: it may be late, doubled or out of order, so whoever acts on one fetches the object again.
https://docs.stripe.com/webhooks#verify-manually
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import stripe

LONGEST = 255
TOLERANCE_SECONDS = 300  # Stripe's own default; a signature from the future passes, which Stripe accepts too


class BadSignature(Exception):
    """The request is not an event that Stripe signed for us in the last five minutes. The text names no content."""


@dataclass(frozen=True)
class IncomingEvent:
    """What an event says, as far as anybody may rely on it.

    `object_id` and `object_kind` name what it is about (`cs_…`, `checkout.session`); `payment_intent` and `reference`
    (a session's client_reference_id) are empty where the object has none. `created_at` is in UTC. `is_live` is False
    for test mode.
    """

    id: str
    type: str
    object_id: str
    object_kind: str
    payment_intent: str
    reference: str
    created_at: datetime
    is_live: bool


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
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        raise BadSignature("The body is not an event.") from None


def _read(event: Mapping[str, object]) -> IncomingEvent:
    """Raises KeyError, TypeError, ValueError or OverflowError for anything but a snapshot event."""
    if event["object"] != "event":
        raise ValueError("not a snapshot event")
    subject = _mapping(_mapping(event["data"])["object"])
    created = event["created"]
    if not isinstance(created, int):
        raise TypeError("created must be a number of seconds")
    return IncomingEvent(
        id=_text(event["id"]),
        type=_text(event["type"]),
        # A few kinds (a balance, say) have no id; we owe those events an answer all the same.
        object_id=_text(subject.get("id") or ""),
        object_kind=_text(subject["object"]),
        payment_intent=_id_of(subject.get("payment_intent")),
        reference=_text(subject.get("client_reference_id") or ""),
        created_at=datetime.fromtimestamp(created, UTC),
        is_live=event.get("livemode") is True,
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("expected an object")
    return value


def _text(value: object) -> str:
    """Text that a database can keep: no longer than Stripe's own ids ever are, printable."""
    if not isinstance(value, str):
        raise TypeError("expected text")
    if len(value) > LONGEST or not value.isprintable():
        raise ValueError("no id or kind of Stripe's")
    return value


def _id_of(value: object) -> str:
    """The id of a linked object, whether Stripe sent the id alone or the whole object; empty for none."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""
