"""Moving a session to another time: a free one, or any, with a reason where a rule is passed over (R4)."""

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
from practice_admin.domain import arranging
from practice_admin.domain.arranging import ReasonNeeded, TimeIsOver, why_not_arrangeable
from practice_admin.domain.diary import SlotTaken
from practice_admin.domain.moving import SameTime
from practice_admin.domain.policy import notice_hours
from practice_admin.domain.verdicts import Rule
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import Booking, Practice
from practice_admin.workspace.arranging.choosing import choosing
from practice_admin.workspace.arranging.objections import Objection, objection_to
from practice_admin.workspace.desk import practice_of, signed_in, zone_of
from practice_admin.workspace.letters import letter
from practice_admin.workspace.queries.sessions import session_or_404
from practice_admin.workspace.sessions.forms import MoveForm
from practice_admin.workspace.wording import when

CONFLICT, UNPROCESSABLE = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
def move_session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for the new time and move it. Refused: the page again, with what was chosen and what stands against it."""
    booking, now = session_or_404(public_id), timezone.now()
    form = _form(request, booking, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        stale = [str(word) for word in form.errors.get("known_version", ())]
        status = UNPROCESSABLE if form.is_bound else 200
        return _page(request, booking, form, now, problem=" ".join(stale), status=status)
    try:
        moved = arranging.move_session(
            public_id=public_id,
            starts_at=form.when,
            arrangement=form.arrangement(signed_in(request)),
            now=now,
            known_version=form.cleaned_data["known_version"],
            calendar=connected_calendar(),
        )
    except ReasonNeeded as refused:
        against = _against(request, booking, form, refused.rules, now)
        return _page(request, booking, form, now, against=against, status=UNPROCESSABLE)
    except SlotTaken as refused:
        against = _against(request, booking, form, [Rule.BOOKINGS], now)
        return _page(request, booking, form, now, problem=refused.public_message, against=against, status=CONFLICT)
    except (SameTime, TimeIsOver) as refused:
        form.add_error("start", refused.public_message)
        return _page(request, booking, form, now, status=UNPROCESSABLE)
    except Refusal as refused:  # it is another one than the page showed: what was chosen was chosen for that
        booking = session_or_404(public_id)
        form = _form(request, booking, None)
        return _page(request, booking, form, now, problem=refused.public_message, status=CONFLICT)
    there = when(timezone.localtime(moved.starts_at), timezone.localtime(now))
    messages.success(request, f"Moved to {there}; {booking.client} is told by mail.")
    return redirect("admin:booking", public_id)


def _form(request: HttpRequest, booking: Booking, data: Any) -> MoveForm:
    initial = {"known_version": booking.version, "start": request.GET.get("start", "")}
    return MoveForm(data, zone=zone_of(request), initial=initial)


def _against(request: HttpRequest, booking: Booking, form: MoveForm, rules: list[Rule], now: datetime) -> Objection:
    if form.cleaned_data["without_buffers"]:
        booking.buffer_before_minutes = booking.buffer_after_minutes = 0  # of this copy, which is not saved
    return objection_to(
        booking.session_type,
        practice_of(request),
        client=booking.client,
        starts_at=form.when,
        rules=rules,
        now=now,
        moving=booking,
    )


def _page(
    request: HttpRequest,
    booking: Booking,
    form: MoveForm,
    now: datetime,
    *,
    problem: str = "",
    against: Objection | None = None,
    status: int = 200,
) -> HttpResponse:
    why_not = why_not_arrangeable(booking)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Move this session",
        "booking": booking,
        "form": form,
        "problem": problem,
        "why_not": "" if problem == why_not else why_not,
        "is_possible": not why_not,
    }
    if not why_not:
        zone_name = booking.time_zone or booking.client.user.time_zone
        near = max(booking.starts_at, now)
        context |= choosing(
            request,
            form,
            booking.session_type,
            near=near,
            zone_name=zone_name,
            now=now,
            against=against,
            moving=booking,
        )
        context["within_notice"] = _within_notice(booking, practice_of(request), now)
        context["letter"] = letter("booking_under_your_address" if booking.awaits_owner else "booking_moved")
    return TemplateResponse(request, "workspace/sessions/move.html", context, status=status)


def _within_notice(booking: Booking, practice: Practice, now: datetime) -> str:
    """What a time so near takes from its client, in a sentence; "" where there is no notice to keep (R19)."""
    hours = notice_hours(booking, practice)
    if not hours:
        return ""
    until = when(timezone.localtime(now + timedelta(hours=hours)), timezone.localtime(now))
    name = booking.client.user.get_short_name()
    return f"At a time before {until}, {name} can no longer move or cancel it without you: the notice is {hours} hours."
