"""Stripe Checkout, refunds and disputes through Stripe's own library, at an address that may be that of a stand-in.

Facts about Stripe are from https://docs.stripe.com/api/checkout/sessions, …/refunds and …/disputes (API
2026-10-28.endive) and from the source of stripe-python 16.1.0.
"""

import logging
from uuid import uuid4

import stripe
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from integrations.errors import VendorError
from integrations.payments.amounts import objection
from integrations.payments.locales import checkout_locale
from integrations.payments.stripe_errors import VENDOR, vendor_errors
from integrations.payments.stripe_objects import (
    Account,
    CheckoutRequest,
    CheckoutSession,
    Dispute,
    Refunded,
    RefundRequest,
    read_account,
    read_dispute,
    read_refund,
    read_session,
)

__all__ = ["Account", "CheckoutRequest", "CheckoutSession", "Dispute", "RefundRequest", "Refunded", "StripeGateway"]

# Named here, so that a newer library does not change in silence what Stripe answers.
API_VERSION = "2026-10-28.endive"
TIMEOUT_SECONDS = 10
NETWORK_RETRIES = 2
LIVE_KEYS = ("sk_live_", "rk_live_")  # https://docs.stripe.com/keys
# How a payment went is not in a session but in its payment, and the receipt in the charge of that.
WITH_ITS_PAYMENT = ["payment_intent.latest_charge"]

# The library logs Stripe's messages at INFO and whole requests at DEBUG; both can quote a client's email address.
logging.getLogger("stripe").setLevel(logging.WARNING)


class StripeGateway:
    """One Stripe account at one address. Every method raises VendorError and nothing else when Stripe does not comply.

    Each attempt ends after `timeout_seconds` without an answer. The library repeats what is safe to repeat up to twice
    (connection errors, 409, 5xx), under one idempotency key, so a call can last a little over three time-outs.
    """

    def __init__(self, secret_key: str, api_base: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        # The library appends "/v1/…" to the base, so a base with a path is kept whole.
        client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base.rstrip("/")},
            max_network_retries=NETWORK_RETRIES,
            http_client=stripe.RequestsClient(timeout=timeout_seconds),
        )
        self._is_live = secret_key.startswith(LIVE_KEYS)
        self._sessions = client.v1.checkout.sessions
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes
        self._accounts = client.v1.accounts

    def create_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        """Open a session that asks for one payment, or answer the one opened before under the same key.

        An amount that Stripe would not take (see `amounts.objection`) is refused before it is asked.
        """
        _check_amount(request.amount_minor, request.currency)
        with vendor_errors():
            answer = self._sessions.create(_create_params(request), {"idempotency_key": request.idempotency_key})
            return read_session(answer)

    def checkout(self, session_id: str) -> CheckoutSession:
        """The session as it is now; an unknown id is a VendorError that is not retryable."""
        with vendor_errors():
            return self._checkout(session_id)

    def expire_checkout(self, session_id: str) -> CheckoutSession:
        """Close an open session, so that nobody can pay it any more.

        A session that is complete or expired already is answered as it is: look at `money` before giving anything up.
        """
        with vendor_errors():
            # A key for this call alone: closing twice is harmless, but a stored refusal would be replayed for ever.
            key = f"expire-{uuid4().hex}"
            try:
                answer = self._sessions.expire(session_id, {"expand": WITH_ITS_PAYMENT}, {"idempotency_key": key})
            except stripe.InvalidRequestError:
                found = self._checkout(session_id)
                if found.status == "open":
                    raise
                return found
            return read_session(answer)

    def refund(self, request: RefundRequest) -> Refunded:
        """Pay money back, once for the key: whoever repeats it reads the refund as it began, not as it is now.

        More than is left of the payment, or a payment that went back in full, is a VendorError that is not retryable.
        """
        with vendor_errors():
            answer = self._refunds.create(_refund_params(request), {"idempotency_key": request.idempotency_key})
            return read_refund(answer)

    def refund_state(self, refund_id: str) -> Refunded:
        """The refund as it is now; an unknown id is a VendorError that is not retryable."""
        with vendor_errors():
            return read_refund(self._refunds.retrieve(refund_id))

    def refunds_of(self, payment_intent: str) -> list[Refunded]:
        """Every refund of a payment, oldest first: ours, and those made in Stripe's dashboard, failed ones too."""
        with vendor_errors():
            found = self._refunds.list({"payment_intent": payment_intent, "limit": 100})
            return [read_refund(each) for each in found.auto_paging_iter()][::-1]  # Stripe's newest come first

    def dispute(self, dispute_id: str) -> Dispute:
        """The dispute as it is now; an unknown id is a VendorError that is not retryable."""
        with vendor_errors():
            return read_dispute(self._disputes.retrieve(dispute_id))

    def account(self) -> Account:
        """Whose account this is and whether it can take payments; a VendorError for a key that Stripe refuses."""
        with vendor_errors():
            return read_account(self._accounts.retrieve_current(), is_live=self._is_live)

    def _checkout(self, session_id: str) -> CheckoutSession:
        return read_session(self._sessions.retrieve(session_id, {"expand": WITH_ITS_PAYMENT}))


def _check_amount(amount_minor: int, currency: str) -> None:
    """Raises VendorError for what Stripe would not take anyhow, in a plainer sentence than its own."""
    if refused := objection(amount_minor, currency):
        raise VendorError(VENDOR, refused, retryable=False)


def _create_params(request: CheckoutRequest) -> SessionCreateParams:
    params: SessionCreateParams = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "locale": checkout_locale(request.locale),
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
