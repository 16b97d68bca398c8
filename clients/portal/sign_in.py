"""Signing in by magic link (R7): ask for one, open it, press the button. And signing out."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from clients.domain.rate_limits import Limit, seconds_to_wait
from clients.domain.sign_in import LinkUnusable, TooManyLinks, redeem, request_link
from clients.domain.visitor_address import visitor_address
from clients.models import User
from clients.portal.forms import SignInForm
from clients.portal.next_path import home_of, is_open_to, safe_path

BY_ADDRESS = Limit("sign-in by address", hits=60, seconds=15 * 60)

CLIENT_SESSION = 30 * 24 * 3600  # seconds
STAFF_SESSION = 12 * 3600
BACKEND = "clients.backends.LinkBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link. Whoever is signed in is told so and never bounced: /admin/ sends those here that it refuses."""
    if request.method == "POST":
        return _ask(request)
    going_to = safe_path(request, request.GET.get("next", ""))
    if isinstance(request.user, User):
        return _signed_in(request, request.user, going_to)
    return render(request, "clients/sign_in.html", {"form": SignInForm(initial={"next": going_to})})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link. Looking at it changes nothing, since mail scanners look too; the button signs in."""
    if request.method != "POST":
        return render(request, "clients/sign_in_confirm.html")
    try:
        user, asked_path = redeem(token=token, now=timezone.now())
    except LinkUnusable:
        return render(request, "clients/sign_in_failed.html", {"form": SignInForm()}, status=410)
    login(request, user, backend=BACKEND)  # under a new session key, and with nothing left of somebody else's session
    request.session.set_expiry(STAFF_SESSION if user.is_staff else CLIENT_SESSION)
    return HttpResponseRedirect(safe_path(request, asked_path) or home_of(user), status=303)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/", status=303)


def _ask(request: HttpRequest) -> HttpResponse:
    wait = seconds_to_wait(BY_ADDRESS, who=visitor_address(request.META, settings.TRUSTED_PROXIES), now=timezone.now())
    if wait:
        return _too_many(request, wait)
    typed = request.POST.copy()
    typed["next"] = next_path = safe_path(request, typed.get("next", ""))
    form = SignInForm(typed)
    if not form.is_valid():
        return render(request, "clients/sign_in.html", {"form": form}, status=422)
    try:
        request_link(email=form.cleaned_data["email"], next_path=next_path, now=timezone.now())
    except TooManyLinks as error:
        return _too_many(request, error.wait)
    return render(request, "clients/sign_in_sent.html", {"mailbox_url": _mailbox_url()})


def _signed_in(request: HttpRequest, user: User, going_to: str) -> HttpResponse:
    context = {
        "short_name": user.get_short_name(),
        "home_url": home_of(user),
        "is_staff": user.is_staff,
        "next_url": going_to if is_open_to(user, going_to) else "",
        "refused": bool(going_to) and not is_open_to(user, going_to),
    }
    return render(request, "clients/signed_in.html", context)


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    minutes = -(-wait // 60)
    context = {
        "wait_text": "in a minute" if minutes == 1 else f"in {minutes} minutes",
        "back_url": reverse("sign_in"),
    }
    response = render(request, "public/too_many.html", context, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _mailbox_url() -> str:
    """The sandbox's mailbox, where there is one."""
    try:
        return reverse("sandbox:mail:box")
    except NoReverseMatch:
        return ""
