"""Adding a client by hand: someone who came by telephone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain import adding
from clients.domain.details import DetailsRefused
from clients.domain.stages import DayRefused, HeldElsewhere
from clients.forms import EmailAddressField
from clients.models import Stage, StageChange
from practice_admin.workspace.desk import signed_in, zone_of
from practice_admin.workspace.hours.fields import DayField
from practice_admin.workspace.people.details import ZoneField
from practice_admin.workspace.people.pages import UNPROCESSABLE, page, text_field

EFFECTS = {
    Stage.DISCOVERY: "Nothing has been talked over yet. They can book a discovery call.",
    Stage.INTAKE: "You have spoken, and you go on together.",
    Stage.ONGOING: "You work together already.",
    Stage.CLOSED: "You worked together once. The record is there, a discovery call can be booked.",
}


class NewcomerForm(forms.Form):
    """Who they are, where they stand, and of a discovery held elsewhere its day and manner."""

    name = text_field("Name")
    phone = text_field("Telephone", inputmode="tel")
    email = EmailAddressField(
        label="E-mail, if they have a mailbox",
        required=False,
        widget=forms.EmailInput(attrs={"class": "desk-input", "autocomplete": "off"}),
    )
    time_zone = ZoneField(label="Their time zone")
    stage = forms.ChoiceField(choices=Stage.choices, error_messages={"required": "Please choose where they stand."})
    held_on = DayField(label="Discovery held on", required=False)
    manner = forms.ChoiceField(
        label="How it was held",
        required=False,
        choices=[("", "None was held"), *StageChange.Manner.choices],
        widget=forms.Select(attrs={"class": "desk-input"}),
    )

    def clean(self) -> dict[str, Any]:
        """A discovery has both a day and a manner."""
        typed = super().clean() or {}
        if typed.get("held_on") and not typed.get("manner"):
            self.add_error("manner", "Please choose how it was held, or leave the day out.")
        if typed.get("manner") and not typed.get("held_on") and "held_on" not in self.errors:
            self.add_error("held_on", "Please give the day on which it was held.")
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
def add_client(request: HttpRequest) -> HttpResponse:
    """Ask who they are and where they stand, and make the record. An address that is known leads to its record."""
    form = NewcomerForm(request.POST if request.method == "POST" else None, initial={"stage": Stage.DISCOVERY})
    if not form.is_valid():
        return _page(request, form)
    try:
        client = adding.add_client(newcomer=_newcomer(request, form), actor=signed_in(request), now=timezone.now())
    except DayRefused as refused:
        form.add_error("held_on", refused.public_message)
        return _page(request, form)
    except DetailsRefused as refused:
        form.add_error(refused.field, refused.public_message)
        return _page(request, form, known=getattr(refused, "client", None))
    messages.success(request, f"{client} has a record now. Nobody was written to.")
    return redirect("admin:client_record", client.public_id)


def _newcomer(request: HttpRequest, form: NewcomerForm) -> adding.Newcomer:
    typed, held = form.cleaned_data, None
    if typed["held_on"]:
        held = HeldElsewhere(typed["held_on"], StageChange.Manner(typed["manner"]), zone_of(request))
    person = {name: typed[name] for name in ("name", "email", "phone", "time_zone")}
    return adding.Newcomer(**person, stage=Stage(typed["stage"]), held=held)


def _page(request: HttpRequest, form: NewcomerForm, **more: Any) -> HttpResponse:
    choices = [(stage.value, stage.label, effect) for stage, effect in EFFECTS.items()]
    status = UNPROCESSABLE if form.errors else 200
    return page(request, "add", "Add a client", status=status, form=form, choices=choices, **more)
