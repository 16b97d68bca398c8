"""How often one visitor may knock, by the address that the trusted proxies report."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from clients.domain.rate_limits import Limit, seconds_to_wait
from clients.domain.visitor_address import visitor_address

SLOTS = Limit("slots", hits=1200, seconds=60)
ASKING = Limit("asking Stripe", hits=60, seconds=60)
BOOKING = Limit("booking", hits=settings.BOOKINGS_PER_MINUTE, seconds=60)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def limited(limit: Limit, *, methods: tuple[str, ...] = ("GET", "HEAD", "POST")) -> Callable[[View[P]], View[P]]:
    """Count requests by these methods; beyond the limit answer 429 with Retry-After, as JSON where JSON is asked."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            wait = 0
            if request.method in methods:
                who = visitor_address(request.META, settings.TRUSTED_PROXIES)
                wait = seconds_to_wait(limit, who=who, now=timezone.now())
            return _too_many(request, limit, wait) if wait else view(request, *args, **kwargs)

        return cast("View[P]", guarded)

    return decorate


def may_ask_stripe(request: HttpRequest) -> bool:
    """Count one question to Stripe that merely looking at a page leads to; False beyond the limit."""
    who = visitor_address(request.META, settings.TRUSTED_PROXIES)
    return not seconds_to_wait(ASKING, who=who, now=timezone.now())


def _too_many(request: HttpRequest, limit: Limit, wait: int) -> HttpResponseBase:
    headers = {"Retry-After": str(wait)}
    if limit is SLOTS:
        return JsonResponse({"error": "Too many requests. Please wait a little."}, status=429, headers=headers)
    response = render(request, "public/too_many.html", {"back_url": request.path}, status=429)
    response.headers["Retry-After"] = headers["Retry-After"]
    return response
