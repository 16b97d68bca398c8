"""Choosing a time: a free one, or any date and time; why a rule is passed over; once, or as a series."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from clients.models import User
from practice_admin.domain.arranging import LONGEST_REASON, Arrangement
from practice_admin.domain.series import RHYTHMS, BadSeries, times_of
from practice_admin.workspace.arranging.reading import instant_of, read_instant, read_seen
from practice_admin.workspace.hours.fields import DayField, clock_field

TYPED = "typed"
ONCE = "0"
RHYTHM_NAMES = {1: "Every week", 2: "Every second week"}
UNREADABLE = "That time could not be read. Please choose one of these, or type another."


class ReasonForm(forms.Form):
    """Why rules are passed over, and whether the buffers count."""

    without_buffers = forms.BooleanField(label="Without buffers before and after it", required=False)
    reason = forms.CharField(
        label="Why all the same",
        required=False,  # whether one is needed is judged by the domain
        max_length=LONGEST_REASON,
        error_messages={"max_length": f"Please keep the reason to {LONGEST_REASON} characters."},
        widget=forms.Textarea(attrs={"rows": 2, "class": "desk-input"}),
    )


class TimeForm(ReasonForm):
    """One time. `start` is a free one, or says that `on` and `at` are meant; `seen` are the rules that were shown."""

    start = forms.CharField(required=False)
    on = DayField(label="Date", required=False)
    at = clock_field("Time")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.starts_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        """Find the instant, or say beside which field it is missing. What is typed counts where nothing is chosen."""
        typed = super().clean() or {}
        chosen = typed.get("start", "")
        if chosen and chosen != TYPED:
            self.starts_at = read_instant(chosen)
            if self.starts_at is None:
                self.add_error("start", UNREADABLE)
        elif not self.errors.keys() & {"on", "at"}:
            self._read_typed(typed)
        return typed

    def _read_typed(self, typed: dict[str, Any]) -> None:
        on, at = typed.get("on"), typed.get("at")
        if on is None and at is None:
            self.add_error("start", "Please choose a time, or type one.")
        elif on is None or at is None:
            self.add_error("at" if on else "on", "Please give the time." if on else "Please give the date.")
        else:
            try:
                self.starts_at = instant_of(on, at, self.zone)
            except ValueError as wrong:
                self.add_error("at", str(wrong))

    @property
    def when(self) -> datetime:
        """The instant (UTC). Only for a valid form."""
        assert self.starts_at is not None  # noqa: S101  (tells the type checker)
        return self.starts_at

    @property
    def is_typed(self) -> bool:
        """Whether the date and time beneath the free times are meant."""
        chosen = self["start"].value()
        return bool(chosen == TYPED or (not chosen and self["on"].value()))

    def arrangement(self, actor: User) -> Arrangement:
        """What she wants. Her reason covers the rules that the page showed, and no others."""
        typed = self.cleaned_data
        seen = read_seen(typed["seen"])
        return Arrangement(actor, typed["reason"], without_buffers=typed["without_buffers"], seen=seen)


class BookForm(TimeForm):
    """A time for a client, once or again and again."""

    every = forms.ChoiceField(
        label="How often",
        required=False,
        choices=[(ONCE, "Just once"), *((str(weeks), RHYTHM_NAMES[weeks]) for weeks in RHYTHMS)],
        error_messages={"invalid_choice": BadSeries.public_message},
    )
    count = forms.IntegerField(
        label="How many sessions",
        required=False,
        error_messages={"invalid": "Please give a whole number, such as 8."},
        widget=forms.NumberInput(attrs={"class": "desk-input", "inputmode": "numeric", "placeholder": "8"}),
    )

    @property
    def weeks(self) -> int:
        """How many weeks lie between two sessions; 0 for once. Only for a valid form."""
        return int(self.cleaned_data.get("every") or ONCE)

    def clean(self) -> dict[str, Any]:
        """Refuse a series that makes no sense, beside its count."""
        typed = super().clean() or {}
        if self.starts_at and not self.errors and self.weeks:
            try:
                self.times()
            except BadSeries as refused:
                self.add_error("count", refused.public_message)
        return typed

    def times(self) -> list[datetime]:
        """The times of the series, on her clock. Raises BadSeries."""
        return times_of(self.when, every_weeks=self.weeks, count=self.cleaned_data.get("count") or 0, zone=self.zone)
