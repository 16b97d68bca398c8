"""Her hours. Each view parses, calls one operation or query, and translates, behind the site's guard."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.domain.refusals import Refusal
from practice_admin.domain import hours, time_off
from practice_admin.models import Booking
from practice_admin.workspace.desk import zone_of
from practice_admin.workspace.hours import words
from practice_admin.workspace.hours.forms import DateForm, WeekForms
from practice_admin.workspace.hours.page import Refused, date_or_none, hours_context, session_types
from practice_admin.workspace.hours.time_off_form import QUICK, TimeOffForm, quick_dates

T = TypeVar("T")
UNPROCESSABLE = 422


@require_safe
def show_hours(request: HttpRequest) -> HttpResponse:
    """The week at a glance, other hours on single dates, time off. `?date=` fills the form for that date."""
    return _page(request, Refused())


@require_POST
def set_week(request: HttpRequest) -> HttpResponse:
    """Keep the whole week. Refused: the page again, each problem beside its field, and what was typed."""
    form = WeekForms(session_types(), data=request.POST)
    if form.is_valid():
        try:
            outside = hours.set_week(spans=form.spans(), now=timezone.now())
        except hours.HoursRefused as refused:
            form.tell(refused)
        else:
            return _saved(request, "Your week is saved.", outside)
    return _page(request, Refused(week=form))


@require_POST
def set_date(request: HttpRequest) -> HttpResponse:
    """Keep other hours for one date, or close it. Refused: as for the week."""
    form = DateForm(session_types(), data=request.POST)
    if form.is_valid():
        on = form.cleaned_data["on"]
        try:
            outside = hours.set_override(on=on, spans=form.typed_spans(), now=timezone.now())
        except hours.HoursRefused as refused:
            form.tell(refused)
        except (hours.DayIsOver, hours.TooFarAhead) as refused:
            form.add_error("on", refused.public_message)
        else:
            return _saved(request, f"{words.date_text(on, timezone.localdate())} is saved.", outside)
    return _page(request, Refused(date=form))


@require_POST
def clear_date(request: HttpRequest) -> HttpResponse:
    """Let one date follow the week again."""
    on = date_or_none(request.POST.get("on", ""))
    if on is None:
        raise Http404
    said = words.date_text(on, timezone.localdate())
    try:
        outside = hours.remove_override(on=on, now=timezone.now())
    except Refusal as refused:
        messages.error(request, f"{said}: {refused.public_message}")
        return redirect("admin:hours")
    return _saved(request, f"{said} follows your week again.", outside)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_time_off(request: HttpRequest) -> HttpResponse:
    """Show what would be blocked and what stays booked in it: for `?off=tomorrow`, or for the dates that were typed."""
    now = timezone.now()
    form = TimeOffForm(request.POST if request.method == "POST" else _quick_or_404(request, now), zone=zone_of(request))
    staying = _answer(form, time_off.look_at_time_off, now)
    if staying is None:
        return _page(request, Refused(off=form))
    span = form.span()
    begins, ends = timezone.localtime(span["starts_at"]), timezone.localtime(span["ends_at"])
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Time off",
        "when": words.span_text(begins, ends, timezone.localdate(now)),
        "name": QUICK.get(request.GET.get("off", ""), ""),
        "staying": staying,
        "form": form,
    }
    return TemplateResponse(request, "workspace/hours_time_off.html", context)


@require_POST
def take_time_off(request: HttpRequest) -> HttpResponse:
    """Block it. Refused: the page again, with what was typed."""
    form = TimeOffForm(request.POST, zone=zone_of(request))
    block = _answer(form, time_off.take_time_off, timezone.now())
    if block is None:
        return _page(request, Refused(off=form))
    begins, ends = timezone.localtime(block.starts_at), timezone.localtime(block.ends_at)
    messages.success(request, f"Taken off: {words.span_text(begins, ends, timezone.localdate())}.")
    return redirect("admin:hours")


@require_POST
def end_time_off(request: HttpRequest, block_id: int) -> HttpResponse:
    """Offer a time again that was taken off by hand."""
    try:
        was_there = time_off.end_time_off(block_id=block_id)
    except Refusal as refused:
        messages.error(request, refused.public_message)
    else:
        messages.success(request, "That time is offered again." if was_there else "That was removed already.")
    return redirect("admin:hours")


def _answer(form: TimeOffForm, operation: Callable[..., T], now: datetime) -> T | None:
    """What the operation answers; None where the form cannot be read or was refused, which it then says."""
    if not form.is_valid():
        return None
    try:
        return operation(**form.span(), now=now)
    except time_off.TimeOffRefused as refused:
        form.tell(refused)
        return None


def _quick_or_404(request: HttpRequest, now: datetime) -> dict[str, str]:
    dates = quick_dates(request.GET.get("off", ""), timezone.localdate(now))
    if dates is None:
        raise Http404
    return {"from_on": dates[0].isoformat(), "until_on": dates[1].isoformat()}


def _saved(request: HttpRequest, said: str, outside: Sequence[Booking]) -> HttpResponse:
    messages.success(request, said)
    if outside:
        count = len(outside)
        lies = "booked session now lies" if count == 1 else "booked sessions now lie"
        messages.warning(request, f"{count} {lies} outside your hours. Nothing was cancelled; see below.")
    return redirect("admin:hours")


def _page(request: HttpRequest, refused: Refused) -> HttpResponse:
    context = {**admin.site.each_context(request), **hours_context(request, now=timezone.now(), refused=refused)}
    status = 200 if refused == Refused() else UNPROCESSABLE
    return TemplateResponse(request, "workspace/hours.html", context, status=status)
