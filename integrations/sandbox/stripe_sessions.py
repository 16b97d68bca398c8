"""Checkout Sessions of Stripe's stand-in: what makes one, what it looks like, how it ends.

Shapes and messages follow https://docs.stripe.com/api/checkout/sessions (API 2026-10-28.endive) as far as a one-off
payment on the hosted page goes.
"""

import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse

from integrations.sandbox import store, stripe_events, stripe_intents, stripe_rules
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_forms import Form, Refused

KIND = "stripe_session"


def create(form: Form) -> Document:
    """A new open session for a checked form. Raises Refused."""
    now = int(time.time())
    items = stripe_rules.check(form, now)
    currency, total = items[0]["currency"], sum(item["amount_total"] for item in items)
    session_id = f"cs_test_{uuid4().hex}{uuid4().hex[:26]}"
    session = _blank(session_id, now) | {
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": form.get("cancel_url"),
        "client_reference_id": form.get("client_reference_id"),
        "currency": currency,
        "customer_details": _customer(form["customer_email"]) if "customer_email" in form else None,
        "customer_email": form.get("customer_email"),
        "expires_at": stripe_rules.expires_at(form, now),
        "locale": form.get("locale"),
        "metadata": {key: value for key, value in form.get("metadata", {}).items() if value},
        "payment_status": "unpaid" if total else "no_payment_required",
        "submit_type": form.get("submit_type"),
        "success_url": form["success_url"],
        "url": settings.SITE_URL + reverse("sandbox:stripe:pay", args=[session_id]),
    }
    store.put(KIND, session_id, {"session": session, "items": items, "declined": 0})
    return session


def look(session_id: str) -> Document:
    """What is kept of a session: `session`, `items`, `declined`; once there are any `attempt`, `refunds`, `disputes`.

    Raises Refused with 404 for an unknown id.
    """
    close_overdue()
    return _found(store.get(KIND, session_id))


def close(session_id: str) -> Document:
    """Expire an open session and say so in an event; answers the session. Raises Refused unless it is open."""

    def change(kept: Document | None) -> Document:
        session = _found(kept)["session"]
        if session["status"] != "open":
            raise Refused(
                'Only Checkout Sessions with a status in ["open"] can be expired.'
                f" This Checkout Session has a status of {session['status']}."
            )
        return _found(kept) | {"session": session | {"status": "expired", "url": None}}

    session: Document = store.update(KIND, session_id, change)["session"]
    stripe_events.post("checkout.session.expired", session)
    return session


def pay(session_id: str) -> Document:
    """Take the payment by card and say so in an event; answers the session. Raises Refused unless it is open."""
    return _complete(session_id, "succeeded", "card")


def pay_by_debit(session_id: str) -> Document:
    """Take a bank debit, which the bank will honour or refuse later (see `settle`); else as `pay`."""
    return _complete(session_id, "processing", "sepa_debit")


def settle(session_id: str, *, is_paid: bool) -> Document:
    """Let the bank honour or refuse a debit, and say so in an event. Raises Refused unless it is still to do so."""

    def change(kept: Document | None) -> Document:
        found = _found(kept)
        if stripe_intents.standing(found) != "processing":
            raise Refused("This payment is not waiting for a bank.")
        attempt = found["attempt"] | {"state": "succeeded" if is_paid else "refused"}
        session = found["session"] | {"payment_status": "paid" if is_paid else "unpaid"}
        return found | {"attempt": attempt, "session": session}

    session: Document = store.update(KIND, session_id, change)["session"]
    stripe_events.post(f"checkout.session.async_payment_{'succeeded' if is_paid else 'failed'}", session)
    return session


def decline(session_id: str) -> None:
    """Refuse a card; the session stays open. Raises Refused unless it is, with 404 for an unknown id."""

    def change(kept: Document | None) -> Document:
        found = _payable(kept)
        return stripe_intents.begin(found, "declined", "card") | {"declined": found["declined"] + 1}

    store.update(KIND, session_id, change)


def close_overdue() -> None:
    """Close every session whose time has passed, as Stripe does by itself."""
    now = time.time()
    for session_id, kept in store.all(KIND).items():
        if kept["session"]["status"] == "open" and kept["session"]["expires_at"] <= now:
            with suppress(Refused):  # somebody else came first
                close(session_id)


def _complete(session_id: str, state: stripe_intents.State, method: str) -> Document:
    def change(kept: Document | None) -> Document:
        found = _payable(kept)
        if found["session"]["amount_total"]:
            found = stripe_intents.begin(found, state, method)
        ended = {"status": "complete", "url": None}
        if found["session"]["amount_total"] and state == "succeeded":
            ended |= {"payment_status": "paid"}
        return found | {"session": found["session"] | ended}

    session: Document = store.update(KIND, session_id, change)["session"]
    stripe_events.post("checkout.session.completed", session)
    return session


def _payable(kept: Document | None) -> Document:
    """What is kept of a session that is open and in time. Raises Refused where it is neither."""
    found = _found(kept)
    session = found["session"]
    if session["status"] != "open" or session["expires_at"] <= time.time():
        raise Refused(f"This Checkout Session cannot be paid: its status is {session['status']}.")
    return found


def _found(kept: Document | None) -> Document:
    if kept is None:
        raise Refused("No such checkout.session", status=404, code="resource_missing", param="session")
    return kept


def _customer(email: str) -> Document:
    return {"address": None, "email": email, "name": None, "phone": None, "tax_exempt": "none", "tax_ids": None}


def _blank(session_id: str, now: int) -> dict[str, Any]:
    """The fields that Stripe always sends, as they are for a new one-off payment."""
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "client_secret": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None},
        "customer": None,
        "customer_account": None,
        "customer_creation": "if_required",
        "discounts": [],
        "invoice": None,
        "invoice_creation": {"enabled": False, "invoice_data": {}},
        "livemode": False,
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card", "sepa_debit"],
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }
