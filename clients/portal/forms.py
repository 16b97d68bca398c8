"""What the sign-in page asks, and what a message is."""

from typing import Any

from django import forms

from clients.care.domain.messages import MessageEmpty
from clients.forms import EmailAddressField

TOO_OLD = "This page is too old to send from. Please copy your message and open the page again."


class SignInForm(forms.Form):
    """An e-mail address, and where they were going; whether the address is somebody's is not asked here (R9)."""

    email = EmailAddressField(
        label="Your e-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": "Please give us your e-mail address: the link goes there.",
        },
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False)


class MessageForm(forms.Form):
    """A message; `key` names the form, so that pressing twice sends once. What it may hold is judged by the domain."""

    text = forms.CharField(
        label="Your message",
        strip=False,
        error_messages={"required": MessageEmpty.public_message},
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": TOO_OLD, "invalid": TOO_OLD})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators = []  # Django's own words on a NUL would come before the domain's

    def clean_text(self) -> str:
        """As typed; the ends of lines are the browser's, and are made one."""
        typed: str = self.cleaned_data["text"]
        return typed.replace("\r\n", "\n").replace("\r", "\n")
