"""What a person types to lay a personal event into the sandbox's calendar."""

import datetime as dt
import uuid

from django import forms

from integrations.sandbox import google_account, store

BUSY, FREE, DECLINED = "opaque", "transparent", "declined"
SHOWN = [(BUSY, "Busy"), (FREE, "Free"), (DECLINED, "Declined invitation")]
HOST = {"email": "host@example.org", "organizer": True, "responseStatus": "accepted"}


class PersonalEventForm(forms.Form):
    """What every personal event has. A form for one kind adds its own start and end."""

    title = forms.CharField(max_length=200)
    transparency = forms.ChoiceField(label="Shown as", choices=SHOWN)

    def body(self) -> store.Document:
        """The event as the API takes it."""
        shown = self.cleaned_data["transparency"]
        event: store.Document = {"id": uuid.uuid4().hex, "summary": self.cleaned_data["title"]}
        if shown == DECLINED:
            return event | {"attendees": [HOST, {"email": google_account.ACCOUNT, "responseStatus": "declined"}]}
        return event | {"transparency": shown}


class TimedEventForm(PersonalEventForm):
    """An appointment by the clock; start and end are read in the zone that is active while the form is checked."""

    heading = "Add an appointment"
    field_order = ("title", "starts_at", "ends_at", "transparency")
    starts_at = forms.DateTimeField(label="Start", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label="End", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

    def clean(self) -> dict[str, object]:
        """An appointment ends after it starts."""
        typed = self.cleaned_data
        if "starts_at" in typed and "ends_at" in typed and typed["ends_at"] <= typed["starts_at"]:
            self.add_error("ends_at", "The end must be after the start.")
        return typed

    def body(self) -> store.Document:
        """The event as the API takes it."""
        typed = self.cleaned_data
        return super().body() | {"start": _moment(typed["starts_at"]), "end": _moment(typed["ends_at"])}


class AllDayEventForm(PersonalEventForm):
    """Whole days, the last one included."""

    heading = "Add whole days"
    field_order = ("title", "first_day", "last_day", "transparency")
    first_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, object]:
        """The last day is the first one or a later one."""
        typed = self.cleaned_data
        if "first_day" in typed and "last_day" in typed and typed["last_day"] < typed["first_day"]:
            self.add_error("last_day", "The last day must not be before the first.")
        return typed

    def body(self) -> store.Document:
        """The event as the API takes it: there the end is the day after the last."""
        typed = self.cleaned_data
        after = typed["last_day"] + dt.timedelta(days=1)
        return super().body() | {"start": {"date": str(typed["first_day"])}, "end": {"date": str(after)}}


def _moment(at: dt.datetime) -> store.Document:
    return {"dateTime": at.isoformat(), "timeZone": google_account.CALENDAR_ZONE}
