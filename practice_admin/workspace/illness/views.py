"""The page *I am ill*."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain.refusals import Refusal
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.illness import call_off_sessions
from practice_admin.workspace import wording
from practice_admin.workspace.desk import zone_of
from practice_admin.workspace.illness.days import Days
from practice_admin.workspace.illness.forms import DaysForm, read_ways
from practice_admin.workspace.illness.plan import Plan, plan_for, report
from practice_admin.workspace.queries.illness import still_held

CONFLICT, UNPROCESSABLE, UNAVAILABLE = 409, 422, 503
TITLE = "I am ill"
UNREADABLE = "Please choose for every session what becomes of it."
NO_STRIPE = (
    "Stripe did not answer, so a time that is just being paid for could not be let go. No session was called off, "
    "nobody was written to, nothing is blocked. Please try again in a moment."
)


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest) -> HttpResponse:
    """Ask for the days; show every session in them and what will happen; do it all in one act.

    `look` in what is sent: show what comes of the choices, and do nothing yet.
    """
    now, data = timezone.now(), request.POST if request.method == "POST" else request.GET
    form = DaysForm(data if data or request.method == "POST" else None, today=timezone.localdate(now))
    if not form.is_valid():
        context = _context(request, form=form)
        return TemplateResponse(
            request, "workspace/illness_days.html", context, status=UNPROCESSABLE if form.is_bound else 200
        )
    if request.method != "POST":
        return _plan_page(request, plan_for(form.days, zone=zone_of(request), now=now, ways={}))
    return _act(request, form.days, now)


def _act(request: HttpRequest, days: Days, now: datetime) -> HttpResponse:
    """Call the sessions off as chosen. Refused: the page again as things stand now, with the choices kept."""
    zone, ways = zone_of(request), read_ways(request.POST)
    plan = plan_for(days, zone=zone, now=now, ways=ways or {}, known=ways)
    if ways is None:
        return _plan_page(request, plan, problem=UNREADABLE, status=UNPROCESSABLE)
    if "look" in request.POST:
        return _plan_page(request, plan)
    since, until = days.span(zone)
    try:
        call_off_sessions(since=since, until=until, ways=ways, gateway=payments.gateway(), now=now)
    except Refusal as refused:
        plan = plan_for(days, zone=zone, now=now, ways=ways, known=ways)
        return _plan_page(request, plan, problem=refused.public_message, status=CONFLICT)
    except VendorError:
        return _plan_page(request, plan, problem=NO_STRIPE, status=UNAVAILABLE)
    _tell(request, plan)
    return redirect("admin:index")


def _tell(request: HttpRequest, plan: Plan) -> None:
    messages.success(request, report(plan))
    for session in still_held(plan.held):
        when = wording.when(timezone.localtime(session.starts_at), timezone.localtime(plan.now))
        messages.warning(request, f"{session.client} has just paid for {when}: that could not be stopped.")


def _plan_page(request: HttpRequest, plan: Plan, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = _context(request, plan=plan, problem=problem)
    return TemplateResponse(request, "workspace/illness_plan.html", context, status=status)


def _context(request: HttpRequest, **more: Any) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": TITLE, **more}
