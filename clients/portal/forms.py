"""What the sign-in page asks."""

from django import forms

from clients.forms import EmailAddressField


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
