"""What she chooses of her calendars, and why she moves a session over a rule."""

from collections.abc import Collection
from typing import Any

from django import forms

from practice_admin.domain.arranging import LONGEST_REASON
from practice_admin.domain.calendar_connecting import Choices
from practice_admin.models import CalendarConnection, CalendarTitles, KnownCalendar, Practice

LEAST_MINUTES, MOST_MINUTES = 30, 7 * 24 * 60


class ChoicesForm(forms.Form):
    """Which calendar receives the sessions, which block time, what of them, and when she wants to be told."""

    receives = forms.ChoiceField(
        label="Sessions are written into",
        widget=forms.Select(attrs={"class": "desk-input"}),
        error_messages={"invalid_choice": "Sessions cannot be written into that calendar. Choose another one."},
    )
    blocks = forms.MultipleChoiceField(
        label="Events in these block time",
        required=False,  # the domain says it better
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these calendars is no longer in your account."},
    )
    tentative_blocks = forms.BooleanField(label="Tentative events block time too", required=False)
    titles = forms.ChoiceField(
        label="Titles of sessions show",
        choices=CalendarTitles.choices,
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    mirror_max_age_minutes = forms.IntegerField(
        label="Tell me when nothing was heard from Google for (minutes)",
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        error_messages={
            "min_value": "Half an hour is the least: it is read every 15 minutes.",
            "max_value": "A week (10080 minutes) is the most.",
            "invalid": "Please give a number of minutes.",
            "required": "Please give a number of minutes.",
        },
        widget=forms.NumberInput(attrs={"class": "desk-input", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None, *, known: Collection[KnownCalendar], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        there = [one for one in known if not one.is_gone]
        _offer(self.fields["receives"], [(one.calendar_id, str(one)) for one in there if one.can_receive])
        _offer(self.fields["blocks"], [(one.calendar_id, str(one)) for one in there])

    def choices(self) -> Choices:
        """What was typed, as `choose_calendars` takes it. Only for a valid form."""
        return Choices(**self.cleaned_data)


def choices_form(connected: CalendarConnection, practice: Practice, known: Collection[KnownCalendar]) -> ChoicesForm:
    """The form as it stands."""
    return ChoicesForm(
        known=known,
        initial={
            "receives": connected.calendar_id,
            "blocks": [one.calendar_id for one in known if one.blocks_time and not one.is_gone],
            "tentative_blocks": connected.tentative_blocks,
            "titles": practice.calendar_titles,
            "mirror_max_age_minutes": practice.mirror_max_age_minutes,
        },
    )


class ReasonForm(forms.Form):
    """Why a session is moved to a time that is not offered. `seen` are the rules that she was shown."""

    reason = forms.CharField(
        label="Why this time all the same",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"class": "desk-input", "rows": 2}),
        error_messages={"max_length": f"Please keep it to {LONGEST_REASON} characters."},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    starts_at = forms.DateTimeField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


def _offer(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  (tells the type checker)
    field.choices = choices
