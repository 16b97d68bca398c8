"""The page that closes the work with a client: what becomes of sessions, feed and messages, chosen and done at once."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain.stages import StageRefused, WordsRefused
from clients.models import Client, Stage
from integrations import payments
from integrations.errors import VendorError
from practice_admin.models import Booking
from practice_admin.workflows import closing_care
from practice_admin.workspace.desk import signed_in
from practice_admin.workspace.people.closing_plan import Plan, plan_for, read_fates
from practice_admin.workspace.people.pages import (
    CONFLICT,
    UNAVAILABLE,
    UNPROCESSABLE,
    client_or_404,
    page,
    text_field,
)
from practice_admin.workspace.queries.illness import still_held

UNREADABLE = "Please choose for every session what becomes of it."
NO_STRIPE = (
    "Stripe did not answer, so a time that is just being paid for could not be let go. Nothing is closed, nothing is "
    "cancelled. Please try again in a moment."
)
FEEDS = [("keep", "They can go on reading it"), ("take", "Take it away")]


class CloseForm(forms.Form):
    """The feed, the stage that the page knew, and perhaps why."""

    known = forms.ChoiceField(choices=Stage.choices)
    feed = forms.ChoiceField(choices=FEEDS, error_messages={"required": "Please choose what becomes of the feed."})
    words = text_field("Why, if you want to keep it (only you read it)", rows=3)


@require_http_methods(["GET", "HEAD", "POST"])
def close_client(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show every session ahead, the feed, the messages, and do it all in one act.

    Refused: the page again as things stand now, with the choices kept.
    """
    client, now = client_or_404(public_id), timezone.now()
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"feed": "keep"})
    fates = read_fates(request.POST)
    plan = plan_for(client, now=now, fates=fates or {}, known=fates if form.is_bound else None)
    if not form.is_valid():
        return _page(request, plan, form, status=UNPROCESSABLE if form.is_bound else 200)
    if fates is None:
        return _page(request, plan, form, problem=UNREADABLE, status=UNPROCESSABLE)
    typed = form.cleaned_data
    try:
        cancelled = closing_care.close_client(
            client=client,
            fates=fates,
            takes_feed=typed["feed"] == "take",
            actor=signed_in(request),
            gateway=payments.gateway(),
            now=now,
            known=Stage(typed["known"]),
            words=typed["words"],
        )
    except WordsRefused as refused:
        form.add_error("words", refused.public_message)
        return _page(request, plan, form, status=UNPROCESSABLE)
    except StageRefused as refused:
        plan = plan_for(client_or_404(public_id), now=now, fates=fates, known=fates)
        return _page(request, plan, form, problem=refused.public_message, status=CONFLICT)
    except VendorError:
        return _page(request, plan, form, problem=NO_STRIPE, status=UNAVAILABLE)
    _tell(request, client, plan, cancelled)
    return redirect("admin:client_record", public_id)


def _tell(request: HttpRequest, client: Client, plan: Plan, cancelled: list[Booking]) -> None:
    count = len(cancelled)
    gone = f" {count} session{'' if count == 1 else 's'} cancelled." if count else ""
    messages.success(request, f"The work with {client} is closed.{gone}")
    for session in still_held(plan.held):
        messages.warning(request, f"{session.session_type} has just been paid for: that could not be stopped.")


def _page(request: HttpRequest, plan: Plan, form: CloseForm, *, problem: str = "", status: int = 200) -> HttpResponse:
    more = {"plan": plan, "form": form, "problem": problem, "feeds": FEEDS}
    return page(request, "close", "Close the work", status=status, client=plan.client, **more)
