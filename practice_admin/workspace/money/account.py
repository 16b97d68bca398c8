"""How payments are set up: what Stripe has to be told, and whether it answers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from integrations import payments
from integrations.errors import VendorError
from integrations.payments.stripe_gateway import API_VERSION
from practice_admin.workspace.money.pages import UNAVAILABLE, page

# What `domain/stripe_events.py` acts on. Whatever else Stripe sends is kept and ignored.
EVENTS = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "charge.refunded",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
)


@require_http_methods(["GET", "HEAD", "POST"])
def stripe_account(request: HttpRequest) -> HttpResponse:
    """The webhook's address and its events. Stripe is asked by POST alone, so that the page never waits for it."""
    context: dict[str, Any] = {
        "webhook_url": f"{settings.SITE_URL}{reverse('booking_public:stripe_webhook')}",
        "events": EVENTS,
        "api_version": API_VERSION,
    }
    if request.method != "POST":
        return page(request, "account", "Payments", **context)
    try:
        account = payments.gateway().account()
    except VendorError as error:
        return page(request, "account", "Payments", status=UNAVAILABLE, problem=str(error), **context)
    return page(request, "account", "Payments", account=account, **context)
