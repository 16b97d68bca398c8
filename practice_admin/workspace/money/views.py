"""The pages of the acts on money: on one booking, on a refund that failed, on what was recorded by mistake."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clients.domain.refusals import Refusal
from integrations.errors import VendorError
from practice_admin.domain.holds import MoneyOnItsWay
from practice_admin.domain.money import amount_text
from practice_admin.domain.refunds import put_refund_aside, retry_refund, why_no_retry
from practice_admin.domain.settlements import DayToCome, undo_settlement
from practice_admin.handlers.letters import payment_url
from practice_admin.models import Booking, Refund, Settlement
from practice_admin.workspace.desk import signed_in
from practice_admin.workspace.money.acts import MONEY_ACTS, LeftHasChanged, MoneyAct
from practice_admin.workspace.money.forms import MoneyForm, UndoForm
from practice_admin.workspace.money.pages import CONFLICT, NO_STRIPE, UNAVAILABLE, UNPROCESSABLE, page
from practice_admin.workspace.money.words import plain_code
from practice_admin.workspace.queries.sessions import session_or_404
from practice_admin.workspace.wording import short_date

UNDO_SAYS = "It stays to be read, beside a line of today that takes it back. No mail is sent."
ASIDE_SAYS = "This moves no money. What you gave back by hand you record at the session. No mail is sent."
AT_THE_BANK = (
    "A bank is at this payment already, which cannot be called back. The time is kept until the bank has answered."
)


@require_http_methods(["GET", "HEAD", "POST"])
def act_on_money(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """Say what will happen, and do it by POST. Refused: the page as things stand now, with what was typed, and why."""
    booking, chosen, now = session_or_404(public_id), MONEY_ACTS[act], timezone.now()
    form = chosen.form_for(booking, request.POST if request.method == "POST" else None, timezone.localdate(now))
    if not form.is_valid():
        status = UNPROCESSABLE if form.is_bound else 200
        return _act_page(request, booking, chosen, form, now, problem=_hidden_problem(form), status=status)
    try:
        done = chosen.do(booking, form, signed_in(request), now)
    except MoneyOnItsWay:
        return _again(request, booking, chosen, now, AT_THE_BANK)
    except LeftHasChanged as refused:
        return _again(request, booking, chosen, now, refused.public_message)
    except Refusal as refused:
        return _refused(request, booking, chosen, form, now, refused)
    except VendorError:
        return _act_page(request, booking, chosen, form, now, problem=NO_STRIPE, status=UNAVAILABLE)
    messages.success(request, done)
    return redirect("admin:booking", public_id)


def _refused(
    request: HttpRequest, booking: Booking, act: MoneyAct, form: MoneyForm, now: datetime, refused: Refusal
) -> HttpResponse:
    """Beside its field where the act is possible otherwise; else instead of it."""
    fresh = session_or_404(booking.public_id)
    if "amount" not in form.fields or act.why_not(fresh, now):
        return _again(request, fresh, act, now, refused.public_message)
    form.add_error("paid_on" if isinstance(refused, DayToCome) else "amount", refused.public_message)
    return _act_page(request, fresh, act, form, now, problem="", status=UNPROCESSABLE)


def _again(request: HttpRequest, booking: Booking, act: MoneyAct, now: datetime, problem: str) -> HttpResponse:
    fresh = session_or_404(booking.public_id)
    form = act.form_for(fresh, None, timezone.localdate(now))
    return _act_page(request, fresh, act, form, now, problem=problem, status=CONFLICT)


def _hidden_problem(form: MoneyForm) -> str:
    """What is wrong with a field that nobody sees; it gets a value that can be sent."""
    wrong = [field for field in form.hidden_fields() if field.errors]
    if wrong and isinstance(form.data, QueryDict):
        form.data = form.data.copy()
        for field in wrong:
            form.data[field.html_name] = str(form.get_initial_for_field(field.field, field.name))
    return str(wrong[0].errors[0]) if wrong else ""


def _act_page(
    request: HttpRequest, booking: Booking, act: MoneyAct, form: MoneyForm, now: datetime, *, problem: str, status: int
) -> HttpResponse:
    why_not = act.why_not(booking, now)
    context: dict[str, Any] = {
        "booking": booking,
        "form": form,
        "button": act.button,
        "problem": problem,
        "why_not": "" if problem == why_not else why_not,
        "is_possible": not why_not,
        "consequences": [] if why_not else act.says(booking),
        "link": "" if why_not or act is not MONEY_ACTS["pay-link"] else payment_url(booking),
    }
    return page(request, "act", act.title, status=status, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def retry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Try a refund again that failed: as a new one, once."""
    known = Refund.objects.select_related("payment__booking", "retried_as").defer("payment__booking__reason")
    refund, now = get_object_or_404(known, public_id=public_id), timezone.now()
    booking = session_or_404(refund.payment.booking.public_id)
    amount = amount_text(refund.amount_minor, refund.payment.currency)
    problem = ""
    if request.method == "POST":
        try:
            retry_refund(public_id=public_id, asked_by=signed_in(request), now=now)
        except Refusal as refused:
            problem = refused.public_message
        else:
            messages.success(request, f"{amount} goes back: it is tried again in a moment.")
            return redirect("admin:booking", booking.public_id)
    reason = f" Stripe said: {plain_code(refund.failure_reason)}." if refund.failure_reason else ""
    says = [f"{amount} did not go back.{reason}", "Stripe is asked again, the same way it was paid. No mail is sent."]
    context = _of_refund(refund, booking, "Try again", problem, says)
    context["aside"] = reverse("admin:put_refund_aside", args=[public_id])
    return page(request, "act", "Pay it back again", status=CONFLICT if problem else 200, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def put_aside(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a refund that failed off what needs her: it was settled otherwise."""
    known = Refund.objects.select_related("payment__booking", "retried_as").defer("payment__booking__reason")
    refund = get_object_or_404(known, public_id=public_id)
    booking, problem = session_or_404(refund.payment.booking.public_id), ""
    if request.method == "POST":
        try:
            put_refund_aside(public_id=public_id, now=timezone.now())
        except Refusal as refused:
            problem = refused.public_message
        else:
            messages.success(request, "It is put aside, and not tried again.")
            return redirect("admin:booking", booking.public_id)
    amount = amount_text(refund.amount_minor, refund.payment.currency)
    says = [f"{amount} that did not go back is not tried again, and needs you no longer.", ASIDE_SAYS]
    context = _of_refund(refund, booking, "Put it aside", problem, says)
    return page(request, "act", "Put it aside", status=CONFLICT if problem else 200, **context)


def _of_refund(refund: Refund, booking: Booking, button: str, problem: str, says: list[str]) -> dict[str, Any]:
    why_not = why_no_retry(refund)
    return {
        "booking": booking,
        "button": button,
        "problem": problem,
        "why_not": "" if problem else why_not,
        "is_possible": not why_not,
        "consequences": says,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back what was recorded by mistake, by a row that says the opposite; what was said stays to be read."""
    known = Settlement.objects.select_related("booking", "undone_by", "recorded_by").defer("booking__reason")
    settlement, now = get_object_or_404(known, public_id=public_id), timezone.now()
    booking, problem = session_or_404(settlement.booking.public_id), ""
    form = UndoForm(request.POST if request.method == "POST" else None)
    amount = amount_text(abs(settlement.amount_minor), settlement.currency)
    told = f"{amount}, {settlement.get_manner_display().lower()}"
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            undo_settlement(settlement_id=public_id, recorded_by=signed_in(request), now=now, note=note)
        except Refusal as refused:
            problem = refused.public_message
        else:
            messages.success(request, f"Undone: {told}.")
            return redirect("admin:booking", booking.public_id)
    is_over = settlement.undoes_id is not None or settlement.is_undone
    context = {
        "booking": booking,
        "form": form,
        "button": "Undo it",
        "problem": problem,
        "why_not": "This has been undone already." if is_over and not problem else "",
        "is_possible": not is_over,
        "consequences": [f"{told}: of {_day(settlement)}, recorded by {settlement.recorded_by}.", UNDO_SAYS],
    }
    return page(request, "act", "Undo what was recorded", status=CONFLICT if problem else 200, **context)


def _day(settlement: Settlement) -> str:
    return short_date(settlement.paid_on, timezone.localdate())
