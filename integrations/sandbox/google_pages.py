"""A little calendar to look at: what stands in the sandbox's account, personal events to add, anything to delete."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from integrations.sandbox import google_account, google_events, store
from integrations.sandbox.google_forms import AllDayEventForm, PersonalEventForm, TimedEventForm
from integrations.sandbox.google_week import ZONE, days_of, monday_of
from integrations.sandbox.stripe_pages import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """One week of the calendar from `?week=YYYY-MM-DD` (any day of it); POST adds a personal event: 303, or 422."""
    posted = request.POST if request.method == "POST" else None
    is_all_day = "first_day" in request.POST
    timed = TimedEventForm(None if is_all_day else posted, auto_id="timed_%s")
    all_day = AllDayEventForm(posted if is_all_day else None, auto_id="all_day_%s")
    with timezone.override(ZONE):  # what was typed is wall time of the calendar
        for form in (timed, all_day):
            if form.is_valid():
                return _see_week_of(google_events.insert(form.body(), conference=False))
    return _page(request, timed, all_day, status=200 if posted is None else 422)


@require_POST
def delete_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Delete one event, as its owner would in Google's own calendar: 303, or 404 or 410 where it is not there."""
    try:
        event = google_events.get(event_id)
        google_events.delete(event_id)
    except google_events.Refusal as refusal:
        return render(request, "sandbox/google_gone.html", {"message": refusal.message}, status=refusal.status)
    return _see_week_of(event)


def _page(request: HttpRequest, *forms: PersonalEventForm, status: int) -> HttpResponse:
    monday = monday_of(request.GET.get("week", ""))
    context = {
        "account": google_account.ACCOUNT,
        "zone": google_account.CALENDAR_ZONE,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "previous_week": monday - dt.timedelta(days=7),
        "next_week": monday + dt.timedelta(days=7),
        "days": days_of(monday),
        "forms": forms,
    }
    return render(request, "sandbox/google_calendar.html", context, status=status)


def _see_week_of(event: store.Document) -> HttpResponse:
    starts_at, _ = google_events.span(event)
    return see_other(f"{reverse('sandbox:google:calendar')}?week={starts_at.astimezone(ZONE).date()}")
