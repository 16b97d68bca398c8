"""Stripe: the only code that speaks to it."""

from django.conf import settings

from integrations.payments.stripe_gateway import StripeGateway


def gateway() -> StripeGateway:
    """The gateway to the account and address that the settings name now; made anew on each call, so never stale."""
    return StripeGateway(secret_key=settings.STRIPE_SECRET_KEY, api_base=settings.STRIPE_API_BASE)


def webhook_secret() -> str:
    """The secret (`whsec_…`) that Stripe signs its events with, for `webhooks.read_event`."""
    secret: str = settings.STRIPE_WEBHOOK_SECRET
    return secret
