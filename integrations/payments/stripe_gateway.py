"""Stripe Checkout and refunds through Stripe's own library, at an address that may be that of a stand-in.

Facts about Stripe are from https://docs.stripe.com/api/checkout/sessions and …/api/refunds (API 2026-10-28.endive) and
from the source of stripe-python 16.1.0, which pins that version.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

import stripe
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from integrations.payments.stripe_errors import vendor_errors

Status = Literal["open", "complete", "expired"]
PaymentStatus = Literal["paid", "unpaid", "no_payment_required"]
_STATUSES: dict[str | None, Status] = {"open": "open", "complete": "complete", "expired": "expired"}
_PAYMENT_STATUSES: dict[str, PaymentStatus] = {
    "paid": "paid",
    "unpaid": "unpaid",
    "no_payment_required": "no_payment_required",
}
RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
_REFUND_STATUSES: dict[str | None, RefundStatus] = {
    "pending": "pending",
    "requires_action": "requires_action",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "canceled",
}

TIMEOUT_SECONDS = 10
NETWORK_RETRIES = 2

# The library logs Stripe's messages at INFO and whole requests at DEBUG; both can quote a client's email address.
logging.getLogger("stripe").setLevel(logging.WARNING)


@dataclass(frozen=True)
class CheckoutRequest:
    """One payment to ask for on Stripe's hosted page.

    `amount_minor` is in the currency's smallest unit (cents); `currency` is an ISO 4217 code in capitals, which Stripe
    writes small. `description` is what the client reads beside the amount. `expires_at` is aware, at least 30 minutes
    and at most 24 hours ahead as Stripe counts, so ask for 31 minutes or more. Stripe puts the session's id in place of
    `{CHECKOUT_SESSION_ID}` in `success_url`. `idempotency_key`: the same key and request give the same answer for at
    least 24 hours, refusals too, so a fresh attempt needs a fresh key. `metadata` is read by whoever opens Stripe's
    dashboard.

    Raises ValueError for a naive `expires_at`.
    """

    reference: str
    description: str
    amount_minor: int
    currency: str
    customer_email: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    idempotency_key: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.expires_at.tzinfo is None:
            raise ValueError("expires_at must be aware.")


@dataclass(frozen=True)
class CheckoutSession:
    """A Checkout Session as Stripe has it now.

    `url` is where the client pays, empty once the session is no longer open. `payment_intent` is empty until there is
    one. `reference` is the request's. Amount and currency as in `CheckoutRequest`; `expires_at` is in UTC.
    """

    id: str
    url: str
    status: Status
    payment_status: PaymentStatus
    payment_intent: str
    amount_minor: int
    currency: str
    reference: str
    expires_at: datetime


@dataclass(frozen=True)
class RefundRequest:
    """Money to pay back out of one payment, all of it or a part.

    `amount_minor` is in the smallest unit of the payment's own currency. `idempotency_key` and `metadata` as in
    `CheckoutRequest`: the same key pays back once.
    """

    payment_intent: str
    amount_minor: int
    idempotency_key: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refunded:
    """A refund as Stripe has it now. One that `succeeded` may still turn `failed`, days later.

    `failure_reason` is Stripe's own word for it (`expired_or_canceled_card`), empty unless it failed.
    """

    id: str
    status: RefundStatus
    failure_reason: str


class StripeGateway:
    """One Stripe account at one address. Every method raises VendorError and nothing else when Stripe does not comply.

    Each attempt ends after `timeout_seconds` without an answer. The library repeats what is safe to repeat up to twice
    (connection errors, 409, 5xx), under one idempotency key, so a call can last a little over three time-outs.
    """

    def __init__(self, secret_key: str, api_base: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        # The library appends "/v1/…" to the base, so a base with a path is kept whole.
        client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base.rstrip("/")},
            max_network_retries=NETWORK_RETRIES,
            http_client=stripe.RequestsClient(timeout=timeout_seconds),
        )
        self._sessions = client.v1.checkout.sessions
        self._refunds = client.v1.refunds

    def create_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        """Open a session that asks for one payment, or answer the one opened before under the same key."""
        with vendor_errors():
            answer = self._sessions.create(_create_params(request), {"idempotency_key": request.idempotency_key})
            return _read_session(answer)

    def checkout(self, session_id: str) -> CheckoutSession:
        """The session as it is now; an unknown id is a VendorError that is not retryable."""
        with vendor_errors():
            return _read_session(self._sessions.retrieve(session_id))

    def expire_checkout(self, session_id: str) -> CheckoutSession:
        """Close an open session, so that nobody can pay it any more.

        A session that is complete or expired already is answered as it is: look at `status` before giving anything up.
        """
        with vendor_errors():
            try:
                # A key for this call alone: closing twice is harmless, but a stored refusal would be replayed for ever.
                answer = self._sessions.expire(session_id, options={"idempotency_key": f"expire-{uuid4().hex}"})
            except stripe.InvalidRequestError:
                answer = self._sessions.retrieve(session_id)
                if answer.status == "open":
                    raise
            return _read_session(answer)

    def refund(self, request: RefundRequest) -> Refunded:
        """Pay money back, once for the key: whoever repeats it reads the refund as it began, not as it is now.

        More than is left of the payment, or a payment that went back in full, is a VendorError that is not retryable.
        """
        with vendor_errors():
            answer = self._refunds.create(_refund_params(request), {"idempotency_key": request.idempotency_key})
            return _read_refund(answer)

    def refund_state(self, refund_id: str) -> Refunded:
        """The refund as it is now; an unknown id is a VendorError that is not retryable."""
        with vendor_errors():
            return _read_refund(self._refunds.retrieve(refund_id))


def _create_params(request: CheckoutRequest) -> SessionCreateParams:
    params: SessionCreateParams = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency.lower(),
                    "unit_amount": request.amount_minor,
                    "product_data": {"name": request.description},
                },
            }
        ],
        "client_reference_id": request.reference,
        "metadata": dict(request.metadata),
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
    }
    if request.customer_email:  # without one, whoever pays gives theirs on Stripe's page
        params["customer_email"] = request.customer_email
    return params


def _refund_params(request: RefundRequest) -> RefundCreateParams:
    return {
        "payment_intent": request.payment_intent,
        "amount": request.amount_minor,
        "reason": "requested_by_customer",
        "metadata": dict(request.metadata),
    }


def _read_session(answer: stripe.checkout.Session) -> CheckoutSession:
    """Take what we use; raises AttributeError, KeyError, TypeError or ValueError for an answer that is no session."""
    intent = answer.payment_intent
    return CheckoutSession(
        id=answer.id,
        url=answer.url or "",
        status=_STATUSES[answer.status],
        payment_status=_PAYMENT_STATUSES[answer.payment_status],
        payment_intent=intent if isinstance(intent, str) else intent.id if intent else "",
        amount_minor=int(answer.amount_total or 0),
        currency=(answer.currency or "").upper(),
        reference=answer.client_reference_id or "",
        expires_at=datetime.fromtimestamp(answer.expires_at, UTC),
    )


def _read_refund(answer: stripe.Refund) -> Refunded:
    """As `_read_session`, for a refund. Stripe leaves `failure_reason` out unless it failed."""
    status = _REFUND_STATUSES[answer.status]
    return Refunded(id=answer.id, status=status, failure_reason=getattr(answer, "failure_reason", None) or "")
