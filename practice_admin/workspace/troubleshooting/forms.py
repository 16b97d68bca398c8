"""Which time is asked about."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from clients.models import Client
from practice_admin.domain.availability import instant, wall_instants
from practice_admin.models import SessionType

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


class ClientField(forms.ModelChoiceField[Client]):
    """A client, by name; two of one name are told apart by their addresses."""

    def to_python(self, value: Any) -> Client | None:
        """The client; in the same words where the address is no client's and where it is no address at all."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None

    def label_from_instance(self, client: Client) -> str:
        address = client.user.email if client.user.has_mailbox else client.user.phone
        return f"{client} ({address})" if client.user.name else address


class WhyForm(forms.Form):
    """A session type, a date and a time on her clock, and perhaps for whom."""

    session_type = forms.ModelChoiceField(
        label="Kind of session",
        queryset=SessionType.objects.all(),
        to_field_name="slug",
        empty_label="Please choose",
        error_messages={
            "required": "Please choose the kind of session.",
            "invalid_choice": "That kind of session is not there any more.",
        },
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    on = forms.DateField(
        label="Date",
        input_formats=["%Y-%m-%d"],
        error_messages={"required": "Please give the date.", "invalid": "Please give a date, such as 2026-12-01."},
        widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"}),
    )
    at = forms.TimeField(
        label="Time",
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"required": "Please give the time.", "invalid": "Please give a time, such as 14:30."},
        widget=forms.TimeInput(attrs={"type": "time", "class": "desk-input"}, format="%H:%M"),
    )
    client = ClientField(
        label="For whom (optional)",
        queryset=Client.objects.select_related("user").order_by("user__name", "user__email"),
        to_field_name="public_id",
        required=False,
        empty_label="Nobody in particular",
        error_messages={"invalid_choice": "That client is not there any more."},
        widget=forms.Select(attrs={"class": "desk-input"}),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_on(self) -> date:
        """The date, where a diary can have it."""
        day: date = self.cleaned_data["on"]
        if not FIRST <= day <= LAST:
            raise forms.ValidationError(f"Please give a date between {FIRST.year} and {LAST.year}.")
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a time that the clocks skip on that date."""
        typed = super().clean() or {}
        if "on" in typed and "at" in typed and not _exists(typed["on"], typed["at"], self.zone):
            self.add_error("at", "The clocks go forward on that date, and this time is left out. Ask for another one.")
        return typed

    @property
    def instants(self) -> list[datetime]:
        """When clocks read that: twice where they go back over it. Only for a valid form."""
        first, last = wall_instants(self.cleaned_data["on"], self.cleaned_data["at"], self.zone)
        return [instant(second) for second in sorted({first, last})]


def _exists(day: date, wall: time, zone: ZoneInfo) -> bool:
    first, _ = wall_instants(day, wall, zone)
    return instant(first).astimezone(zone).replace(tzinfo=None) == datetime.combine(day, wall)
