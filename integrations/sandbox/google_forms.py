"""What a person types to lay a personal event of any kind into the sandbox's calendar, and to move one."""

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from integrations.sandbox import google_account, store

HOST = {"email": "host@example.org", "organizer": True, "responseStatus": "accepted"}
MOST_WEEKS = 52
ZONES = ["Europe/Lisbon", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu", "Pacific/Kiritimati"]


def _invitation(answer: str) -> store.Document:
    return {"attendees": [HOST, {"email": google_account.ACCOUNT, "self": True, "responseStatus": answer}]}


# What each kind adds to an ordinary event, by the name that the form knows it by; None takes a field away.
KINDS: dict[str, tuple[str, store.Document]] = {
    "opaque": ("Busy", {"transparency": "opaque"}),
    "transparent": ("Free", {"transparency": "transparent"}),
    "tentative": ("Tentative", {"status": "tentative"}),
    "accepted": ("Accepted invitation", _invitation("accepted")),
    "perhaps": ("Invitation answered with perhaps", _invitation("tentative")),
    "needsAction": ("Invitation not answered yet", _invitation("needsAction")),
    "declined": ("Declined invitation", _invitation("declined")),
    "outOfOffice": (
        "Out of office",
        {
            "eventType": "outOfOffice",
            "outOfOfficeProperties": {"autoDeclineMode": "declineAllConflictingInvitations"},
        },
    ),
    "focusTime": ("Focus time", {"eventType": "focusTime", "focusTimeProperties": {"chatStatus": "doNotDisturb"}}),
    "workingLocation": (
        "Working location",
        {
            "eventType": "workingLocation",
            "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}},
            "transparency": "transparent",
            "visibility": "public",
        },
    ),
    "birthday": (
        "Birthday",
        {"eventType": "birthday", "birthdayProperties": {"type": "birthday"}, "transparency": "transparent"},
    ),
    "fromGmail": ("From a mail", {"eventType": "fromGmail"}),
    "private": ("Private, its title hidden", {"visibility": "private", "summary": None}),
    "noEnd": ("Broken: no end", {"end": {}}),
    "noTimes": ("Broken: no times", {"start": {}, "end": {}}),
    "noZone": ("Broken: a zone nobody knows", {}),
}


class PersonalEventForm(forms.Form):
    """What every personal event has. A form for one kind adds its own start and end."""

    title = forms.CharField(max_length=200)
    kind = forms.ChoiceField(choices=[(name, label) for name, (label, _) in KINDS.items()])
    weeks = forms.IntegerField(label="Weeks it recurs", min_value=1, max_value=MOST_WEEKS, initial=1)

    def bodies(self) -> list[store.Document]:
        """The event as the API shows it, or one such for each week in which it recurs."""
        typed = self.cleaned_data
        series = uuid.uuid4().hex
        if typed["weeks"] == 1:
            return [self._body(series, self.edges(0))]
        return [
            self._body(f"{series}_{week:03}", self.edges(week))
            | {"recurringEventId": series, "originalStartTime": self.edges(week)["start"]}
            for week in range(typed["weeks"])
        ]

    def edges(self, week: int) -> store.Document:
        """Start and end in one of the weeks, by the wall clock."""
        raise NotImplementedError

    def _body(self, event_id: str, edges: store.Document) -> store.Document:
        typed = self.cleaned_data
        body = {"id": event_id, "summary": typed["title"]} | edges | KINDS[typed["kind"]][1]
        if typed["kind"] == "noZone":
            body |= {edge: _without_offset(body[edge]) for edge in ("start", "end")}
        return body


class TimedEventForm(PersonalEventForm):
    """An appointment by the clock of the zone that is chosen."""

    heading = "Add an appointment"
    field_order = ("title", "starts_at", "ends_at", "zone", "kind", "weeks")
    starts_at = forms.DateTimeField(label="Start", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label="End", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    zone = forms.ChoiceField(label="Clock of", choices=[(zone, zone) for zone in ZONES])

    def clean(self) -> dict[str, Any]:
        """An appointment ends after it starts."""
        typed = self.cleaned_data
        if "starts_at" in typed and "ends_at" in typed and typed["ends_at"] <= typed["starts_at"]:
            self.add_error("ends_at", "The end must be after the start.")
        return typed

    def edges(self, week: int) -> store.Document:
        """The same hour by the clock in every week, whatever the clocks do."""
        typed, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["zone"])
        walls = (typed[name].replace(tzinfo=None) + dt.timedelta(weeks=week) for name in ("starts_at", "ends_at"))
        start, end = ({"dateTime": wall.replace(tzinfo=zone).isoformat(), "timeZone": typed["zone"]} for wall in walls)
        return {"start": start, "end": end}


class AllDayEventForm(PersonalEventForm):
    """Whole days, the last one included."""

    heading = "Add whole days"
    field_order = ("title", "first_day", "last_day", "kind", "weeks")
    first_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """The last day is the first one or a later one."""
        typed = self.cleaned_data
        if "first_day" in typed and "last_day" in typed and typed["last_day"] < typed["first_day"]:
            self.add_error("last_day", "The last day must not be before the first.")
        return typed

    def edges(self, week: int) -> store.Document:
        """As the API has them: there the end is the day after the last."""
        typed = self.cleaned_data
        first = typed["first_day"] + dt.timedelta(weeks=week)
        after = typed["last_day"] + dt.timedelta(weeks=week, days=1)
        return {"start": {"date": str(first)}, "end": {"date": str(after)}}


class MoveForm(forms.Form):
    """Where an event is dragged to, by the calendar's clock."""

    starts_at = forms.DateTimeField(label="New start", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


def _without_offset(edge: store.Document) -> store.Document:
    return {"dateTime": edge.get("dateTime", "2026-12-01T10:00:00")[:19], "timeZone": "Mars/Olympus"}
