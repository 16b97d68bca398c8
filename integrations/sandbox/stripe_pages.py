"""Stripe's hosted payment page, played: a client pays, is declined, or goes back. And a list of payments to look at.

What no client ever sees: on the page of a payment, what becomes of its refunds.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from integrations.sandbox import store, stripe_events, stripe_refunds, stripe_sessions
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_forms import Refused
from integrations.sandbox.stripe_money import money


@never_cache
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    """GET shows what is to be paid; POST with `action` pays or is declined. 404 for an unknown session."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        kept = stripe_sessions.look(session_id)
        if request.POST.get("action") == "pay":
            paid = stripe_sessions.pay(session_id)
            return see_other(_return_address(paid))
        if request.POST.get("action") == "decline" and kept["session"]["status"] == "open":
            stripe_sessions.decline(session_id)
            return _page(request, stripe_sessions.look(session_id), was_declined=True)
    except Refused as refused:
        if refused.status == 404:
            return render(request, "sandbox/payment_unknown.html", status=404)
        return _page(request, stripe_sessions.look(session_id))
    return _page(request, kept)


@require_POST
def settle_refund(request: HttpRequest, refund_id: str) -> HttpResponse:
    """Turn a refund succeeded or failed, as `status` says: 303 to the page of its payment.

    404 for an unknown refund; 409, and nothing changed, for what it cannot turn any more.
    """
    try:
        session_id = stripe_refunds.session_refunded_by(refund_id)
    except Refused:
        return render(request, "sandbox/payment_unknown.html", status=404)
    try:
        stripe_refunds.settle(refund_id, request.POST.get("status", ""))
    except Refused:
        return _page(request, stripe_sessions.look(session_id))
    return see_other(reverse("sandbox:stripe:pay", args=[session_id]))


@never_cache
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """Every session, newest first, and every event with the answers that its deliveries got."""
    kept = [stripe_sessions.look(session_id) for session_id in store.all(stripe_sessions.KIND)]
    rows = [_shown(one) for one in reversed(kept)]
    events = [one | {"at": _moment(one["event"]["created"])} for one in store.all(stripe_events.KIND).values()]
    return render(request, "sandbox/payments.html", {"payments": rows, "events": events[::-1]})


def _page(request: HttpRequest, kept: Document, *, was_declined: bool = False) -> HttpResponse:
    """The page for the session's state: 402 for a declined card, 409 where a POST came too late."""
    is_open = kept["session"]["status"] == "open"
    template = "sandbox/pay.html" if is_open else "sandbox/payment_over.html"
    status = 402 if was_declined else 409 if request.method == "POST" and not is_open else 200
    return render(request, template, _shown(kept) | {"was_declined": was_declined}, status=status)


def _shown(kept: Document) -> Document:
    """What the templates say about a session."""
    session = kept["session"]
    return {
        "session": session,
        "items": [item | {"amount": money(item["amount_total"], item["currency"])} for item in kept["items"]],
        "total": money(session["amount_total"], session["currency"]),
        "declined": kept["declined"],
        "refunds": [one | {"shown": money(one["amount"], one["currency"])} for one in stripe_refunds.made(kept)],
        "created_at": _moment(session["created"]),
        "expires_at": _moment(session["expires_at"]),
        "return_address": _return_address(session),
    }


def see_other(address: str) -> HttpResponse:
    """A 303: whatever was asked, GET this next."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _return_address(session: Document) -> str:
    """The success address with the session's id where it is asked for, as Stripe fills it in."""
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
