"""A little calendar to look at: what stands in the sandbox's account, personal events to add, anything to delete."""

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from integrations.sandbox import google_account, google_events, store

ZONE = ZoneInfo(google_account.CALENDAR_ZONE)


@dataclass(frozen=True)
class Entry:
    """An event as the page shows it; moments are in the calendar's zone."""

    id: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_all_day: bool
    is_busy: bool
    is_pushed: bool  # put there by the practice, not by hand
    meet_link: str
    description: str

    @property
    def when(self) -> str:
        """The span in words: `10:00 to 10:50`, with the day of the end where it is another."""
        if self.is_all_day:
            last = self.ends_at.date() - dt.timedelta(days=1)
            return "All day" if last <= self.starts_at.date() else f"All day, {self.starts_at:%-d %b} to {last:%-d %b}"
        end = (
            f"{self.ends_at:%H:%M}" if self.ends_at.date() == self.starts_at.date() else f"{self.ends_at:%-d %b %H:%M}"
        )
        return f"{self.starts_at:%H:%M} to {end}"


class PersonalEventForm(forms.Form):
    """A private appointment; start and end are read in the calendar's zone."""

    title = forms.CharField(max_length=200)
    starts_at = forms.DateTimeField(label="Start", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label="End", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    transparency = forms.ChoiceField(label="Show as", choices=[("opaque", "Busy"), ("transparent", "Free")])

    def clean(self) -> dict[str, object]:
        """An event ends after it starts."""
        cleaned = self.cleaned_data
        if "starts_at" in cleaned and "ends_at" in cleaned and cleaned["ends_at"] <= cleaned["starts_at"]:
            self.add_error("ends_at", "The end must be after the start.")
        return cleaned

    def body(self) -> store.Document:
        """The event as the API takes it."""
        return {
            "id": uuid.uuid4().hex,
            "summary": self.cleaned_data["title"],
            "start": _edge(self.cleaned_data["starts_at"]),
            "end": _edge(self.cleaned_data["ends_at"]),
            "transparency": self.cleaned_data["transparency"],
        }


@never_cache
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """One week of the calendar from `?week=YYYY-MM-DD` (any day of it); POST adds a personal event."""
    monday = _monday(request.GET.get("week", ""))
    form = PersonalEventForm(request.POST or None, initial={"transparency": "opaque"})
    if request.method == "POST":
        with timezone.override(ZONE):  # what was typed is wall time of the calendar
            is_valid = form.is_valid()
        if is_valid:
            google_events.insert(form.body(), conference=False)
            added = form.cleaned_data["starts_at"].astimezone(ZONE).date()
            return HttpResponseRedirect(f"{reverse('sandbox:google:calendar')}?week={added}")
    context = {
        "account": google_account.ACCOUNT,
        "zone": google_account.CALENDAR_ZONE,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "previous_week": monday - dt.timedelta(days=7),
        "next_week": monday + dt.timedelta(days=7),
        "days": _days(monday),
        "form": form,
    }
    return render(request, "sandbox/google_calendar.html", context, status=422 if form.errors else 200)


@require_POST
def delete_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Delete one event, as its owner would in Google's own calendar."""
    try:
        starts_at, _ = google_events.span(google_events.get(event_id))
        google_events.delete(event_id)
    except google_events.Refusal as refusal:
        return render(request, "sandbox/google_gone.html", {"message": refusal.message}, status=refusal.status)
    return HttpResponseRedirect(f"{reverse('sandbox:google:calendar')}?week={starts_at.astimezone(ZONE).date()}")


def _edge(at: dt.datetime) -> store.Document:
    return {"dateTime": at.isoformat(), "timeZone": google_account.CALENDAR_ZONE}


def _monday(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.datetime.now(ZONE).date()
    return day - dt.timedelta(days=day.weekday())


def _days(monday: dt.date) -> list[tuple[dt.date, list[Entry]]]:
    """The days of the week that hold something, each with its entries by start."""
    start = dt.datetime.combine(monday, dt.time(), ZONE)
    end = dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(), ZONE)
    entries = [_entry(event) for event in store.all(google_events.KIND).values() if event["status"] != "cancelled"]
    within = [entry for entry in entries if entry.ends_at > start and entry.starts_at < end]
    within.sort(key=lambda entry: (entry.starts_at, entry.ends_at))
    return [(day, list(found)) for day, found in groupby(within, key=lambda entry: max(entry.starts_at, start).date())]


def _entry(event: store.Document) -> Entry:
    starts_at, ends_at = (at.astimezone(ZONE) for at in google_events.span(event))
    return Entry(
        id=event["id"],
        title=event.get("summary") or "(no title)",
        starts_at=starts_at,
        ends_at=ends_at,
        is_all_day="date" in event["start"],
        is_busy=event.get("transparency", "opaque") == "opaque",
        is_pushed=bool(event.get("extendedProperties", {}).get("private")),
        meet_link=event.get("hangoutLink", ""),
        description=event.get("description", ""),
    )
