"""Letting somebody help with the site: a name, an address, a role. Nobody gets a password (R7)."""

from typing import Any, ClassVar

from django import forms

from clients.models import Client, User, normal_email

CLIENTS_ADDRESS = (
    "This is the address of a client. Somebody whom you work with cannot help with the site under the same address."
)
NO_ROLE = "Choose at least one role. Without one they could open nothing."


class HelperForm(forms.ModelForm[User]):
    """A helping editor. They come in by the same magic link as everybody, and see nothing of the practice."""

    separate_username_field = False  # Wagtail's templates ask

    class Meta:
        model = User
        fields = ("email", "name", "groups")
        labels: ClassVar[dict[str, str]] = {"name": "Name", "email": "Email", "groups": "Roles"}
        help_texts: ClassVar[dict[str, str]] = {
            "email": "The sign-in link goes to this address.",
            "groups": "Editors write; Moderators publish too. Neither sees anything of the practice.",
        }
        widgets: ClassVar[dict[str, Any]] = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["groups"].required = not self.instance.is_superuser
        self.fields["groups"].error_messages["required"] = NO_ROLE
        if editing_self and "is_active" in self.fields:  # nobody locks themselves out
            del self.fields["is_active"]

    def clean_email(self) -> str:
        """One spelling, and no client's."""
        email = normal_email(self.cleaned_data["email"])
        if Client.objects.filter(user__email=email).exists():
            raise forms.ValidationError(CLIENTS_ADDRESS)
        return email

    def save(self, commit: bool = True) -> User:
        """Save; a new one can sign in by link alone."""
        if not self.instance.pk:
            self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class HelperEditForm(HelperForm):
    """The same, and whether they may still come in."""

    class Meta(HelperForm.Meta):
        fields = ("email", "name", "groups", "is_active")  # type: ignore[assignment]
        labels: ClassVar[dict[str, str]] = {**HelperForm.Meta.labels, "is_active": "May sign in"}
