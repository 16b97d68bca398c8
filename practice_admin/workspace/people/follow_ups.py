"""A client's follow-ups: plan one, do it, put it off."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clients.domain import follow_ups as domain
from clients.domain.contact import contact_rule
from clients.models import Client, FollowUp
from practice_admin.workspace.desk import signed_in
from practice_admin.workspace.hours.fields import DayField
from practice_admin.workspace.people.pages import UNPROCESSABLE, client_or_404, page, text_field
from practice_admin.workspace.queries.follow_ups import ended_follow_ups
from practice_admin.workspace.queries.header import waiting_follow_ups

BESIDE: dict[type[domain.FollowUpRefused], str] = {domain.LineRefused: "line", domain.DueRefused: "due_on"}


class FollowUpForm(forms.Form):
    """A line and a day."""

    line = text_field("What there is to do")
    due_on = DayField(label="On which day")


class PutOffForm(forms.Form):
    """Another day."""

    due_on = DayField(label="Put off until")


@require_http_methods(["GET", "HEAD", "POST"])
def follow_ups(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is to be done about this client, and what was; POST plans another. Refused: with what was typed."""
    client, today = client_or_404(public_id), timezone.localdate()
    form = FollowUpForm(request.POST if request.method == "POST" else None, initial={"due_on": today})
    if not form.is_valid():
        return _page(request, client, form)
    actor, now = signed_in(request), timezone.now()
    try:
        domain.plan_follow_up(client=client, today=today, actor=actor, now=now, **form.cleaned_data)
    except domain.FollowUpRefused as refused:
        form.add_error(BESIDE.get(type(refused)), refused.public_message)
        return _page(request, client, form)
    messages.success(request, "Your follow-up is kept. It stands under “Needs you” on its day.")
    return redirect("admin:follow_ups", public_id)


@require_POST
def finish_follow_up(request: HttpRequest, public_id: UUID, follow_up_id: UUID) -> HttpResponse:
    """It is done."""
    follow_up = _follow_up_or_404(public_id, follow_up_id)
    try:
        domain.finish_follow_up(follow_up=follow_up, actor=signed_in(request), now=timezone.now())
    except domain.AlreadyEnded as refused:
        messages.info(request, refused.public_message)
    else:
        messages.success(request, "Done. It is kept in the record.")
    return redirect("admin:follow_ups", public_id)


@require_POST
def put_off_follow_up(request: HttpRequest, public_id: UUID, follow_up_id: UUID) -> HttpResponse:
    """Let it wait until another day. Refused: the page again, with the day as it was typed, and why."""
    follow_up = _follow_up_or_404(public_id, follow_up_id)
    form = PutOffForm(request.POST)
    if form.is_valid():
        try:
            domain.put_off(follow_up=follow_up, due_on=form.cleaned_data["due_on"], today=timezone.localdate())
        except domain.DueRefused as refused:
            form.add_error("due_on", refused.public_message)
        except domain.AlreadyEnded as refused:
            messages.info(request, refused.public_message)
            return redirect("admin:follow_ups", public_id)
        else:
            messages.success(request, "Put off. It stands under “Needs you” again on that day.")
            return redirect("admin:follow_ups", public_id)
    client = client_or_404(public_id)
    return _page(request, client, FollowUpForm(initial={"due_on": timezone.localdate()}), refused={follow_up.pk: form})


def _follow_up_or_404(public_id: UUID, follow_up_id: UUID) -> FollowUp:
    follow_up = domain.find_follow_up(client_or_404(public_id), follow_up_id)
    if follow_up is None:
        raise Http404
    return follow_up


def _page(
    request: HttpRequest, client: Client, form: FollowUpForm, *, refused: dict[int, PutOffForm] | None = None
) -> HttpResponse:
    tomorrow = timezone.localdate() + timedelta(days=1)
    waiting = [
        (one, (refused or {}).get(one.pk) or PutOffForm(initial={"due_on": tomorrow}, auto_id=f"id_{one.pk}_%s"))
        for one in waiting_follow_ups(client)
    ]
    more = {"form": form, "waiting": waiting, "ended": ended_follow_ups(client), "contact_rule": contact_rule(client)}
    status = UNPROCESSABLE if form.errors or refused else 200
    return page(request, "follow_ups", "Follow-ups", status=status, client=client, today=timezone.localdate(), **more)
