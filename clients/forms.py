"""Fields that more than one form asks for."""

from typing import Any

from django import forms

from clients.models import NO_MAILBOX, normal_email


class EmailAddressField(forms.EmailField):
    """An e-mail address in its one spelling.

    The part before the @ must be ASCII: beyond it two addresses can look the same, or become the same or longer in
    small letters, and no mail service in common use gives such addresses out. Nor is a stand-in for none an address.
    """

    default_error_messages = {
        "invalid": "This does not look like an e-mail address. It should be like name@example.com.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": 254} | kwargs))

    def clean(self, value: object) -> str:
        typed = super().clean(value) or ""
        address = normal_email(typed)
        is_sound = typed.rpartition("@")[0].isascii() and len(address) <= (self.max_length or 254)
        if not is_sound or address.endswith(NO_MAILBOX):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return address
