"""Fields for a date and a wall time. What cannot be read as one stays as it was typed, for her to see and mend."""

import re
from datetime import date
from typing import Any

from django import forms

TIMES = ["%H:%M", "%H:%M:%S", "%H.%M", "%Hh%M", "%H"]
YEARS = range(2000, 2200)  # beyond them a zone's offset leads out of the calendar


class _AsTyped(forms.Widget):
    """A browser shows nothing of what its own kind of field cannot read: then the field becomes a plain one."""

    readable: re.Pattern[str]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not self.readable.fullmatch(shown):
            context["widget"]["type"] = "text"
        return context


class ClockInput(_AsTyped, forms.TimeInput):
    """A time of day."""

    input_type = "time"
    readable = re.compile(r"\d\d:\d\d(:\d\d)?")


class DayInput(_AsTyped, forms.DateInput):
    """A date."""

    input_type = "date"
    readable = re.compile(r"\d{4}-\d\d-\d\d")


def clock_field(label: str) -> forms.TimeField:
    """A time of day that may be left out."""
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=TIMES,
        widget=ClockInput(format="%H:%M", attrs={"class": "desk-input"}),
        error_messages={"invalid": "Please write a time like 09:30."},
    )


class DayField(forms.DateField):
    """A date of these years."""

    default_error_messages = {
        "required": "Please choose a day.",
        "invalid": "Please write a day like 2026-12-24.",
        "beyond": f"Please choose a day from {YEARS[0]} to {YEARS[-1]}.",
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = DayInput(format="%Y-%m-%d", attrs={"class": "desk-input"})
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"], widget=widget, **kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(self.error_messages["beyond"], code="beyond")
        return day
