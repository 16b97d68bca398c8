"""Stripe's events from the stand-in: signed as Stripe signs, posted to SITE_URL/webhooks/stripe/, tried again.

https://docs.stripe.com/webhooks#verify-manually says how: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">`.
"""

import hashlib
import hmac
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import requests
import structlog
from django.conf import settings

from integrations.sandbox import faults, store
from integrations.sandbox.store import Document

KIND = "stripe_event"
API_VERSION = "2026-10-28.endive"
# Seconds before each attempt. Stripe goes on for days; a stand-in's reader will not wait that long.
ATTEMPTS_AFTER = (0, 1, 2, 5, 15, 30)
TIMEOUT_SECONDS = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Endpoint:
    """Where events go and what signs them, read once, so that a late attempt still goes where the first one did."""

    url: str
    secret: str


def post(kind: str, subject: Document) -> str:
    """Record an event about `subject`, deliver it apart from this call, and answer its id.

    What the switch at /sandbox/control/ says holds for this event: delivered, delivered twice, or held back until
    `deliver_held`.
    """
    event: Document = {
        "id": f"evt_{uuid4().hex[:24]}",
        "object": "event",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    mode = faults.delivery()
    store.put(KIND, event["id"], {"event": event, "state": "held" if mode == "hold" else "due", "answers": []})
    for _ in range({"hold": 0, "normal": 1, "twice": 2}[mode]):
        _deliver_apart(event)
    event_id: str = event["id"]
    return event_id


def deliver_held() -> int:
    """Deliver every event that was held back, oldest first but all at once; says how many."""
    held = _held()
    for event in held:
        store.update(KIND, event["id"], lambda kept: (kept or {}) | {"state": "due"})
        _deliver_apart(event)
    return len(held)


def count_held() -> int:
    """How many events are held back."""
    return len(_held())


def sign(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header for a body at a moment in epoch seconds."""
    digest = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _held() -> list[Document]:
    return [kept["event"] for kept in store.all(KIND).values() if kept["state"] == "held"]


def _deliver_apart(event: Document) -> None:
    endpoint = Endpoint(f"{settings.SITE_URL}/webhooks/stripe/", settings.STRIPE_WEBHOOK_SECRET)
    threading.Thread(target=_deliver, args=(event, endpoint), name=event["id"], daemon=True).start()


def _deliver(event: Document, endpoint: Endpoint) -> None:
    """Post the event until it is taken with a 2xx or the attempts are used up."""
    body = json.dumps(event).encode()
    for wait in ATTEMPTS_AFTER:
        time.sleep(wait)
        answer = _attempt(body, endpoint)
        is_taken = answer[:1] == "2"
        _note(event["id"], answer, is_taken=is_taken)
        if is_taken:
            return
    log.warning("sandbox_event_not_taken", event_id=event["id"], last_answer=answer)


def _attempt(body: bytes, endpoint: Endpoint) -> str:
    """One delivery; answers the HTTP status as text, or the kind of failure."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": sign(body, endpoint.secret, int(time.time())),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    with requests.Session() as session:
        session.trust_env = False  # a proxy in the environment is not for this machine's own address
        try:
            answer = session.post(
                endpoint.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            return type(error).__name__
        return str(answer.status_code)


def _note(event_id: str, answer: str, *, is_taken: bool) -> None:
    """Keep the answer for the list of payments; never falls back from delivered (of two deliveries one may fail)."""

    def change(kept: Document | None) -> Document:
        if kept is None:
            raise LookupError(event_id)
        state = "delivered" if is_taken or kept["state"] == "delivered" else "failing"
        return kept | {"state": state, "answers": [*kept["answers"], answer]}

    with suppress(LookupError):  # somebody cleared the store meanwhile
        store.update(KIND, event_id, change)
