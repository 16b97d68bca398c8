"""What no client sees of Stripe: all payments and events, and what banks, payers and Stripe's dashboard do to one."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from integrations.sandbox import store, stripe_disputes, stripe_events, stripe_refunds, stripe_sessions
from integrations.sandbox.stripe_forms import Refused
from integrations.sandbox.stripe_money import minor
from integrations.sandbox.stripe_pages import see_other, unknown
from integrations.sandbox.stripe_shown import moment, shown

REASONS = {word: word.replace("_", " ") for word in stripe_disputes.REASONS}
USUAL_DAYS = 7


class DisputeForm(forms.Form):
    """What a payer's bank says when it opens a dispute."""

    reason = forms.ChoiceField(choices=list(REASONS.items()))
    days = forms.IntegerField(min_value=0, max_value=stripe_disputes.MOST_DAYS)
    inquiry = forms.BooleanField(required=False)


@never_cache
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """Every session, newest first, and every event with the answers that its deliveries got."""
    stripe_sessions.close_overdue()
    rows = [shown(kept) for kept in store.all(stripe_sessions.KIND).values()]
    events = [one | {"at": moment(one["event"]["created"])} for one in store.all(stripe_events.KIND).values()]
    return render(request, "sandbox/payments.html", {"payments": rows[::-1], "events": events[::-1]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, session_id: str) -> HttpResponse:
    """GET shows one payment; POST with `action` does something to it: 303 back.

    `expire` lets its time run out, `honour` and `refuse` are a bank's word on a debit, `refund` (with `amount`) is made
    in the dashboard, `dispute` (with `reason`, `days`, `inquiry`) is a payer's. 404 for an unknown payment; 409, and
    nothing changed, for what cannot be done to it.
    """
    return _act(request, session_id, lambda: _do(request, session_id))


@require_POST
def settle_refund(request: HttpRequest, refund_id: str) -> HttpResponse:
    """Turn a refund succeeded or failed, as `status` says; answers as `payment`."""
    try:
        session_id = stripe_refunds.session_refunded_by(refund_id)
    except Refused:
        return unknown(request)
    return _act(request, session_id, lambda: stripe_refunds.settle(refund_id, request.POST.get("status", "")))


@require_POST
def move_dispute(request: HttpRequest, dispute_id: str) -> HttpResponse:
    """Move a dispute on, as `status` says; answers as `payment`."""
    try:
        session_id = stripe_disputes.session_disputed_by(dispute_id)
    except Refused:
        return unknown(request)
    return _act(request, session_id, lambda: stripe_disputes.move(dispute_id, request.POST.get("status", "")))


@require_POST
def send_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Deliver one event, for the first time or again: 303 to the list. 404 for an unknown one."""
    try:
        stripe_events.deliver_again(event_id)
    except LookupError:
        return unknown(request)
    return see_other(reverse("sandbox:stripe:payments"))


def _act(request: HttpRequest, session_id: str, act: Callable[[], object]) -> HttpResponse:
    try:
        kept = stripe_sessions.look(session_id)
    except Refused:
        return unknown(request)
    problem = ""
    if request.method == "POST":
        try:
            act()
        except Refused as refused:
            problem = str(refused)
        else:
            return see_other(reverse("sandbox:stripe:payment", args=[session_id]))
    context = shown(kept) | {"problem": problem, "reasons": REASONS, "usual_days": USUAL_DAYS}
    return render(request, "sandbox/payment.html", context, status=409 if problem else 200)


def _do(request: HttpRequest, session_id: str) -> object:
    """Raises Refused for what cannot be done."""
    match request.POST.get("action"):
        case "expire":
            return stripe_sessions.close(session_id)
        case "honour" | "refuse" as word:
            return stripe_sessions.settle(session_id, is_paid=word == "honour")
        case "refund":
            return _refund(session_id, request.POST.get("amount", ""))
        case "dispute":
            return _dispute(session_id, DisputeForm(request.POST))
    raise Refused("There is no such thing to do.")


def _refund(session_id: str, typed: str) -> object:
    session = stripe_sessions.look(session_id)["session"]
    amount = minor(typed, session["currency"])
    if amount is None or amount <= 0:
        raise Refused("That is no amount of money.")
    return stripe_refunds.create({"payment_intent": session["payment_intent"] or "", "amount": amount})


def _dispute(session_id: str, asked: DisputeForm) -> object:
    if not asked.is_valid():
        raise Refused(f"A dispute has one of Stripe's reasons, and 0 to {stripe_disputes.MOST_DAYS} days.")
    given = asked.cleaned_data
    return stripe_disputes.begin(session_id, given["reason"], given["days"], is_inquiry=given["inquiry"])
