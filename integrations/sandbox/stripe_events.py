"""Stripe's events from the stand-in: signed as Stripe signs, posted to SITE_URL/webhooks/stripe/, tried again.

https://docs.stripe.com/webhooks#verify-manually says how: `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>">`.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
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
# Seconds before each further attempt. Stripe goes on for days; a stand-in's reader will not wait that long.
AGAIN_AFTER = (1.0, 2.0, 5.0, 15.0, 30.0)
TIMEOUT_SECONDS = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Endpoint:
    """Where events go and what signs them, read once, so that a late attempt still goes where the first one did."""

    url: str
    secret: str


def post(kind: str, subject: Document) -> str:
    """Record an event about `subject`, deliver it apart from this call, and answer its id.

    What the switch at /sandbox/control/ says holds for this event: delivered, delivered twice at once, delivered late,
    or held back until `deliver_held` or `deliver_again`.
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
    for _ in range({"hold": 0, "normal": 1, "late": 1, "twice": 2}[mode]):
        _apart(_deliver, event, _endpoint(), (faults.lateness() if mode == "late" else 0.0, *AGAIN_AFTER))
    event_id: str = event["id"]
    return event_id


def deliver_held(*, newest_first: bool = False) -> int:
    """Deliver every event that was held back, one after the other; says how many."""
    held = _held()[::-1] if newest_first else _held()
    for event in held:
        _let_go(event["id"])
    _apart(_deliver_in_turn, held, _endpoint())
    return len(held)


def deliver_again(event_id: str) -> None:
    """Deliver one event, whether it was held back or delivered before. Raises LookupError for an unknown id."""
    _apart(_deliver, _let_go(event_id), _endpoint(), (0.0, *AGAIN_AFTER))


def count_held() -> int:
    """How many events are held back."""
    return len(_held())


def sign(body: bytes, secret: str, at: int) -> str:
    """The `Stripe-Signature` header for a body at a moment in epoch seconds."""
    digest = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _held() -> list[Document]:
    return [kept["event"] for kept in store.all(KIND).values() if kept["state"] == "held"]


def _let_go(event_id: str) -> Document:
    def change(kept: Document | None) -> Document:
        if kept is None:
            raise LookupError(event_id)
        return kept | ({"state": "due"} if kept["state"] == "held" else {})

    event: Document = store.update(KIND, event_id, change)["event"]
    return event


def _endpoint() -> Endpoint:
    return Endpoint(f"{settings.SITE_URL}/webhooks/stripe/", settings.STRIPE_WEBHOOK_SECRET)


def _apart(work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()


def _deliver_in_turn(events: list[Document], endpoint: Endpoint) -> None:
    """Post each once, in this order; one that is not taken comes again by itself, while the others go on."""
    for event in events:
        if not _is_taken(event, endpoint):
            _apart(_deliver, event, endpoint, AGAIN_AFTER)


def _deliver(event: Document, endpoint: Endpoint, waits: tuple[float, ...]) -> None:
    """Post the event after each of these waits (in seconds) until it is taken."""
    for seconds in waits:
        time.sleep(seconds)
        if _is_taken(event, endpoint):
            return
    log.warning("sandbox_event_not_taken", event_id=event["id"])


def _is_taken(event: Document, endpoint: Endpoint) -> bool:
    """Whether one delivery was answered with a 2xx."""
    answer = _attempt(json.dumps(event).encode(), endpoint)
    is_taken = answer[:1] == "2"
    _note(event["id"], answer, is_taken=is_taken)
    return is_taken


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
