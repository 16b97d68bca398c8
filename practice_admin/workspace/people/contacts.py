"""The log of calls and letters with a client."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain.contact_log import ContactRefused, ContactTimeRefused, ContactWordsRefused, log_contact
from clients.models import Client, ContactEntry
from practice_admin.workspace.desk import signed_in, zone_of
from practice_admin.workspace.hours.fields import DayField, clock_field
from practice_admin.workspace.people.pages import UNPROCESSABLE, client_or_404, page, text_field
from practice_admin.workspace.queries.contacts import contacts_with

BESIDE: dict[type[ContactRefused], str] = {ContactTimeRefused: "happened_on", ContactWordsRefused: "words"}


class ContactForm(forms.Form):
    """What it was, when, and a few words."""

    kind = forms.ChoiceField(
        label="What",
        choices=ContactEntry.Kind.choices,
        error_messages={"required": "Please choose what it was."},
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    happened_on = DayField(label="On which day")
    happened_at = clock_field("At what time")
    words = text_field("In your words (only you read them)", rows=4)

    def clean_words(self) -> str:
        """An entry without a word says nothing later."""
        words: str = self.cleaned_data["words"]
        if not words.strip():
            raise forms.ValidationError("Please write a few words: what it was about.")
        return words

    def clean(self) -> dict[str, Any]:
        """A time is asked for beside the day."""
        typed = super().clean() or {}
        if typed.get("happened_at") is None and "happened_at" not in self.errors:
            self.add_error("happened_at", "Please write a time like 09:30.")
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every call and letter; POST writes another down. Refused: the page again, with what was typed."""
    client, now = client_or_404(public_id), timezone.localtime()
    initial = {"happened_on": now.date(), "happened_at": now.time()}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return _page(request, client, form)
    typed = form.cleaned_data
    happened_at = datetime.combine(typed["happened_on"], typed["happened_at"], zone_of(request))
    kind, actor = ContactEntry.Kind(typed["kind"]), signed_in(request)
    try:
        log_contact(client=client, kind=kind, happened_at=happened_at, words=typed["words"], actor=actor, now=now)
    except ContactRefused as refused:
        form.add_error(BESIDE.get(type(refused)), refused.public_message)
        return _page(request, client, form)
    messages.success(request, "Written down.")
    return redirect("admin:contacts", public_id)


def _page(request: HttpRequest, client: Client, form: ContactForm) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    entries = contacts_with(client)
    return page(request, "contacts", "Calls and letters", status=status, client=client, form=form, entries=entries)
