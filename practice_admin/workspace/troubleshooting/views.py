"""The page *Why is this time not offered?*"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from practice_admin.workspace.desk import practice_of, zone_of
from practice_admin.workspace.troubleshooting.answer import answer
from practice_admin.workspace.troubleshooting.forms import WhyForm

UNPROCESSABLE = 422


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """Ask for a kind of session, a date and a time; answer for that instant, or for both where clocks read it twice."""
    zone, now = zone_of(request), timezone.now()
    form = WhyForm(request.GET or None, zone=zone, initial={"on": timezone.localdate(now)})
    answers = []
    if form.is_valid():
        asked, practice = form.cleaned_data, practice_of(request)
        answers = [
            answer(asked["session_type"], practice, client=asked["client"], starts_at=instant, now=now)
            for instant in form.instants
        ]
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Why is this time not offered?",
        "form": form,
        "answers": answers,
        "asked": form.cleaned_data if answers else {},
    }
    return TemplateResponse(
        request, "workspace/troubleshoot.html", context, status=UNPROCESSABLE if form.errors else 200
    )
