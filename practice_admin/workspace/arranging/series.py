"""A series: all of it checked and shown in a table first, then booked in one act, or none of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain.refusals import Refusal
from clients.models import Client
from practice_admin.domain.arranging import Arrangement, TimeIsOver
from practice_admin.domain.series import Occurrence, SeriesConflict, book_series, check_series
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import Booking, SessionType
from practice_admin.workspace.arranging.forms import RHYTHM_NAMES, BookForm, ReasonForm
from practice_admin.workspace.arranging.kinds import why_shut_to
from practice_admin.workspace.arranging.rows import (
    Row,
    chosen_times,
    first_rows,
    rules_shown,
    sent_rows,
    with_conflicts,
)
from practice_admin.workspace.arranging.views import client_or_404, time_page, without_buffers
from practice_admin.workspace.desk import practice_of, signed_in, zone_of
from practice_admin.workspace.letters import letter
from practice_admin.workspace.wording import when

CONFLICT, UNPROCESSABLE = 409, 422
NOTHING_LEFT = "All of them are left out, so there is nothing to book."


@require_http_methods(["GET", "HEAD", "POST"])
def plan_series(request: HttpRequest, public_id: UUID, slug: str) -> HttpResponse:
    """The table of the series that the address names, and booking it by POST. Refused: the table as things stand now.

    An address that names no series that could be gives the page before, with a sentence beside the field.
    """
    client, session_type = client_or_404(public_id), get_object_or_404(SessionType, slug=slug)
    now, asked = timezone.now(), BookForm(request.GET, zone=zone_of(request))
    if asked.is_valid() and asked.when <= now:
        asked.add_error("start", TimeIsOver.public_message)
    if not asked.is_valid() or not asked.weeks or why_shut_to(client, session_type):
        return time_page(request, client, session_type, asked, now, status=UNPROCESSABLE)
    series = _Series(request, client, session_type, asked, now)
    if request.method != "POST":
        rows = first_rows(series.occurrences(), now)
        return series.page(rows, ReasonForm(initial={"without_buffers": asked.cleaned_data["without_buffers"]}))
    return series.book(ReasonForm(request.POST))


class _Series:
    """One request about one series."""

    def __init__(
        self, request: HttpRequest, client: Client, session_type: SessionType, asked: BookForm, now: datetime
    ) -> None:
        self.request, self.client, self.session_type = request, client, session_type
        self.asked, self.now = asked, now
        self.is_bare = asked.cleaned_data["without_buffers"]

    def occurrences(self) -> list[Occurrence]:
        """Each of its times as the diary stands now."""
        judged = without_buffers(self.session_type) if self.is_bare else self.session_type
        return check_series(
            client=self.client,
            session_type=judged,
            times=self.asked.times(),
            practice=practice_of(self.request),
            now=self.now,
        )

    def book(self, form: ReasonForm) -> HttpResponse:
        """Book what was chosen, all at once."""
        sent = self.request.POST
        rows = sent_rows(self.occurrences(), sent, self.now)
        if not form.is_valid() or any(row.problem for row in rows):
            return self.page(rows, form, status=UNPROCESSABLE)
        times = chosen_times(rows)
        if not times:
            return self.page(rows, form, problem=NOTHING_LEFT, status=UNPROCESSABLE)
        actor, reason = signed_in(self.request), form.cleaned_data["reason"]
        wish = Arrangement(actor, reason, without_buffers=self.is_bare, seen=rules_shown(rows, sent))
        try:
            made = book_series(
                client=self.client,
                session_type=self.session_type,
                times=times,
                arrangement=wish,
                now=self.now,
                calendar=connected_calendar(),
            )
        except SeriesConflict as refused:
            rows = with_conflicts(sent_rows(self.occurrences(), sent, self.now), refused.occurrences)
            return self.page(rows, form, problem=refused.public_message, status=CONFLICT)
        except Refusal as refused:
            return self.page(rows, form, problem=refused.public_message, status=CONFLICT)
        messages.success(self.request, self._report(made))
        return redirect("admin:client_record", self.client.public_id)

    def page(self, rows: list[Row], form: ReasonForm, *, problem: str = "", status: int = 200) -> HttpResponse:
        """The table."""
        context: dict[str, Any] = {
            **admin.site.each_context(self.request),
            "title": f"A series for {self.client}",
            "client": self.client,
            "session_type": self.session_type,
            "rows": rows,
            "form": form,
            "problem": problem,
            "rhythm": RHYTHM_NAMES[self.asked.weeks],
            "is_bare": self.is_bare,
            "in_the_way": sum(not row.is_free for row in rows),
            "asks_reason": any(row.needs_reason for row in rows) or bool(form["reason"].value()),
            "letter": letter("series_confirmed"),
        }
        return TemplateResponse(self.request, "workspace/arranging/series.html", context, status=status)

    def _report(self, made: list[Booking]) -> str:
        first, last = (
            when(timezone.localtime(each.starts_at), timezone.localtime(self.now)) for each in (made[0], made[-1])
        )
        if len(made) == 1:
            return f"One session is booked for {self.client}: {first}. They are told by mail."
        return f"{len(made)} sessions are booked for {self.client}, from {first} to {last}. They are told in one mail."
