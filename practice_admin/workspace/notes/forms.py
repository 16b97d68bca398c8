"""What the pages of notes take in. What the domain judges is not judged twice: its words are shown."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from clients.care.models import NoteTemplate
from practice_admin.models import Booking
from practice_admin.workspace import wording
from practice_admin.workspace.people.pages import text_field

TOO_OLD = "This page is too old to keep anything. Copy your text and open the note again."

A_PAGE = 10  # lines: what is longer is a page to write on


class WordsField(forms.CharField):
    """A long text, exactly as typed, the ends of its lines apart, which are the browser's. Judged by the domain."""

    def __init__(self, label: str, *, rows: int, placeholder: str = "") -> None:
        looks = "desk-input notes-body" if rows > A_PAGE else "desk-input"
        attrs = {"rows": rows, "class": looks, "placeholder": placeholder, "autocomplete": "off"}
        super().__init__(label=label, required=False, strip=False, widget=forms.Textarea(attrs=attrs))
        self.validators = []  # Django's own words on a NUL would come before the domain's

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return typed.replace("\r\n", "\n").replace("\r", "\n")


class KeptForm(forms.Form):
    """A text, and which version of it the page knew."""

    body = WordsField("Note", rows=18, placeholder="For your eyes only.")
    version = forms.IntegerField(
        min_value=0, widget=forms.HiddenInput, error_messages={"required": TOO_OLD, "invalid": TOO_OLD}
    )


class PrivateForm(KeptForm):
    """Her private page on a client."""

    body = WordsField("Your private page", rows=18, placeholder="What you think, and what is nobody else’s.")


class NoteForm(KeptForm):
    """A note, perhaps on one of the client's sessions. `insert`: a template to add to it."""

    session = forms.ChoiceField(
        label="On which session",
        required=False,
        error_messages={"invalid_choice": "That session is not one of this client’s."},
        widget=forms.Select(attrs={"class": "desk-input"}),
    )

    def __init__(self, *args: Any, sessions: Sequence[Booking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(booking.public_id): booking for booking in sessions}
        now = timezone.localtime()
        told = [
            (key, f"{booking.session_type}, {wording.when(timezone.localtime(booking.starts_at), now)}")
            for key, booking in self.by_id.items()
        ]
        session = self.fields["session"]
        assert isinstance(session, forms.ChoiceField)  # noqa: S101  (declared above; tells the type checker)
        session.choices = [("", "None in particular"), *told]

    @property
    def booking(self) -> Booking | None:
        """The session that was chosen. Only for a valid form."""
        return self.by_id.get(self.cleaned_data["session"])


class AmendmentForm(forms.Form):
    """What there is to add to a signed note, and why."""

    reason = text_field("Why")
    body = WordsField("What there is to add", rows=5)


class SearchForm(forms.Form):
    """Words to look for."""

    words = text_field("Words", maxlength="200")


def put_in(form: forms.Form, name: str, value: str) -> None:
    """Have a form that was sent show another value in this field; the rest stays as it was typed."""
    form.data = {**{key: form.data[key] for key in form.data}, name: value}


def with_template(body: str, template: NoteTemplate) -> str:
    """What was typed, with the template's headings under it."""
    return f"{body.rstrip()}\n\n{template.body}" if body.strip() else template.body
