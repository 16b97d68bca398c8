"""Her calendar on the desk. Each view parses, calls one operation or query, and translates, behind the site's guard."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.domain.refusals import Refusal
from practice_admin.domain import calendar_connecting, calendar_cycles, clashes, session_events
from practice_admin.models import CalendarConnection, KnownCalendar
from practice_admin.workspace.calendar.forms import ChoicesForm
from practice_admin.workspace.calendar.page import calendar_context

UNPROCESSABLE = 422


@never_cache
@require_safe
def show_calendar(request: HttpRequest) -> HttpResponse:
    """How it stands, her choices, what differs."""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
def disconnect_calendar(request: HttpRequest) -> HttpResponse:
    """Ask, saying what will happen; then forget the grant and all that was mirrored."""
    if request.method != "POST":
        connected = CalendarConnection.objects.first()
        if connected is None:
            return redirect("admin:calendar")
        context: dict[str, Any] = {
            **admin.site.each_context(request),
            "title": "Disconnect your calendar",
            "connected": connected,
        }
        return TemplateResponse(request, "workspace/calendar_disconnect.html", context)
    try:
        account = calendar_connecting.disconnect_calendar(now=timezone.now())
    except Refusal as refused:
        messages.info(request, refused.public_message)
    else:
        messages.success(
            request,
            f"{account or 'Your calendar'} is disconnected. What was mirrored from it is deleted here; the events of "
            "sessions stay in it. Google is told to end the access.",
        )
    return redirect("admin:calendar")


@require_POST
def choose_calendars(request: HttpRequest) -> HttpResponse:
    """Keep her choices. Refused: the page again, each problem beside its field."""
    form = ChoicesForm(request.POST, known=list(KnownCalendar.objects.all()))
    if form.is_valid():
        try:
            calendar_connecting.choose_calendars(choices=form.choices(), now=timezone.now())
        except calendar_connecting.BadChoice as refused:
            form.add_error(refused.field, refused.public_message)
        except Refusal as refused:
            messages.error(request, refused.public_message)
            return redirect("admin:calendar")
        else:
            messages.success(request, "Your choices are kept.")
            return redirect("admin:calendar")
    return _page(request, refused=form)


@require_POST
def read_calendar(request: HttpRequest) -> HttpResponse:
    """Have the worker read it now."""
    try:
        calendar_cycles.ask_to_read(now=timezone.now())
    except Refusal as refused:
        messages.info(request, refused.public_message)
    else:
        messages.success(request, "Your calendar is read in a moment. Load this page again to see what came of it.")
    return redirect("admin:calendar")


@require_POST
def ignore_clash(request: HttpRequest, public_id: UUID, key: str) -> HttpResponse:
    """Let a personal event lie over a session."""
    try:
        clash = clashes.ignore_clash(booking_id=public_id, key=key, now=timezone.now())
    except Refusal as refused:
        messages.info(request, refused.public_message)
    else:
        messages.success(request, f"Let be: the session with {clash.client_name} stays, and so does your event.")
    return _back(request)


@require_POST
def put_event_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a session's event back to where the session is."""
    try:
        session_events.put_back(public_id=public_id, now=timezone.now())
    except Refusal as refused:
        messages.info(request, refused.public_message)
    else:
        messages.success(request, "The event is put back in a moment.")
    return _back(request)


@require_POST
def ignore_difference(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave a session's event as she made it."""
    try:
        session_events.ignore_difference(public_id=public_id)
    except Refusal as refused:
        messages.info(request, refused.public_message)
    else:
        messages.success(request, "Left as it is. The session stays where it was.")
    return _back(request)


def callback_url() -> str:
    """Where Google sends her back to: the same address, to the letter, when the code is traded."""
    return f"{settings.SITE_URL}{reverse('admin:calendar_connected')}"


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("admin:calendar" if request.POST.get("from") == "calendar" else "admin:index")


def _page(request: HttpRequest, refused: ChoicesForm | None = None) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        **calendar_context(request, now=timezone.now(), refused=refused),
    }
    return TemplateResponse(request, "workspace/calendar.html", context, status=UNPROCESSABLE if refused else 200)
