"""A client's waivers: sign one, see them, end one (R2)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clients.domain.refusals import Refusal
from clients.models import Client, Stage
from practice_admin.domain import waivers
from practice_admin.domain.money import price_text
from practice_admin.models import SessionType, Waiver
from practice_admin.workspace.desk import signed_in
from practice_admin.workspace.queries.record import find_client
from practice_admin.workspace.queries.waivers import types_by_stage, waivers_of

UNPROCESSABLE = 422


@dataclass(frozen=True)
class Choice:
    """A later stage, what a waiver of it opens, and why it cannot be waived now, where it cannot."""

    value: str
    label: str
    effect: str
    why_not: str


class WaiverForm(forms.Form):
    """Which stage, and why."""

    stage = forms.ChoiceField(
        choices=[(stage.value, stage.label) for stage in (Stage.INTAKE, Stage.ONGOING)],
        error_messages={"required": "Please choose what to open."},
    )
    reason = forms.CharField(
        label="Why",
        required=False,  # an empty one is refused by the domain
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "desk-input"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def client_waivers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The client's waivers, in force and ended; POST signs another. Refused: the page again, with what was typed."""
    client = find_client(public_id)
    if client is None:
        raise Http404
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, client, form)
    stage = Stage(form.cleaned_data["stage"])
    actor, reason = signed_in(request), form.cleaned_data["reason"]
    try:
        waivers.sign_waiver(client=client, stage=stage, reason=reason, actor=actor, now=timezone.now())
    except waivers.ReasonRefused as refused:
        form.add_error("reason", refused.public_message)
    except Refusal as refused:
        form.add_error("stage", refused.public_message)
    else:
        messages.success(request, f"The waiver is signed: {stage.label.lower()} is open to {client}.")
        return redirect("admin:waivers", public_id)
    return _page(request, client, form)


@require_POST
def end_waiver(request: HttpRequest, public_id: UUID, waiver_id: int) -> HttpResponse:
    """End one of this client's waivers."""
    waiver = get_object_or_404(Waiver, pk=waiver_id, client__public_id=public_id)
    if waivers.end_waiver(waiver_id=waiver.pk, now=timezone.now()):
        messages.success(request, "The waiver has ended. Nothing more can be booked by it; what was booked stays.")
    else:
        messages.info(request, "It had ended already.")
    return redirect("admin:waivers", public_id)


def _page(request: HttpRequest, client: Client, form: WaiverForm) -> HttpResponse:
    signed = waivers_of(client)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Waivers",
        "client": client,
        "form": form,
        "choices": (choices := _choices(client)),
        "can_sign": form.is_bound or not all(choice.why_not for choice in choices),
        "in_force": [waiver for waiver in signed if waiver.ended_at is None],
        "ended": [waiver for waiver in signed if waiver.ended_at is not None],
    }
    return TemplateResponse(request, "workspace/waivers.html", context, status=UNPROCESSABLE if form.errors else 200)


def _choices(client: Client) -> list[Choice]:
    types = types_by_stage()
    return [
        Choice(stage.value, str(stage.label), _opens(types[stage]), waivers.why_not_waivable(client, stage))
        for stage in (Stage.INTAKE, Stage.ONGOING)
    ]


def _opens(types: list[SessionType]) -> str:
    told = [f"{each} ({price_text(each.price_minor, each.currency)})" for each in types]
    return f"Opens: {', '.join(told)}." if told else "No session type opens at this stage."
