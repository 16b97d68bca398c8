"""The part of the Calendar API that the practice uses, answering as Google does."""

import base64
import binascii
import functools
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt

from integrations.sandbox import faults, google_account, google_events, google_fields, google_schema, store
from integrations.sandbox.google_events import Refusal

ApiView = Callable[..., HttpResponse]
MOST_PER_PAGE, USUAL_PER_PAGE = 2500, 250
# Parameters of `list` that would change the answer and are not simulated: refused rather than quietly ignored.
NOT_SIMULATED = frozenset({"syncToken", "updatedMin", "q", "iCalUID", "eventTypes", "sharedExtendedProperty"})
METHODS = {
    ("events", "GET"): "list",
    ("events", "POST"): "insert",
    ("event", "GET"): "get",
    ("event", "PATCH"): "patch",
    ("event", "DELETE"): "delete",
}


def _api(view: ApiView) -> ApiView:
    """Around each address: faults on demand, the bearer and its scopes, the calendar, and errors in Google's shape."""

    @csrf_exempt
    @functools.wraps(view)
    def endpoint(request: HttpRequest, calendar_id: str, **more: str) -> HttpResponse:
        fault = faults.active_fault("google")
        if fault is not None:
            return fault
        try:
            _check_request(request, METHODS.get((view.__name__, request.method or "")), calendar_id)
            return view(request, **more)
        except Refusal as refusal:
            return _refused(refusal)

    return endpoint


@_api
def events(request: HttpRequest) -> HttpResponse:
    """`events.list` and `events.insert`."""
    if request.method == "POST":
        return _answer(request, google_events.insert(_body(request), conference=_wants_conference(request)))
    return _answer(request, _page(request.GET), "Events")


@_api
def event(request: HttpRequest, event_id: str) -> HttpResponse:
    """`events.get`, `events.patch` and `events.delete`."""
    if request.method == "PATCH":
        return _answer(request, google_events.patch(event_id, _body(request), conference=_wants_conference(request)))
    if request.method == "DELETE":
        google_events.delete(event_id)
        return HttpResponse(status=204)
    return _answer(request, google_events.get(event_id))


def _answer(request: HttpRequest, document: store.Document, schema: str = "Event") -> HttpResponse:
    return JsonResponse(google_fields.chosen(document, request.GET.get("fields"), schema))


def _check_request(request: HttpRequest, method: str | None, calendar_id: str) -> None:
    if method is None:
        raise Refusal(404, "notFound", "The requested URL was not found on this server.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    scopes = google_account.scopes_of(token) if scheme.lower() == "bearer" else None
    if scopes is None:
        raise Refusal(401, "authError", "Invalid Credentials")
    if not scopes & set(google_schema.method(method)["scopes"]):
        raise Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
    if calendar_id not in {"primary", google_account.ACCOUNT}:
        raise Refusal(*google_events.NOT_FOUND)
    unknown = set(request.GET) - google_schema.parameter_names(method)
    if unknown:
        raise Refusal(400, "badRequest", f"Cannot bind query parameters: {', '.join(sorted(unknown))}.")
    not_simulated = set(request.GET) & NOT_SIMULATED
    if not_simulated:
        raise Refusal(400, "badRequest", f"The sandbox does not simulate {', '.join(sorted(not_simulated))}.")


def _body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        raise Refusal(400, "parseError", "Parse Error") from None


def _wants_conference(request: HttpRequest) -> bool:
    return request.GET.get("conferenceDataVersion", "0") == "1"


def _page(asked: QueryDict) -> store.Document:
    """One page of `events.list`, by start where asked, else in the order in which the events were made."""
    found = _found(asked)
    offset, size = _offset(asked), _number(asked, "maxResults", USUAL_PER_PAGE, MOST_PER_PAGE)
    page: store.Document = {
        "kind": "calendar#events",
        "summary": google_account.ACCOUNT,
        "timeZone": asked.get("timeZone", google_account.CALENDAR_ZONE),
        "accessRole": "owner",
        "items": found[offset : offset + size],
    }
    if offset + size < len(found):
        page["nextPageToken"] = base64.urlsafe_b64encode(f"offset:{offset + size}".encode()).decode()
    return page


def _found(asked: QueryDict) -> list[store.Document]:
    """`timeMin` bounds the end and `timeMax` the start, both exclusively."""
    by_start = asked.get("orderBy") == "startTime"
    if by_start and asked.get("singleEvents") != "true":
        raise Refusal(400, "badRequest", "The requested ordering is not available for the particular query.")
    time_min, time_max = _bound(asked, "timeMin"), _bound(asked, "timeMax")
    if time_min and time_max and time_max <= time_min:
        raise Refusal(400, "timeRangeEmpty", "The specified time range is empty.")
    properties = [text.partition("=")[::2] for text in asked.getlist("privateExtendedProperty")]
    found = []
    for event in store.all(google_events.KIND).values():
        starts_at, ends_at = google_events.span(event)
        private = event.get("extendedProperties", {}).get("private", {})
        if (
            (event["status"] != "cancelled" or asked.get("showDeleted") == "true")
            and (time_min is None or ends_at > time_min)
            and (time_max is None or starts_at < time_max)
            and all(private.get(name) == value for name, value in properties)
        ):
            found.append(event)
    return sorted(found, key=google_events.span) if by_start else found


def _bound(asked: QueryDict, name: str) -> datetime | None:
    if name not in asked:
        return None
    try:
        at = datetime.fromisoformat(str(asked[name]))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:  # RFC 3339 with an offset is mandatory
        raise Refusal(400, "badRequest", f"Bad Request: {name}")
    return at


def _number(asked: QueryDict, name: str, usual: int, most: int) -> int:
    text = asked.get(name, str(usual))
    if not text.isdecimal() or int(text) < 1:
        raise Refusal(400, "invalidParameter", f"Invalid value for: {name}")
    return min(int(text), most)


def _offset(asked: QueryDict) -> int:
    if "pageToken" not in asked:
        return 0
    try:
        label, _, number = base64.urlsafe_b64decode(str(asked["pageToken"])).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        label = number = ""
    if label != "offset" or not number.isdecimal():
        raise Refusal(400, "invalid", "Invalid page token value.")
    return int(number)


def _refused(refusal: Refusal) -> HttpResponse:
    error = {"domain": "global", "reason": refusal.reason, "message": refusal.message}
    body = {"error": {"errors": [error], "code": refusal.status, "message": refusal.message}}
    response = JsonResponse(body, status=refusal.status)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return response
