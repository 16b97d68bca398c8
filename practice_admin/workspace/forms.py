"""What the desk's own pages take in. What the domain judges is not judged twice: its words are shown."""

import re
from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.utils import timezone

from practice_admin.models import Booking

# "https://…", "mailto:…"; but not the colon of "example.org:8080".
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://|[a-z][a-z0-9+-]*:", re.IGNORECASE)


class ShareForm(forms.Form):
    """A link to put into the client's feed."""

    title = forms.CharField(
        label="Title",
        required=False,
        widget=forms.TextInput(attrs={"class": "desk-input", "autocomplete": "off"}),
    )
    url = forms.CharField(
        label="Address",
        required=False,
        widget=forms.TextInput(attrs={"class": "desk-input", "inputmode": "url", "placeholder": "https://"}),
    )
    words = forms.CharField(
        label="A few words with it (optional)",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "desk-input"}),
    )

    def clean_url(self) -> str:
        """The address as typed, with https:// before one that was typed without."""
        url: str = self.cleaned_data["url"]
        return url if not url or SCHEME.match(url) else f"https://{url.lstrip('/')}"


class ClosingForm(forms.Form):
    """How a discovery call ended."""

    outcome = forms.ChoiceField(
        choices=Booking.Outcome.choices, error_messages={"required": "Please choose how the call ended."}
    )


class SeenForm(forms.Form):
    """Which page of news she has seen: when it was made, and what it showed."""

    rendered_at = forms.CharField()
    shown = forms.CharField(required=False)

    def clean_rendered_at(self) -> datetime:
        """The instant, aware and not ahead of the clock."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["rendered_at"])
            instant = moment.astimezone(UTC)
        except (ValueError, OverflowError):  # the second: an offset that leads out of the calendar
            raise forms.ValidationError("Not an instant.") from None
        if timezone.is_naive(moment) or instant > timezone.now():
            raise forms.ValidationError("Not an instant that has passed.")
        return instant

    def clean_shown(self) -> set[UUID]:
        """The public ids of the bookings that were on it."""
        try:
            return {UUID(part) for part in self.cleaned_data["shown"].split()}
        except ValueError:
            raise forms.ValidationError("Not a list of bookings.") from None
