"""What the record knows of a client: name and number, how to reach them safely, whom to call, tags."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from clients.domain.details import AddressKnown, Details, DetailsRefused, DetailsStale, tags_in, write_details
from clients.forms import EmailAddressField
from clients.models import Client, ClientDetails, Tag
from practice_admin.domain.wording import known_zones
from practice_admin.workspace.people.pages import CONFLICT, UNPROCESSABLE, client_or_404, page, text_field
from practice_admin.workspace.queries.header import details_of

PERSON = ("name", "phone", "time_zone")
ON_CLIENT = ("preferred_name", "may_mail", "may_call", "may_voicemail")
ON_DETAILS = ("pronouns", "contact_words", "emergency_name", "emergency_phone", "emergency_relation", "found_through")


class ZoneField(forms.ChoiceField):
    """A time zone that people use, or none: then hers counts."""

    def __init__(self, **kwargs: Any) -> None:
        zones = [("", "The practice’s"), *((name, name.replace("_", " ")) for name in sorted(known_zones()))]
        widget = forms.Select(attrs={"class": "desk-input"})
        super().__init__(choices=zones, required=False, widget=widget, **kwargs)


class DetailsForm(forms.Form):
    """All of it. `version` is the one that the page knew."""

    name = text_field("Name")
    preferred_name = text_field("What they like to be called")
    pronouns = text_field("Pronouns")
    email = EmailAddressField(
        label="E-mail", required=False, widget=forms.EmailInput(attrs={"class": "desk-input", "autocomplete": "off"})
    )
    phone = text_field("Telephone", inputmode="tel")
    time_zone = ZoneField(label="Their time zone")
    may_mail = forms.BooleanField(label="Mail", required=False)
    may_call = forms.BooleanField(label="Calls", required=False)
    may_voicemail = forms.BooleanField(label="Voicemail", required=False)
    contact_words = text_field("What else to mind when you reach them", rows=2)
    emergency_name = text_field("Whom to call")
    emergency_phone = text_field("Their number", inputmode="tel")
    emergency_relation = text_field("Who they are to the client")
    found_through = text_field("How they found you", rows=2)
    tags = text_field("Tags, with commas between them")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def details(self) -> Details:
        """As the domain takes them. Only for a valid form."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Details(**typed | {"tags": tags_in(typed["tags"])})


@require_http_methods(["GET", "HEAD", "POST"])
def client_details(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what is known and keep what was changed. Refused: the page again, with what was typed and why."""
    client = client_or_404(public_id)
    kept = details_of(client)
    if request.method != "POST":
        return _page(request, client, DetailsForm(initial=_as_kept(client, kept)))
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _page(request, client, form, status=UNPROCESSABLE)
    try:
        write_details(client=client, details=form.details(), known_version=form.cleaned_data["version"])
    except DetailsStale as refused:
        typed = request.POST.copy()
        typed["version"] = str(kept.version)  # she has been told: saving once more is meant
        form = DetailsForm(typed)
        form.add_error(None, refused.public_message)
        return _page(request, client, form, status=CONFLICT, as_kept=_as_kept(client, kept))
    except DetailsRefused as refused:
        form.add_error(refused.field, refused.public_message)
        known = refused.client if isinstance(refused, AddressKnown) else None
        return _page(request, client, form, status=UNPROCESSABLE, known=known)
    messages.success(request, "The details are kept.")
    return redirect("admin:client_record", public_id)


def _as_kept(client: Client, kept: ClientDetails) -> dict[str, Any]:
    shown = {name: getattr(client.user, name) for name in PERSON}
    shown |= {name: getattr(client, name) for name in ON_CLIENT}
    shown |= {name: getattr(kept, name) for name in ON_DETAILS}
    return shown | {"version": kept.version, "tags": ", ".join(tag.name for tag in client.tags.all())}


def _page(request: HttpRequest, client: Client, form: DetailsForm, *, status: int = 200, **more: Any) -> HttpResponse:
    tags = list(Tag.objects.all())
    return page(request, "details", "Details", status=status, client=client, form=form, tags=tags, **more)
