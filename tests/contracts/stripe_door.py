"""What the tests of Stripe share: requests, the hosted page, a payment, and a practice that listens."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from integrations import payments
from integrations.payments.stripe_gateway import CheckoutRequest, CheckoutSession, RefundRequest
from integrations.sandbox import store

SECRET = "whsec_of_this_test"
keys = (f"key-{number}" for number in count())


class Listener:
    """A web server that takes events in the practice's place, answering with the statuses that it is given."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.received: list[tuple[bytes, str]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.received.append((body, self.headers["Stripe-Signature"]))
                self.send_response(listener.statuses.pop(0) if listener.statuses else 200)
                self.end_headers()

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def wait_until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def a_request(**changes) -> CheckoutRequest:
    asked = CheckoutRequest(
        reference="booking:4f1c",
        description="Session, 50 minutes",
        amount_minor=8000,
        currency="EUR",
        customer_email="alice@example.com",
        success_url="https://practice.example/paid/?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://practice.example/back/",
        expires_at=datetime.now(UTC) + timedelta(minutes=31),
        idempotency_key=next(keys),
        metadata={"booking": "4f1c", "1": "a key of digits"},
    )
    return replace(asked, **changes)


def pay_page(client, session, **fields):
    return client.post(f"/sandbox/stripe/pay/{session.id}/", fields)


def sessions_made() -> int:
    return len(store.all("stripe_session"))


def a_payment(client) -> CheckoutSession:
    """€80.00, paid."""
    session = payments.gateway().create_checkout(a_request())
    pay_page(client, session, action="pay")
    return payments.gateway().checkout(session.id)


def a_refund(payment: CheckoutSession, **changes) -> RefundRequest:
    """All of it, unless told otherwise."""
    asked = RefundRequest(
        payment_intent=payment.payment_intent,
        amount_minor=payment.amount_minor,
        idempotency_key=next(keys),
        metadata={"refund": "7"},
    )
    return replace(asked, **changes)


def refunds_of(payment: CheckoutSession) -> list[tuple[int, str]]:
    """What Stripe's stand-in keeps of them: amount and status, oldest first."""
    kept = store.get("stripe_session", payment.id) or {}
    return [(refund["amount"], refund["status"]) for refund in kept.get("refunds", [])]


def events_made() -> list[dict]:
    """The events so far, oldest first, without what came of the payment itself."""
    made = [kept["event"] for kept in store.all("stripe_event").values()]
    return [event for event in made if not event["type"].startswith("checkout.")]


def told() -> list[str]:
    """The kinds of those events."""
    return [event["type"] for event in events_made()]


def told_of_checkouts() -> list[tuple[str, str]]:
    """The events about sessions so far, with what each says of the money, oldest first."""
    made = [kept["event"] for kept in store.all("stripe_event").values()]
    return [
        (event["type"].removeprefix("checkout.session."), event["data"]["object"]["payment_status"])
        for event in made
        if event["type"].startswith("checkout.")
    ]


def behind(client, session, **fields):
    """Something done to a payment behind the scenes."""
    return client.post(f"/sandbox/stripe/payment/{session.id}/", fields)


def settle(client, refund_id: str, status: str):
    return client.post(f"/sandbox/stripe/refund/{refund_id}/", {"status": status})
