"""What the page takes in: the days, and what becomes of each session."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms

from practice_admin.domain.illness import Way
from practice_admin.workspace.illness.days import A_DAY, Days

DAYS = [("today", "Today"), ("tomorrow", "Tomorrow"), ("week", "The rest of this week"), ("dates", "Other days")]
FURTHEST = timedelta(days=2 * 365)
WAY = "way-"  # and the session's public id


class DaysForm(forms.Form):
    """Today, tomorrow, what is left of this week, or any days from today on."""

    when = forms.ChoiceField(choices=DAYS, error_messages={"required": "Please choose the days."})
    first = forms.DateField(
        label="First day",
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Please give a date, such as 2026-12-01."},
        widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"}),
    )
    last = forms.DateField(
        label="Last day",
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Please give a date, such as 2026-12-01."},
        widget=forms.DateInput(attrs={"type": "date", "class": "desk-input"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        tomorrow, sunday = today + A_DAY, today + timedelta(days=6 - today.weekday())
        self.fixed = {"today": Days(today, today), "tomorrow": Days(tomorrow, tomorrow), "week": Days(today, sunday)}

    def clean(self) -> dict[str, Any]:
        """Refuse days that are missing, in the wrong order, over, or too far away."""
        typed = super().clean() or {}
        if typed.get("when") == "dates" and not self.errors:
            self._judge(typed["first"], typed["last"])
        return typed

    def _judge(self, first: date | None, last: date | None) -> None:
        if first is None:
            self.add_error("first", "Please give the first day.")
        elif last is not None and last < first:
            self.add_error("last", "The last day comes before the first.")
        elif (last or first) < self.today:
            self.add_error("last" if last else "first", "These days are over.")
        elif (last or first) - self.today > FURTHEST:
            self.add_error("last" if last else "first", "Please choose days within the next two years.")

    @property
    def options(self) -> list[tuple[str, str, str]]:
        """Each choice as the page shows it: its value, its name, and which days it means."""
        named = dict(DAYS)
        return [(value, named[value], days.text(self.today)) for value, days in self.fixed.items()]

    @property
    def days(self) -> Days:
        """What was chosen. Only for a valid form."""
        typed = self.cleaned_data
        return self.fixed.get(typed["when"]) or Days(max(typed["first"], self.today), typed["last"] or typed["first"])


def read_ways(data: Mapping[str, Any]) -> dict[UUID, Way] | None:
    """What was chosen for each session, by its public id; None where something of it cannot be read."""
    try:
        return {UUID(key.removeprefix(WAY)): Way(data[key]) for key in data if key.startswith(WAY)}
    except ValueError:
        return None
