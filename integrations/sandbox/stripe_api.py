"""Stripe's API as far as a one-off payment goes: keys, idempotency, errors and answers as Stripe gives them.

https://docs.stripe.com/api/authentication, …/errors, …/idempotent_requests, …/checkout/sessions, …/refunds, …/disputes,
…/accounts
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from integrations.sandbox import faults, store, stripe_disputes, stripe_refunds, stripe_sessions
from integrations.sandbox.store import Document
from integrations.sandbox.stripe_account import ACCOUNT
from integrations.sandbox.stripe_events import API_VERSION
from integrations.sandbox.stripe_expansions import expanded
from integrations.sandbox.stripe_forms import Form, Refused, read_form

KEYS = "stripe_idempotency"
LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """An answer before it is a response; `is_replayed` when it was kept from an earlier request."""

    status: int
    body: Document
    is_replayed: bool = False


@csrf_exempt
def create_session(request: HttpRequest) -> HttpResponse:
    """POST /v1/checkout/sessions."""
    return _respond(request, "POST", lambda: stripe_sessions.create(read_form("create", request.body)))


@csrf_exempt
def session(request: HttpRequest, session_id: str) -> HttpResponse:
    """GET /v1/checkout/sessions/<id>."""

    def work() -> Document:
        form = _query("retrieve", request)
        return expanded(stripe_sessions.look(session_id), form.get("expand", []))

    return _respond(request, "GET", work)


@csrf_exempt
def expire_session(request: HttpRequest, session_id: str) -> HttpResponse:
    """POST /v1/checkout/sessions/<id>/expire."""

    def work() -> Document:
        form = read_form("expire", request.body)
        expanded(stripe_sessions.look(session_id), form.get("expand", []))  # a wrong path closes nothing
        stripe_sessions.close(session_id)
        return expanded(stripe_sessions.look(session_id), form.get("expand", []))

    return _respond(request, "POST", work)


@csrf_exempt
def refunds(request: HttpRequest) -> HttpResponse:
    """POST /v1/refunds makes one, GET lists those of a payment."""
    if request.method == "GET":
        return _respond(request, "GET", lambda: stripe_refunds.listed(_query("list_refunds", request)))
    return _respond(request, "POST", lambda: stripe_refunds.create(read_form("create_refund", request.body)))


@csrf_exempt
def refund(request: HttpRequest, refund_id: str) -> HttpResponse:
    """GET /v1/refunds/<id>."""
    return _found(request, "retrieve_refund", lambda: stripe_refunds.look(refund_id))


@csrf_exempt
def dispute(request: HttpRequest, dispute_id: str) -> HttpResponse:
    """GET /v1/disputes/<id>."""
    return _found(request, "retrieve_dispute", lambda: stripe_disputes.look(dispute_id))


@csrf_exempt
def account(request: HttpRequest) -> HttpResponse:
    """GET /v1/account."""
    return _found(request, "retrieve_account", lambda: ACCOUNT)


@csrf_exempt
def unknown(request: HttpRequest, path: str) -> HttpResponse:
    """Whatever else is asked for."""

    def work() -> Document:
        raise Refused(f"Unrecognized request URL ({request.method}: /v1/{path}).", status=404)

    return _respond(request, request.method or "GET", work)


def _found(request: HttpRequest, kind: str, find: Callable[[], Document]) -> HttpResponse:
    """One object, asked for by a call of that kind; the sandbox expands nothing of it."""

    def work() -> Document:
        if _query(kind, request):
            raise Refused("The sandbox does not play expand here.", param="expand")
        return find()

    return _respond(request, "GET", work)


def _query(kind: str, request: HttpRequest) -> Form:
    return read_form(kind, request.META["QUERY_STRING"].encode())


def _respond(request: HttpRequest, method: str, work: Callable[[], Document]) -> HttpResponse:
    """Play the fault that is switched on, check the caller, do the work once, and answer as Stripe does."""
    if fault := faults.active_fault("stripe"):
        return fault
    try:
        _check_caller(request, method)
        stripe_sessions.close_overdue()
        answer = _once(request, work)
    except Refused as refused:
        answer = Answer(refused.status, refused.body)
    headers = {"Request-Id": f"req_{uuid4().hex[:14]}", "Stripe-Version": API_VERSION}
    if answer.is_replayed:
        headers["Idempotent-Replayed"] = "true"
    return JsonResponse(answer.body, status=answer.status, headers=headers)


def _check_caller(request: HttpRequest, method: str) -> None:
    """Raises Refused for a wrong key, method, API version or idempotency key."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        raise Refused("You did not provide an API key.", status=401)
    if not secrets.compare_digest(key.encode(), settings.STRIPE_SECRET_KEY.encode()):
        raise Refused(f"Invalid API Key provided: {key[:8]}***", status=401)
    if request.method != method:
        raise Refused(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise Refused(f"The sandbox speaks Stripe-Version {API_VERSION}, not {version}.")
    if len(request.headers.get("Idempotency-Key", "")) > LONGEST_KEY:
        raise Refused(f"Idempotency keys have at most {LONGEST_KEY} characters.", kind="idempotency_error")


def _once(request: HttpRequest, work: Callable[[], Document]) -> Answer:
    """Do the work of a POST once for its idempotency key and replay that answer, a refusal too, to whoever repeats it.

    Raises Refused where the key was used for another request (400), or by one that is not answered yet (409).
    """
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not key:
        return Answer(200, work())
    ours = {"request": _fingerprint(request), "claim": uuid4().hex}
    kept = store.update(KEYS, key, lambda before: before or ours)
    if kept["request"] != ours["request"]:
        message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
        raise Refused(f"{message} Try using a key other than '{key}'.", kind="idempotency_error")
    if kept["claim"] == ours["claim"]:
        return _do_and_keep(key, ours, work)
    if "status" not in kept:
        message = "There is currently another in-progress request using this key."
        raise Refused(message, status=409, kind="idempotency_error", code="idempotency_key_in_use")
    return Answer(kept["status"], kept["body"], is_replayed=True)


def _do_and_keep(key: str, claim: Document, work: Callable[[], Document]) -> Answer:
    try:
        answer = Answer(200, work())
    except Refused as refused:
        answer = Answer(refused.status, refused.body)
    except BaseException:
        store.delete(KEYS, key)  # a fault of the sandbox's own must not lock the key
        raise
    store.put(KEYS, key, claim | {"status": answer.status, "body": answer.body})
    return answer


def _fingerprint(request: HttpRequest) -> str:
    pairs = sorted(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
    return hashlib.sha256(repr((request.path, pairs)).encode()).hexdigest()
