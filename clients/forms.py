"""Fields that more than one form asks for."""

from typing import Any

from django import forms

from clients.models import normal_email


class EmailAddressField(forms.EmailField):
    """An e-mail address in its one spelling.

    The part before the @ must be ASCII: beyond it two addresses can look the same, or become the same or longer in
    small letters, and no mail service in common use gives such addresses out.
    """

    default_error_messages = {
        "invalid": "This does not look like an e-mail address. It should be like name@example.com.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": 254} | kwargs))

    def clean(self, value: object) -> str:
        typed = super().clean(value) or ""
        address = normal_email(typed)
        if not typed.rpartition("@")[0].isascii() or len(address) > (self.max_length or 254):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return address
