"""The desk's own pages. Each parses, calls one operation or query, and translates, behind the site's guard."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.domain.refusals import Refusal
from clients.models import Client
from content.domain import sharing
from integrations.outbox import operations as outbox
from integrations.outbox.models import Effect
from practice_admin.domain import closing as closings
from practice_admin.domain import looking
from practice_admin.models import Booking
from practice_admin.workspace import closing
from practice_admin.workspace.desk import zone_of
from practice_admin.workspace.forms import ClosingForm, SeenForm, ShareForm
from practice_admin.workspace.queries.header import client_header
from practice_admin.workspace.queries.record import Record, find_client, record_of
from practice_admin.workspace.queries.since import since_last_time

UNPROCESSABLE = 422
CONFLICT = 409
# Beside which field of the form a refused share is told; the others stand above it.
BESIDE: dict[type[Refusal], str] = {
    sharing.BadTitle: "title",
    sharing.BadLink: "url",
    sharing.TooManyWords: "words",
}


@require_POST
def mark_seen(request: HttpRequest) -> HttpResponse:
    """ "I have seen these": what was on her page is no longer new; whatever came since stays so."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "That page was too old to tell what you have seen. Here is a fresh one.")
    elif not looking.mark_seen(rendered_at=form.cleaned_data["rendered_at"], shown=form.cleaned_data["shown"]):
        messages.info(request, "Nothing changed: a newer page was marked as seen already.")
    return redirect("admin:index")


@require_safe
def client_record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One client: who they are, what comes next, and everything so far."""
    return _record_page(request, _record_or_404(public_id, timezone.now()))


@require_POST
def share_link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a link into the client's feed. Refused: the record again, with what was typed and why."""
    now = timezone.now()
    record = _record_or_404(public_id, now)
    form = ShareForm(request.POST)
    if form.is_valid():
        try:
            sharing.share_link(client=record.client, now=now, **form.cleaned_data)
        except Refusal as refused:
            form.add_error(BESIDE.get(type(refused)), refused.public_message)
        else:
            messages.success(request, f"Shared with {record.client}.")
            return redirect("admin:client_record", public_id)
    return _record_page(request, record, share_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def close_discovery(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask how a discovery call ended, say what each answer will do, and close it with the one chosen."""
    known = Booking.objects.select_related("client__user", "session_type")
    booking = get_object_or_404(known, public_id=public_id)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _closing_page(request, booking, form, status=UNPROCESSABLE if form.is_bound else 200)
    outcome = Booking.Outcome(form.cleaned_data["outcome"])
    try:
        closings.close_discovery(public_id=public_id, outcome=outcome, now=timezone.now())
    except Refusal as refused:
        form.add_error(None, refused.public_message)
        return _closing_page(request, booking, form, status=CONFLICT)
    messages.success(request, f"The call with {booking.client} is closed: {outcome.label.lower()}.")
    return redirect("admin:client_record", booking.client.public_id)


@require_POST
def retry_effect(request: HttpRequest, effect_id: int) -> HttpResponse:
    """Make a waiting or parked effect due at once; the worker does the rest."""
    effect = get_object_or_404(Effect, pk=effect_id)
    if outbox.retry(effect_id, now=timezone.now()):
        messages.success(request, "It will be tried again in a moment.")
    else:
        effect.refresh_from_db()
        is_done = effect.state == Effect.State.DONE
        messages.info(request, "It is done." if is_done else "It is being done now.")
    came_from_list = request.POST.get("from") == "list"
    return redirect("admin:outbox_effect_changelist" if came_from_list else "admin:index")


def _record_or_404(public_id: UUID, now: datetime) -> Record:
    client: Client | None = find_client(public_id)
    if client is None:
        raise Http404
    return record_of(client, now)


def _record_page(request: HttpRequest, record: Record, *, share_form: ShareForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": str(record.client),
        "record": record,
        "client": record.client,
        "header": client_header(record.client, record.now, zone_of(request)),
        "since": since_last_time(record.client, record.now, zone_of(request)),
        "share_form": share_form or ShareForm(),
    }
    return TemplateResponse(request, "workspace/record.html", context, status=UNPROCESSABLE if share_form else 200)


def _closing_page(request: HttpRequest, booking: Booking, form: ClosingForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"Close the call with {booking.client}",
        "booking": booking,
        "form": form,
        "can_close": not closings.why_not_closable(booking, timezone.now()),
        "why_not": closings.why_not_closable(booking, timezone.now()),
        "choices": closing.choices(booking.client),
    }
    return TemplateResponse(request, "workspace/closing.html", context, status=status)
