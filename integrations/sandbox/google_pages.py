"""The account's calendars to look at: personal events of every kind to add, anything to move or delete."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from integrations.sandbox import google_account, google_bulk, google_calendars, google_events, google_schema, store
from integrations.sandbox.google_forms import AllDayEventForm, MoveForm, PersonalEventForm, TimedEventForm
from integrations.sandbox.google_refusal import Refusal
from integrations.sandbox.google_week import monday_of, week_of
from integrations.sandbox.stripe_pages import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """One week of `?calendar=` from `?week=YYYY-MM-DD` (any day of it); POST adds a personal event: 303, or 422."""
    try:
        shown = google_calendars.entry(request.GET.get("calendar") or "primary")
    except Refusal as refusal:
        return _gone(request, refusal)
    posted = request.POST if request.method == "POST" else None
    is_all_day = "first_day" in request.POST
    usual = {"kind": "opaque", "weeks": 1, "zone": shown["timeZone"]}
    timed = TimedEventForm(None if is_all_day else posted, auto_id="timed_%s", initial=usual)
    all_day = AllDayEventForm(posted if is_all_day else None, auto_id="all_day_%s", initial=usual)
    with timezone.override(dt.UTC):  # what was typed is wall time, of the zone that was typed beside it
        for form in (timed, all_day):
            if form.is_valid():
                laid = [google_events.lay(body, shown["id"]) for body in form.bodies()]
                return _see_week_of(laid[0], shown)
    return _page(request, shown, timed, all_day, status=200 if posted is None else 422)


@require_POST
def delete_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Delete one event, as its owner would in Google's own calendar: 303, or 404 or 410 where it is not there."""
    try:
        shown = _calendar_of(request)
        event = google_events.get(event_id, shown["id"])
        google_events.delete(event_id, shown["id"])
    except Refusal as refusal:
        return _gone(request, refusal)
    return _see_week_of(event, shown)


@require_POST
def move_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Drag one event to another start, as long as it was: 303, 404 where it is not there, 422 for no start."""
    try:
        shown = _calendar_of(request)
        event = google_events.get(event_id, shown["id"])
        starts_at, ends_at = google_events.span(event, shown["timeZone"])
    except Refusal as refusal:
        return _gone(request, refusal)
    with timezone.override(dt.UTC):
        form = MoveForm(request.POST)
        if not form.is_valid():
            return _gone(request, Refusal(422, "invalid", "That is no day and hour"))
    begins_at = form.cleaned_data["starts_at"].replace(tzinfo=ZoneInfo(shown["timeZone"]))
    ends_at = (begins_at.astimezone(dt.UTC) + (ends_at - starts_at)).astimezone(begins_at.tzinfo)
    edges = {"start": {"dateTime": begins_at.isoformat()}, "end": {"dateTime": ends_at.isoformat()}}
    return _see_week_of(google_events.lay(event | edges, shown["id"]), shown)


@require_POST
def change_calendar(request: HttpRequest) -> HttpResponse:
    """What can be done to a whole calendar: `do` is fill, clear, delete or restore. 303, or 400 for anything else."""
    calendar_id, do = request.POST.get("calendar", ""), request.POST.get("do")
    try:
        if do == "restore":
            google_calendars.bring_back(calendar_id)
        else:
            shown = google_calendars.entry(calendar_id)
            _do(do, shown)
            calendar_id = "primary" if do == "delete" else shown["id"]
    except Refusal as refusal:
        return _gone(request, refusal)
    return see_other(f"{reverse('sandbox:google:calendar')}?calendar={calendar_id}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def permissions(request: HttpRequest) -> HttpResponse:
    """What the account allows this site, as on its owner's page of connections; POST takes it all back: 303."""
    if request.method == "POST":
        google_account.remove_access()
        return see_other(reverse("sandbox:google:permissions"))
    granted = [google_schema.scope_in_words(scope) for scope in google_account.granted()]
    return render(request, "sandbox/google_permissions.html", {"account": google_account.ACCOUNT, "granted": granted})


def _do(do: str | None, shown: store.Document) -> None:
    if do == "fill":
        google_bulk.fill(shown["id"], today=dt.datetime.now(ZoneInfo(shown["timeZone"])).date())
    elif do == "clear":
        google_bulk.clear(shown["id"])
    elif do == "delete":
        google_calendars.delete(shown["id"])
    else:
        raise Refusal(400, "badRequest", "Nothing of that kind can be done to a calendar")


def _calendar_of(request: HttpRequest) -> store.Document:
    return google_calendars.entry(request.POST.get("calendar") or "primary")


def _gone(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "sandbox/google_gone.html", {"message": refusal.message}, status=refusal.status)


def _page(request: HttpRequest, shown: store.Document, *forms: PersonalEventForm, status: int) -> HttpResponse:
    monday = monday_of(request.GET.get("week", ""), ZoneInfo(shown["timeZone"]))
    listed = google_calendars.listed(hidden=True)
    context = {
        "account": google_account.ACCOUNT,
        "calendar": shown,
        "calendars": listed,
        "gone": google_calendars.gone(),
        "many": google_bulk.MANY,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "previous_week": monday - dt.timedelta(days=7),
        "next_week": monday + dt.timedelta(days=7),
        "week": week_of(shown, monday),
        "forms": forms,
    }
    return render(request, "sandbox/google_calendar.html", context, status=status)


def _see_week_of(event: store.Document, shown: store.Document) -> HttpResponse:
    address = f"{reverse('sandbox:google:calendar')}?calendar={shown['id']}"
    try:
        starts_at, _ = google_events.span(event, shown["timeZone"])
    except Refusal:  # broken on purpose
        return see_other(address)
    return see_other(f"{address}&week={starts_at.astimezone(ZoneInfo(shown['timeZone'])).date()}")
