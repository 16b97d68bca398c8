"""Google's side of OAuth: the consent page, the token endpoint, and revocation."""

import base64
import binascii
import functools
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from integrations.sandbox import faults, google_account, google_schema
from integrations.sandbox.google_account import ACCOUNT, OAuthRefusal

ASKED = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "access_type", "prompt",
    "code_challenge", "code_challenge_method",
)  # fmt: skip
TokenView = Callable[[HttpRequest], HttpResponse]


@never_cache
@require_http_methods(["GET", "POST"])
def auth(request: HttpRequest) -> HttpResponse:
    """The consent page. What was asked stays in the address; Allow or Deny is a POST to the same address."""
    asked = {name: request.GET[name] for name in ASKED if name in request.GET}
    problem = _problem(request, asked)
    if problem:
        return render(request, "sandbox/google_consent.html", {"problem": problem}, status=400)
    if request.method == "GET":
        scopes = [(scope, google_schema.scope_in_words(scope)) for scope in asked["scope"].split()]
        context = {"account": ACCOUNT, "client_id": asked["client_id"], "scopes": scopes}
        return render(request, "sandbox/google_consent.html", context)
    ticked = _ticked(request, asked)
    if request.POST.get("decision") == "allow" and ticked:
        answer = {"code": google_account.issue_code(asked | {"scope": ticked}), "scope": ticked}
    else:
        answer = {"error": "access_denied"}
    if "state" in asked:
        answer["state"] = asked["state"]
    return HttpResponseRedirect(_with_query(asked["redirect_uri"], answer))


def _ticked(request: HttpRequest, asked: dict[str, str]) -> str:
    """The scopes left ticked. Where one alone is asked for there is no box, as with Google: all or nothing."""
    scopes = asked["scope"].split()
    left = set(request.POST.getlist("scope"))
    return " ".join(scope for scope in scopes if len(scopes) == 1 or scope in left)


def _problem(request: HttpRequest, asked: dict[str, str]) -> str:
    """Why the page cannot be shown, in Google's words; such an error never goes back to the site that asked."""
    if asked.get("client_id") != settings.GOOGLE_CLIENT_ID:
        return "Error 401: invalid_client. The OAuth client was not found."
    target = urlsplit(asked.get("redirect_uri", ""))
    # Google compares with the addresses registered for the client; here that is whatever lies on this very site.
    if target.scheme not in {"http", "https"} or target.netloc != request.get_host() or target.fragment:
        return "Error 400: redirect_uri_mismatch."
    if asked.get("response_type") != "code":
        return "Error 400: unsupported_response_type. The sandbox knows `code`."
    if not asked.get("scope", "").split():
        return "Error 400: invalid_request. Missing required parameter: scope."
    if asked.get("code_challenge_method", "S256") not in {"S256", "plain"}:
        return "Error 400: invalid_request. Unknown code_challenge_method."
    return ""


def _with_query(address: str, more: dict[str, str]) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *more.items()])))


def _endpoint(view: TokenView) -> TokenView:
    """Around an endpoint that programs call: faults on demand, refusals as RFC 6749 writes them."""

    @csrf_exempt
    @require_POST
    @functools.wraps(view)
    def endpoint(request: HttpRequest) -> HttpResponse:
        try:
            return faults.active_fault("google") or view(request)
        except OAuthRefusal as refusal:
            body = {"error": refusal.error, "error_description": refusal.description}
            return JsonResponse(body, status=refusal.status)

    return endpoint


@_endpoint
def token(request: HttpRequest) -> HttpResponse:
    """Codes and refresh tokens into access tokens."""
    _check_client(request)
    form = request.POST
    match form.get("grant_type"):
        case "authorization_code":
            tokens = google_account.redeem(
                form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", "")
            )
        case "refresh_token":
            tokens = google_account.refresh(form.get("refresh_token", ""))
        case _:
            raise OAuthRefusal("unsupported_grant_type", "Invalid grant_type")
    return JsonResponse(tokens)


@_endpoint
def revoke(request: HttpRequest) -> HttpResponse:
    """Withdraw the account's consent; the token comes in the body or in the address."""
    google_account.revoke(request.POST.get("token") or request.GET.get("token", ""))
    return JsonResponse({})


def _check_client(request: HttpRequest) -> None:
    """Client id and secret, from the body or as HTTP Basic: oauthlib sends the one, google-auth the other."""
    given = (request.POST.get("client_id", ""), request.POST.get("client_secret", ""))
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            user = password = ""
        given = (unquote(user), unquote(password))
    if given != (settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET):
        raise OAuthRefusal("invalid_client", "Unauthorized", status=401)
