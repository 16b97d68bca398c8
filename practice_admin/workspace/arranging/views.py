"""*Book for a client*: whom, what kind of session, which time (R2, R4, R10)."""

from copy import copy
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clients.domain.refusals import Refusal
from clients.models import Client
from practice_admin.domain.arranging import ReasonNeeded, arrange_session
from practice_admin.domain.diary import SlotTaken
from practice_admin.domain.verdicts import Rule
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import Booking, SessionType
from practice_admin.workspace.arranging.choosing import choosing
from practice_admin.workspace.arranging.forms import ONCE, BookForm
from practice_admin.workspace.arranging.kinds import Kind, kinds_for, limit_words, why_shut_to
from practice_admin.workspace.arranging.objections import Objection, objection_to
from practice_admin.workspace.desk import practice_of, signed_in, zone_of
from practice_admin.workspace.letters import letter
from practice_admin.workspace.queries.record import find_client
from practice_admin.workspace.queries.sessions import MOST_CLIENTS, clients_named
from practice_admin.workspace.wording import when

CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
def choose_client(request: HttpRequest) -> HttpResponse:
    """Whom to book for: everybody, or those whose name or address holds `?q=`."""
    words = request.GET.get("q", "")[:100]
    found = clients_named(words, timezone.now())
    context = {
        **_context(request, "Book for whom?"),
        "clients": found[:MOST_CLIENTS],
        "has_more": len(found) > MOST_CLIENTS,
        "words": words,
    }
    return TemplateResponse(request, "workspace/arranging/clients.html", context)


@require_safe
def choose_kind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Which kind of session, hidden ones among them; those that are not open to this client with the reason."""
    client = client_or_404(public_id)
    kinds: list[Kind] = kinds_for(client)
    context = {**_context(request, f"Book for {client}"), "client": client, "kinds": kinds}
    return TemplateResponse(request, "workspace/arranging/kinds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def book_for_client(request: HttpRequest, public_id: UUID, slug: str) -> HttpResponse:
    """Ask for the time and book it, or go on to a series' table. Refused: the page again, with what was chosen."""
    client, session_type = client_or_404(public_id), get_object_or_404(SessionType, slug=slug)
    now = timezone.now()
    form = BookForm(
        request.POST if request.method == "POST" else None,
        zone=zone_of(request),
        initial={"start": request.GET.get("start", ""), "every": ONCE},
    )
    if not form.is_valid():
        return time_page(request, client, session_type, form, now, status=UNPROCESSABLE if form.is_bound else 200)
    if form.weeks:
        return redirect(f"{_series_address(client, session_type)}?{_as_query(form)}")
    return _book_once(request, client, session_type, form, now)


def _book_once(
    request: HttpRequest, client: Client, session_type: SessionType, form: BookForm, now: datetime
) -> HttpResponse:
    try:
        booking = arrange_session(
            client=client,
            session_type=session_type,
            starts_at=form.when,
            arrangement=form.arrangement(signed_in(request)),
            now=now,
            calendar=connected_calendar(),
        )
    except ReasonNeeded as refused:
        against = _against(request, client, session_type, form, refused.rules, now)
        return time_page(request, client, session_type, form, now, against=against, status=UNPROCESSABLE)
    except SlotTaken as refused:
        against = _against(request, client, session_type, form, [Rule.BOOKINGS], now)
        problem = refused.public_message
        return time_page(request, client, session_type, form, now, problem=problem, against=against, status=CONFLICT)
    except Refusal as refused:
        form.add_error("start", refused.public_message)
        return time_page(request, client, session_type, form, now, status=UNPROCESSABLE)
    messages.success(request, f"Booked for {client}: {_said(booking, now)}. They are told by mail.")
    return redirect("admin:booking", booking.public_id)


def client_or_404(public_id: UUID) -> Client:
    """The client with this public id."""
    client = find_client(public_id)
    if client is None:
        raise Http404
    return client


def time_page(
    request: HttpRequest,
    client: Client,
    session_type: SessionType,
    form: BookForm,
    now: datetime,
    *,
    problem: str = "",
    against: Objection | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page that asks for the time; where the kind is not open to this client, it says so and asks nothing."""
    shut = why_shut_to(client, session_type)
    context = {
        **_context(request, f"Book for {client}"),
        "client": client,
        "session_type": session_type,
        "form": form,
        "problem": problem,
        "shut": shut,
    }
    if not shut:
        zone_name = client.user.time_zone
        context |= choosing(request, form, session_type, near=now, zone_name=zone_name, now=now, against=against)
        context |= {"limit": limit_words(client, session_type, now), "letter": letter("booking_confirmed")}
    return TemplateResponse(request, "workspace/arranging/time.html", context, status=status)


def _against(
    request: HttpRequest, client: Client, session_type: SessionType, form: BookForm, rules: list[Rule], now: datetime
) -> Objection:
    session_type = without_buffers(session_type) if form.cleaned_data["without_buffers"] else session_type
    return objection_to(session_type, practice_of(request), client=client, starts_at=form.when, rules=rules, now=now)


def without_buffers(session_type: SessionType) -> SessionType:
    """This kind with no buffers: a copy, never saved."""
    bare = copy(session_type)
    bare.buffer_before_minutes = bare.buffer_after_minutes = 0
    return bare


def _as_query(form: BookForm) -> str:
    told = {"start": form.when.isoformat(), "every": form.weeks, "count": form.cleaned_data["count"]}
    return urlencode(told | ({"without_buffers": "on"} if form.cleaned_data["without_buffers"] else {}))


def _series_address(client: Client, session_type: SessionType) -> str:
    return reverse("admin:book_series", args=[client.public_id, session_type.slug])


def _said(booking: Booking, now: datetime) -> str:
    return when(timezone.localtime(booking.starts_at), timezone.localtime(now))


def _context(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title}
