"""What a visitor is asked, and how it is read."""

import re
from datetime import datetime
from typing import Any

from django import forms

from booking_public.reading import read_start
from clients.forms import EmailAddressField

PHONE = re.compile(r"^\+?[0-9 ()./-]+$")
FEWEST_DIGITS = 6


class StartField(forms.CharField):
    """An instant, aware; its text is kept as it came."""

    widget = forms.HiddenInput

    def clean(self, value: object) -> datetime:
        moment = read_start(str(value or ""))
        if moment is None:
            raise forms.ValidationError("We could not read that time. Please choose one again.")
        return moment


class DetailsForm(forms.Form):
    """The second screen: why, and consent. For somebody signed in that is all; their record has the rest."""

    start = StartField()
    time_zone = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = forms.CharField(
        label="What brings you here?",
        help_text="A word is enough. Only your therapist reads it.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    consent = forms.BooleanField(
        label="I agree that my details are kept to arrange this session.",
        error_messages={"required": "Please tick this, so that we may keep your details for the session."},
    )


class InCareForm(DetailsForm):
    """The same for somebody whom the therapist knows already."""

    reason = forms.CharField(
        label="Anything you would like to say before?",
        help_text="Only your therapist reads it.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AgreedForm(InCareForm):
    """The same for somebody who has agreed before, and is not asked again; a tick that comes all the same is fine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["consent"]


class VisitorForm(DetailsForm):
    """The second screen for somebody who has not signed in."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Please tell us your name, or what we may call you."},
    )
    email = EmailAddressField(
        label="Your e-mail address",
        help_text="The confirmation goes there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": "Please give us your e-mail address: the confirmation goes there.",
        },
    )
    phone = forms.CharField(
        label="Your telephone number",
        max_length=40,
        help_text="With the country code, such as +351 912 345 678.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": "Please give us a number where we can reach you if the line fails."},
    )

    field_order = ["start", "time_zone", "name", "email", "phone", "reason", "consent"]

    def clean_name(self) -> str:
        """A name goes into mails: no line breaks, no signs that turn the text around, no web address."""
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable() or "://" in name:
            raise forms.ValidationError("This name has signs that no name has. Please type it plainly.")
        return name

    def clean_phone(self) -> str:
        """Digits with the usual signs between them. No numbering plan is asked: a true number must never be refused."""
        phone: str = self.cleaned_data["phone"]
        if not PHONE.match(phone) or sum(sign.isdigit() for sign in phone) < FEWEST_DIGITS:
            raise forms.ValidationError("This does not look like a telephone number. Please use digits.")
        return phone
