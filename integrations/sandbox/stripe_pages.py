"""Stripe's hosted payment page, played: a client pays, is declined, or goes back. And the receipt they are given."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from integrations.sandbox import store, stripe_intents, stripe_sessions
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_forms import Refused
from integrations.sandbox.stripe_shown import shown

PAYING = {"pay": stripe_sessions.pay, "debit": stripe_sessions.pay_by_debit}


@never_cache
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    """GET shows what is to be paid; POST with `action` pays (`pay`, `debit`) or is declined (`decline`).

    A debit completes the session at once and is paid, or refused, later. 404 for an unknown session.
    """
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    try:
        kept = stripe_sessions.look(session_id)
    except Refused:
        return unknown(request)
    action = request.POST.get("action", "")
    try:
        if action in PAYING:
            return see_other(return_address(PAYING[action](session_id)))
        if action == "decline":
            stripe_sessions.decline(session_id)
            return _page(request, stripe_sessions.look(session_id), was_declined=True)
    except Refused:  # it came too late, which the page says
        kept = stripe_sessions.look(session_id)
    return _page(request, kept)


@never_cache
@require_safe
def receipt(request: HttpRequest, charge_id: str) -> HttpResponse:
    """The receipt of a payment, with what went back of it; 404 for one that was not paid."""
    for kept in store.all(stripe_sessions.KIND).values():
        if stripe_intents.charge_id(kept) == charge_id and stripe_intents.standing(kept) == "succeeded":
            return render(request, "sandbox/receipt.html", shown(kept))
    return unknown(request)


def unknown(request: HttpRequest) -> HttpResponse:
    """404: there is no such payment."""
    return render(request, "sandbox/payment_unknown.html", status=404)


def see_other(address: str) -> HttpResponse:
    """A 303: whatever was asked, GET this next."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def return_address(session: Document) -> str:
    """The success address with the session's id where it is asked for, as Stripe fills it in."""
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _page(request: HttpRequest, kept: Document, *, was_declined: bool = False) -> HttpResponse:
    """The page for the session's state: 402 for a declined card, 409 where a POST came too late."""
    is_open = kept["session"]["status"] == "open"
    template = "sandbox/pay.html" if is_open else "sandbox/payment_over.html"
    status = 402 if was_declined else 409 if request.method == "POST" and not is_open else 200
    context = shown(kept) | {"was_declined": was_declined, "return_address": return_address(kept["session"])}
    return render(request, template, context, status=status)
