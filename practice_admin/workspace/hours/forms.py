"""Hours as they are typed: the spans of a day, of the week, and of one date.

What the domain judges is not judged twice: its words are set beside the field that they are about.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict

from practice_admin.domain import hours
from practice_admin.domain.hours import OpenSpan
from practice_admin.models import HoursOverride, SessionType, Weekday, WeeklyHours
from practice_admin.workspace.hours.fields import DayField, clock_field

if TYPE_CHECKING:
    BaseSpans = forms.BaseFormSet["SpanForm"]
else:
    BaseSpans = forms.BaseFormSet

MOST_A_DAY = 12  # spans
WORKDAYS = range(Weekday.MONDAY, Weekday.SATURDAY)
BESIDE: dict[type[hours.SpanRefused], str] = {
    hours.ClosesTooSoon: "closes_at",
    hours.SpansOverlap: "opens_at",
    hours.UnknownType: "session_types",
}


class SpanForm(forms.Form):
    """One span of a day. Left empty, it is none."""

    opens_at = clock_field("Opens")
    closes_at = clock_field("Closes")
    session_types = forms.TypedMultipleChoiceField(
        label="Only for",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": hours.UnknownType.public_message},
    )

    def __init__(self, *args: Any, types: Sequence[SessionType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = types
        field = self.fields["session_types"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above; tells the type checker)
        field.choices = [(one.pk, str(one)) for one in types]

    def clean(self) -> dict[str, Any]:
        """Refuse half a span."""
        typed = super().clean() or {}
        if not {"opens_at", "closes_at"} <= typed.keys():
            return typed
        opens, closes = typed["opens_at"], typed["closes_at"]
        if opens is None and (closes is not None or typed.get("session_types")):
            self.add_error("opens_at", "When does it open?")
        elif opens is not None and closes is None:
            self.add_error("closes_at", "When does it close?")
        return typed

    @property
    def span(self) -> OpenSpan | None:
        """What was typed. Only for a valid form."""
        typed = self.cleaned_data
        if typed.get("opens_at") is None or typed.get("DELETE"):
            return None
        limit = frozenset(typed["session_types"])
        return OpenSpan(opens_at=typed["opens_at"], closes_at=typed["closes_at"], session_types=limit)

    @property
    def limit(self) -> list[str]:
        """The names of the types that are ticked."""
        ticked = {str(value) for value in self["session_types"].value() or ()}
        return [str(one) for one in self.types if str(one.pk) in ticked]


class SpanForms(BaseSpans):
    """The spans of one day, and an empty one to add another without a script."""

    default_error_messages = {"missing_management_form": "The page came back incomplete. Please try once more."}

    def add_fields(self, form: Any, index: int | None) -> None:
        """Call its own field for taking a span away what it does."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Remove"

    def clean(self) -> None:
        """Refuse more spans than anybody's day has."""
        if not any(self.errors) and len(self.kept()) > MOST_A_DAY:
            raise forms.ValidationError(f"A day can have {MOST_A_DAY} spans at most.")

    def kept(self) -> list[tuple[SpanForm, OpenSpan]]:
        """Each span that was typed and not taken away, with its form. Only where all are valid."""
        return [(form, form.span) for form in self.forms if form.span is not None]

    def typed(self) -> list[OpenSpan]:
        """The spans alone, in the order in which the domain numbers them."""
        return [span for _, span in self.kept()]

    def tell(self, problems: Iterable[hours.SpanRefused]) -> None:
        """Set the domain's words beside the fields that they are about."""
        kept = self.kept()  # as they were judged: what is marked counts as read no longer
        for problem in problems:
            form, _ = kept[problem.row]
            form.add_error(BESIDE[type(problem)], problem.public_message)


_DaysSpans = forms.formset_factory(
    SpanForm,
    formset=SpanForms,
    extra=1,
    max_num=8 * MOST_A_DAY,  # of rows sent: those that a script added and took away leave gaps
    can_delete=True,
)


def spans_of_day(
    prefix: str,
    types: Sequence[SessionType],
    rows: Iterable[WeeklyHours | HoursOverride] = (),
    data: QueryDict | None = None,
) -> SpanForms:
    """The forms for one day's spans: as they stand, or as they were typed."""
    initial = [
        {
            "opens_at": row.opens_at,
            "closes_at": row.closes_at,
            "session_types": [one.pk for one in row.session_types.all()],
        }
        for row in rows
        if row.opens_at is not None
    ]
    forms_of_day = _DaysSpans(data, initial=initial, prefix=prefix, form_kwargs={"types": types})
    assert isinstance(forms_of_day, SpanForms)  # noqa: S101  (said above; tells the type checker)
    return forms_of_day


class WeekForms:
    """Seven days of spans, saved as one whole."""

    def __init__(
        self, types: Sequence[SessionType], weekly: Iterable[WeeklyHours] = (), data: QueryDict | None = None
    ) -> None:
        weekly = list(weekly)
        self.is_bound = data is not None
        self.copies_monday = data is not None and "copy_monday" in data
        self.days = {
            day: spans_of_day(f"day{day.value}", types, [row for row in weekly if row.weekday == day], data)
            for day in Weekday
        }

    def is_valid(self) -> bool:
        """Whether every day can be read. Where one cannot, the others are judged too: she is told of all at once."""
        readable = [day for day in Weekday if self.days[day].is_valid()]
        if len(readable) == len(Weekday):
            return True
        for day in readable:
            self.days[day].tell(hours.misfits(day, self.days[day].typed()))
        return False

    def spans(self) -> dict[int, list[OpenSpan]]:
        """The week that was typed, with Monday's hours on all workdays where that was asked for. Only if valid."""
        return {day.value: self.days[self._source_of(day)].typed() for day in Weekday}

    def tell(self, refused: hours.HoursRefused) -> None:
        """Mark what the domain refused, where it was typed."""
        for day in Weekday:
            if self._source_of(day) == day:
                self.days[day].tell(problem for problem in refused.problems if problem.weekday == day)

    def _source_of(self, day: Weekday) -> Weekday:
        return Weekday.MONDAY if self.copies_monday and day in WORKDAYS else day


class DateForm(forms.Form):
    """A date, and whether it is closed or has hours of its own; their spans are forms beside it."""

    CLOSED, OPEN = "closed", "open"

    on = DayField(label="Date")
    kind = forms.ChoiceField(
        label="On this day",
        choices=[(CLOSED, "Closed all day"), (OPEN, "Open at other hours")],
        initial=CLOSED,
        widget=forms.RadioSelect,
        error_messages={"required": "Closed, or open at other hours?", "invalid_choice": "Closed, or open?"},
    )

    def __init__(
        self,
        types: Sequence[SessionType],
        rows: Iterable[HoursOverride] = (),
        data: QueryDict | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.spans = spans_of_day("date", types, rows, data)

    def is_valid(self) -> bool:
        """Whether all of it can be read. Of a day that is closed no hours are asked."""
        is_readable = super().is_valid()
        if self.cleaned_data.get("kind") != self.OPEN:
            return is_readable
        if self.spans.is_valid() and not self.spans.kept():
            self.add_error("kind", "Please give the hours, or choose closed.")
        return self.spans.is_valid() and not self.errors

    def typed_spans(self) -> list[OpenSpan]:
        """The spans of the date; none where it is closed. Only if valid."""
        return self.spans.typed() if self.cleaned_data["kind"] == self.OPEN else []

    def tell(self, refused: hours.HoursRefused) -> None:
        """Mark what the domain refused, where it was typed."""
        self.spans.tell(refused.problems)
