"""Time off as it is typed: dates, perhaps times; and the four stretches that one click names."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from practice_admin.domain import time_off
from practice_admin.domain.availability import instant, monday_of, wall_instants
from practice_admin.workspace.hours.fields import DayField, clock_field

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
QUICK = {"today": "Today", "tomorrow": "Tomorrow", "this-week": "This week", "next-week": "Next week"}
BESIDE: dict[type[time_off.TimeOffRefused], str] = {
    time_off.EndsTooSoon: "until_on",
    time_off.OverAlready: "until_on",
    time_off.TooLong: "until_on",
    time_off.TooFarOff: "from_on",
    time_off.BadLabel: "label",
}


class TimeOffForm(forms.Form):
    """From a day until a day, both whole, unless times are given. Without a last day it is the first one."""

    from_on = DayField(label="From")
    from_at = clock_field("at (if not all day)")
    until_on = DayField(label="Until", required=False)
    until_at = clock_field("at (if not all day)")
    label = forms.CharField(
        label="What for (only you see it)",
        required=False,
        widget=forms.TextInput(attrs={"class": "desk-input", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, zone: ZoneInfo) -> None:
        super().__init__(data)
        self.zone = zone

    def span(self) -> dict[str, Any]:
        """What was typed, as `take_time_off` takes it: aware instants. Only for a valid form.

        Of a wall time that a clock change repeats, it begins at the first reading and ends at the last.
        """
        typed = self.cleaned_data
        first, last = typed["from_on"], typed["until_on"] or typed["from_on"]
        begins, _ = wall_instants(first, typed["from_at"] or time(), self.zone)
        if typed["until_at"] is None:
            ends, _ = wall_instants(last + A_DAY, time(), self.zone)
        else:
            _, ends = wall_instants(last, typed["until_at"], self.zone)
        return {"starts_at": instant(begins), "ends_at": instant(ends), "label": typed["label"]}

    def tell(self, refused: time_off.TimeOffRefused) -> None:
        """Set the domain's word beside the field that it is about."""
        self.add_error(BESIDE.get(type(refused)), refused.public_message)


def quick_dates(name: str, today: date) -> tuple[date, date] | None:
    """The first and last date of a stretch that one click names; this week begins today."""
    sunday = monday_of(today) + A_WEEK - A_DAY
    return {
        "today": (today, today),
        "tomorrow": (today + A_DAY, today + A_DAY),
        "this-week": (today, sunday),
        "next-week": (sunday + A_DAY, sunday + A_WEEK),
    }.get(name)
