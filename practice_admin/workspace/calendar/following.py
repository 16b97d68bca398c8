"""Moving a session to where she has put its event in Google: by the same rules, and with her reason kept (R4)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain.refusals import Refusal
from practice_admin.domain.arranging import Arrangement, ReasonNeeded, move_session
from practice_admin.domain.policy import notice_hours
from practice_admin.domain.session_events import differences
from practice_admin.domain.verdicts import Rule
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import SessionEvent
from practice_admin.workspace.calendar.forms import ReasonForm
from practice_admin.workspace.calendar.page import can_follow
from practice_admin.workspace.desk import practice_of, signed_in
from practice_admin.workspace.troubleshooting.answer import LABELS

CONFLICT, UNPROCESSABLE = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
def follow_event(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask, and then move. Where the time is not one that is offered, say which rules it breaks and ask why."""
    entry = differences(now=timezone.now()).filter(booking__public_id=public_id).first()
    if entry is None or not can_follow(entry):
        messages.info(request, "Nothing differs any more: your calendar and your diary agree.")
        return redirect("admin:calendar")
    form = ReasonForm(request.POST if request.method == "POST" else None, initial=_initial(entry))
    if not form.is_valid():
        return _page(request, entry, form, [], status=UNPROCESSABLE if form.is_bound else 200)
    try:
        _move(request, entry, form)
    except ReasonNeeded as refused:
        return _page(request, entry, form, refused.rules, status=UNPROCESSABLE)
    except Refusal as refused:
        form.add_error(None, refused.public_message)
        return _page(request, entry, form, [], status=CONFLICT)
    messages.success(request, f"The session with {entry.booking.client} is moved, and they are told.")
    return redirect("admin:calendar")


def _move(request: HttpRequest, entry: SessionEvent, form: ReasonForm) -> None:
    typed = form.cleaned_data
    starts_at: datetime = typed["starts_at"]
    seen = [Rule(rule) for rule in typed["seen"].split() if rule in set(Rule)]
    move_session(
        public_id=entry.booking.public_id,
        starts_at=starts_at,
        arrangement=Arrangement(actor=signed_in(request), reason=typed["reason"], seen={starts_at: seen}),
        now=timezone.now(),
        known_version=typed["version"],
        calendar=connected_calendar(),
    )


def _initial(entry: SessionEvent) -> dict[str, Any]:
    assert entry.seen_starts_at  # noqa: S101  (can_follow)
    return {"starts_at": entry.seen_starts_at.isoformat(), "version": entry.booking.version}


def _page(
    request: HttpRequest, entry: SessionEvent, form: ReasonForm, rules: list[Rule], *, status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Move the session",
        "entry": entry,
        "form": form,
        "rules": [LABELS[rule] for rule in rules],
        "seen": " ".join(rules),
        "is_within_notice": _is_within_notice(request, entry),
    }
    return TemplateResponse(request, "workspace/calendar_follow.html", context, status=status)


def _is_within_notice(request: HttpRequest, entry: SessionEvent) -> bool:
    """Whether its client could not move or cancel it there by themselves (R19)."""
    assert entry.seen_starts_at  # noqa: S101  (can_follow)
    notice = timedelta(hours=notice_hours(entry.booking, practice_of(request)))
    return entry.seen_starts_at - timezone.now() < notice
