"""The sandbox's front page, and the switches that make its vendors misbehave."""

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from integrations.sandbox import faults, google_account, google_conferences, google_switches, stripe_events
from integrations.sandbox.stripe_pages import see_other

VENDOR_NAMES: dict[faults.Vendor, str] = {"stripe": "Stripe", "google": "Google", "resend": "Resend (mail)"}
MODE_NAMES: dict[faults.Mode, str] = {"ok": "as ever", "down": "down (503)", "slow": "slow"}
DELIVERY_NAMES: dict[faults.Delivery, str] = {
    "normal": "deliver them",
    "hold": "hold them back",
    "twice": "deliver each twice",
    "late": "deliver them late",
}
REFUND_NAMES: dict[faults.Refunds, str] = {
    "normal": "succeed",
    "pending": "wait",
    "fail": "fail",
}


class FaultForm(forms.Form):
    """How one vendor behaves."""

    vendor = forms.ChoiceField(choices=list(VENDOR_NAMES.items()))
    mode = forms.ChoiceField(choices=list(MODE_NAMES.items()))
    seconds = forms.FloatField(min_value=0, max_value=faults.MAX_SECONDS)


class DeliveryForm(forms.Form):
    """How Stripe's events travel."""

    delivery = forms.ChoiceField(choices=list(DELIVERY_NAMES.items()))
    late = forms.FloatField(min_value=0, max_value=faults.MAX_SECONDS, required=False)


class RefundsForm(forms.Form):
    """How Stripe answers refunds."""

    refunds = forms.ChoiceField(choices=list(REFUND_NAMES.items()))


class GoogleForm(forms.Form):
    """How Google behaves beyond being down or slow."""

    page_size = forms.IntegerField(min_value=0, max_value=2500)
    access_seconds = forms.IntegerField(min_value=0, max_value=google_switches.HOUR)
    refusal = forms.ChoiceField(
        choices=[("", "none"), *((name, name) for name in google_switches.REFUSALS)], required=False
    )
    refusals_left = forms.IntegerField(min_value=0, max_value=1000)
    links_wait = forms.BooleanField(required=False)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where everything in the sandbox is."""
    return render(request, "sandbox/index.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def control(request: HttpRequest) -> HttpResponse:
    """GET shows the switches; POST sets one: 303 back, or 400 for a value that is none.

    A vendor's fault is `vendor`, `mode` and `seconds`; `delivery` is how events travel, `late` by how many seconds;
    `release` lets held ones go, the newest first where it says `newest`; `refunds` is how they are answered.
    `page_size` and what stands beside it are Google's; `expire` ends its tokens.
    """
    if request.method == "POST":
        return see_other(reverse("sandbox:control")) if _set(request) else _page(request, status=400)
    return _page(request, status=200)


def _set(request: HttpRequest) -> bool:
    """Do what the form asks; False where it asks for nothing that exists."""
    if "release" in request.POST:
        stripe_events.deliver_held(newest_first=request.POST["release"] == "newest")
        return True
    if "expire" in request.POST:
        google_account.expire_access()
        return True
    by_vendor, by_delivery = FaultForm(request.POST), DeliveryForm(request.POST)
    by_refunds = RefundsForm(request.POST)
    if by_vendor.is_valid():
        asked = by_vendor.cleaned_data
        faults.set_fault(asked["vendor"], asked["mode"], asked["seconds"])
        return True
    if by_delivery.is_valid():
        asked = by_delivery.cleaned_data
        seconds = faults.USUAL_SECONDS if asked["late"] is None else asked["late"]
        faults.set_delivery(cast("faults.Delivery", asked["delivery"]), seconds)
        return True
    if by_refunds.is_valid():
        faults.set_refunds(cast("faults.Refunds", by_refunds.cleaned_data["refunds"]))
        return True
    return _set_google(GoogleForm(request.POST))


def _set_google(asked: GoogleForm) -> bool:
    if not asked.is_valid():
        return False
    turned = google_switches.turn(**asked.cleaned_data)
    if not turned.links_wait:
        google_conferences.finish()
    return True


def _page(request: HttpRequest, *, status: int) -> HttpResponse:
    vendors = [{"key": key, "name": name, "fault": faults.fault(key)} for key, name in VENDOR_NAMES.items()]
    context = {
        "vendors": vendors,
        "modes": MODE_NAMES,
        "usual_seconds": faults.USUAL_SECONDS,
        "delivery": faults.delivery(),
        "late": faults.lateness(),
        "deliveries": DELIVERY_NAMES,
        "refund": faults.refunds(),
        "refunds": REFUND_NAMES,
        "held": stripe_events.count_held(),
        "google": google_switches.switches(),
        "refusals": google_switches.REFUSALS,
        "was_refused": status == 400,
    }
    return render(request, "sandbox/control.html", context, status=status)
