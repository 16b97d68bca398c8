"""A client's stage by her hand: move it, take it up again, record a discovery that was held elsewhere (R1, R2)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain.stages import DayRefused, HeldElsewhere, StageRefused, WordsRefused
from clients.models import Client, Stage, StageChange
from practice_admin.domain import stages
from practice_admin.workspace.desk import signed_in, zone_of
from practice_admin.workspace.hours.fields import DayField
from practice_admin.workspace.people.pages import CONFLICT, UNPROCESSABLE, client_or_404, page, text_field
from practice_admin.workspace.people.stage_choices import stage_choices
from practice_admin.workspace.queries.header import stage_history

BESIDE: dict[type[StageRefused], str] = {WordsRefused: "words", DayRefused: "held_on"}


class StageForm(forms.Form):
    """Which stage, which one the page knew, and perhaps why."""

    known = forms.ChoiceField(choices=Stage.choices)
    to = forms.ChoiceField(choices=Stage.choices, error_messages={"required": "Please choose a stage."})
    words = text_field("Why, if you want to keep it (only you read it)", rows=3)


class DiscoveryForm(forms.Form):
    """On which day it was held, and how."""

    held_on = DayField(label="On which day")
    manner = forms.ChoiceField(
        label="How",
        choices=[("", "Please choose"), *StageChange.Manner.choices],
        error_messages={"required": "Please choose how it was held."},
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    words = text_field("A word on it, if you want to keep one (only you read it)", rows=3)


@require_http_methods(["GET", "HEAD", "POST"])
def client_stage(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the client stands, what they can be moved to and what that opens, and how they came there.

    `?to=` chooses a stage beforehand. Refused: the page again as things stand now, with what was typed.
    """
    client = client_or_404(public_id)
    form = StageForm(request.POST if request.method == "POST" else None, initial={"to": request.GET.get("to", "")})
    if not form.is_valid():
        return _stage_page(request, client, form, UNPROCESSABLE if form.is_bound else 200)
    known, to = Stage(form.cleaned_data["known"]), Stage(form.cleaned_data["to"])
    asked: dict[str, Any] = {"client": client, "to": to, "actor": signed_in(request), "now": timezone.now()}
    asked["words"] = form.cleaned_data["words"]
    try:
        if known == Stage.CLOSED:
            stages.reopen_client(**asked)
        else:
            stages.move_stage(**asked, known=known)
    except StageRefused as refused:
        form.add_error(BESIDE.get(type(refused), "to"), refused.public_message)
        return _stage_page(request, client_or_404(public_id), form, CONFLICT)
    messages.success(request, f"{client} is in “{to.label.lower()}” now.")
    return redirect("admin:client_record", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def discovery_elsewhere(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record a discovery that was held elsewhere: it opens the gate and the intake (R1)."""
    client = client_or_404(public_id)
    form = DiscoveryForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _discovery_page(request, client, form, UNPROCESSABLE if form.is_bound else 200)
    typed = form.cleaned_data
    held = HeldElsewhere(typed["held_on"], StageChange.Manner(typed["manner"]), zone_of(request))
    actor = signed_in(request)
    try:
        stages.record_discovery(client=client, held=held, actor=actor, now=timezone.now(), words=typed["words"])
    except StageRefused as refused:
        form.add_error(BESIDE.get(type(refused)), refused.public_message)
        return _discovery_page(request, client, form, CONFLICT)
    messages.success(request, f"The gate is open: {client} is in intake now.")
    return redirect("admin:client_record", public_id)


def _stage_page(request: HttpRequest, client: Client, form: StageForm, status: int) -> HttpResponse:
    choices = stage_choices(client)
    more = {"choices": choices, "can_move": not all(one.why_not for one in choices), "history": stage_history(client)}
    title = "Take up the work again" if client.stage == Stage.CLOSED else "Stage"
    return page(request, "stage", title, status=status, client=client, form=form, **more)


def _discovery_page(request: HttpRequest, client: Client, form: DiscoveryForm, status: int) -> HttpResponse:
    return page(request, "discovery", "A discovery held elsewhere", status=status, client=client, form=form)
