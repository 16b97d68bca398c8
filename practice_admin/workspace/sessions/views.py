"""A booking's card, and the pages of its acts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from clients.domain.refusals import Refusal
from practice_admin.domain.cancelling import NotChargeable
from practice_admin.models import Booking
from practice_admin.workspace.desk import practice_of
from practice_admin.workspace.queries.sessions import card_of, session_or_404
from practice_admin.workspace.sessions.acts import ACTS, Act
from practice_admin.workspace.sessions.forms import KnownForm

CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
def show_booking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One booking: everything about it, and what can be done with it now."""
    booking, now = session_or_404(public_id), timezone.now()
    context = {**_context(request, str(booking.client), booking), "card": card_of(booking, now)}
    return TemplateResponse(request, "workspace/sessions/card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def act_on_booking(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """Say what will happen, and do it by POST. Refused: the page as things stand now, with the reason."""
    booking, chosen, now = session_or_404(public_id), ACTS[act], timezone.now()
    form = chosen.form(booking, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        stale = [str(word) for word in form.errors.get("known_version", ())]
        status = UNPROCESSABLE if form.is_bound else 200
        return _act_page(request, booking, chosen, form, now, problem=" ".join(stale), status=status)
    try:
        done = chosen.do(booking, form, now)
    except NotChargeable as refused:
        form.add_error("fee", refused.public_message)
        return _act_page(request, booking, chosen, form, now, problem="", status=UNPROCESSABLE)
    except Refusal as refused:
        booking = session_or_404(public_id)
        form = chosen.form(booking, None)
        return _act_page(request, booking, chosen, form, now, problem=refused.public_message, status=CONFLICT)
    messages.success(request, done)
    return redirect("admin:booking", public_id)


def _act_page(
    request: HttpRequest, booking: Booking, act: Act, form: KnownForm, now: datetime, *, problem: str, status: int
) -> HttpResponse:
    why_not = act.why_not(booking, now)
    context = {
        **_context(request, act.title, booking),
        "form": form,
        "act": act,
        "problem": problem,
        "why_not": "" if problem == why_not else why_not,
        "is_possible": not why_not,
        **({} if why_not else act.says(booking, practice_of(request), now)),
    }
    return TemplateResponse(request, "workspace/sessions/act.html", context, status=status)


def _context(request: HttpRequest, title: str, booking: Booking) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, "booking": booking}
