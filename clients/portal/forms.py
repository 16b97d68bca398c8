"""What the sign-in page asks."""

from django import forms


class SignInForm(forms.Form):
    """An e-mail address, and where they were going; whether the address is somebody's is not asked here (R9)."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": "Please give us your e-mail address: the link goes there.",
            "invalid": "This does not look like an e-mail address. It should be like name@example.com.",
        },
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False)
