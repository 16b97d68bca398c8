"""The part of the Calendar API that the practice uses, answering as Google does."""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from integrations.sandbox import (
    faults,
    google_account,
    google_calendars,
    google_events,
    google_fields,
    google_lists,
    google_schema,
    google_switches,
    store,
)
from integrations.sandbox.google_refusal import Refusal

ApiView = Callable[..., HttpResponse]
# Parameters of `list` that would change the answer and are not simulated: refused rather than quietly ignored.
NOT_SIMULATED = frozenset({
    "syncToken", "updatedMin", "q", "iCalUID", "eventTypes", "sharedExtendedProperty", "minAccessRole",
})  # fmt: skip
METHODS = {
    ("calendars", "GET"): ("calendarList", "list"),
    ("events", "GET"): ("events", "list"),
    ("events", "POST"): ("events", "insert"),
    ("event", "GET"): ("events", "get"),
    ("event", "PATCH"): ("events", "patch"),
    ("event", "DELETE"): ("events", "delete"),
}


def _api(view: ApiView) -> ApiView:
    """Around each address: faults on demand, the bearer and its scopes, and errors in Google's shape."""

    @csrf_exempt
    @functools.wraps(view)
    def endpoint(request: HttpRequest, **named: str) -> HttpResponse:
        fault = faults.active_fault("google")
        if fault is not None:
            return fault
        try:
            _check_request(request, METHODS.get((view.__name__, request.method or "")))
            return view(request, **named)
        except Refusal as refusal:
            return _refused(refusal)

    return endpoint


@_api
def calendars(request: HttpRequest) -> HttpResponse:
    """`calendarList.list`."""
    return _answer(request, google_lists.calendars(request.GET), "CalendarList")


@_api
def events(request: HttpRequest, calendar_id: str) -> HttpResponse:
    """`events.list` and `events.insert`."""
    calendar = _calendar(request, calendar_id)
    if request.method == "POST":
        body, wanted = _body(request), _wants_conference(request)
        return _answer(request, google_events.insert(body, conference=wanted, calendar=calendar["id"]))
    return _answer(request, google_lists.events(request.GET, calendar), "Events")


@_api
def event(request: HttpRequest, calendar_id: str, event_id: str) -> HttpResponse:
    """`events.get`, `events.patch` and `events.delete`."""
    calendar = _calendar(request, calendar_id)["id"]
    if request.method == "PATCH":
        body, wanted = _body(request), _wants_conference(request)
        return _answer(request, google_events.patch(event_id, body, conference=wanted, calendar=calendar))
    if request.method == "DELETE":
        google_events.delete(event_id, calendar)
        return HttpResponse(status=204)
    return _answer(request, google_events.get(event_id, calendar))


def _answer(request: HttpRequest, document: store.Document, schema: str = "Event") -> HttpResponse:
    return JsonResponse(google_fields.chosen(document, request.GET.get("fields"), schema))


def _check_request(request: HttpRequest, method: tuple[str, str] | None) -> None:
    if method is None:
        raise Refusal(404, "notFound", "The requested URL was not found on this server.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    scopes = google_account.scopes_of(token) if scheme.lower() == "bearer" else None
    if scopes is None:
        raise Refusal(401, "authError", "Invalid Credentials")
    out_of_breath = google_switches.refusal()
    if out_of_breath is not None:
        raise Refusal(*out_of_breath)
    if not scopes & set(google_schema.method(*method)["scopes"]):
        raise Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
    unknown = set(request.GET) - google_schema.parameter_names(*method)
    if unknown:
        raise Refusal(400, "badRequest", f"Cannot bind query parameters: {', '.join(sorted(unknown))}.")
    not_simulated = set(request.GET) & NOT_SIMULATED
    if not_simulated:
        raise Refusal(400, "badRequest", f"The sandbox does not simulate {', '.join(sorted(not_simulated))}.")


def _calendar(request: HttpRequest, calendar_id: str) -> store.Document:
    """The calendar that is asked for. Raises Refusal where it is not there, or may not be written."""
    calendar = google_calendars.entry(calendar_id)
    if request.method not in {"GET", "HEAD"} and calendar["accessRole"] in google_calendars.READERS:
        raise Refusal(403, "requiredAccessLevel", "You need to have writer access to this calendar.")
    return calendar


def _body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        raise Refusal(400, "parseError", "Parse Error") from None


def _wants_conference(request: HttpRequest) -> bool:
    return request.GET.get("conferenceDataVersion", "0") == "1"


def _refused(refusal: Refusal) -> HttpResponse:
    response = google_switches.error(refusal.status, refusal.reason, refusal.message)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return response
