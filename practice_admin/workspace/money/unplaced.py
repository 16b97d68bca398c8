"""Money that has no booking to count for: placed on another one of its client's, or given back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clients.domain.refusals import Refusal
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.money import amount_text
from practice_admin.domain.refunds import left_of
from practice_admin.domain.unplaced import give_money_back, place_payment
from practice_admin.models import Booking, Payment, Refund
from practice_admin.workspace.desk import signed_in
from practice_admin.workspace.money.pages import CONFLICT, NO_STRIPE, UNAVAILABLE, UNPROCESSABLE, page
from practice_admin.workspace.queries.money import open_for

CHOOSE = "Please choose the session that it is for."


class PlaceForm(forms.Form):
    """Which booking the money is for."""

    booking = forms.UUIDField(error_messages={"required": CHOOSE, "invalid": CHOOSE})

    def clean_booking(self) -> UUID:
        """One that there is; whose it is, and what is owed for it, is judged by the domain."""
        chosen: UUID = self.cleaned_data["booking"]
        if not Booking.objects.filter(public_id=chosen).exists():
            raise forms.ValidationError(CHOOSE)
        return chosen


@require_safe
def unplaced_money(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What it is, what it came for, and what can be done with it."""
    return _page(request, _payment_or_404(public_id), PlaceForm())


@require_POST
def place_money(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let it count for the booking that was chosen. Refused: the page again, with why."""
    payment, form, now = _payment_or_404(public_id), PlaceForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, payment, form, status=UNPROCESSABLE)
    chosen: UUID = form.cleaned_data["booking"]
    try:
        place_payment(payment_id=public_id, booking_id=chosen, gateway=payments.gateway(), now=now)
    except Refusal as refused:
        form.add_error("booking", refused.public_message)
        return _page(request, _payment_or_404(public_id), form, status=CONFLICT)
    except VendorError:
        return _page(request, payment, form, problem=NO_STRIPE, status=UNAVAILABLE)
    messages.success(request, f"{_told(payment)} counts for this session now.")
    return redirect("admin:booking", chosen)


@require_POST
def return_money(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give back all that is left of it, once."""
    payment, now = _payment_or_404(public_id), timezone.now()
    try:
        refund = give_money_back(
            payment_id=public_id, origin=Refund.Origin.THERAPIST, asked_by=signed_in(request), now=now
        )
    except Refusal as refused:
        problem = refused.public_message
        return _page(request, _payment_or_404(public_id), PlaceForm(), problem=problem, status=CONFLICT)
    told = amount_text(refund.amount_minor, payment.currency)
    messages.success(request, f"{told} goes back to {payment.client}, the way it was paid. It can take some days.")
    return redirect("admin:booking", payment.booking.public_id)


def _payment_or_404(public_id: UUID) -> Payment:
    """Money that came; what was never paid has no such page."""
    related = Payment.objects.filter(state__in=Payment.CAME).select_related("client__user", "booking__session_type")
    known = related.defer("booking__reason").prefetch_related("refunds", "disputes")
    return get_object_or_404(known, public_id=public_id)


def _told(payment: Payment) -> str:
    return amount_text(payment.amount_minor, payment.currency)


def _page(
    request: HttpRequest, payment: Payment, form: PlaceForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    left = left_of(payment) if payment.state == Payment.State.UNPLACED else 0
    is_whole = left == payment.amount_minor
    context: dict[str, Any] = {
        "payment": payment,
        "left": left,
        "form": form,
        "problem": problem or ("" if left else " ".join(str(word) for word in form.errors.get("booking", ()))),
        "is_whole": is_whole,
        "is_gone": payment.booking.status in {Booking.Status.EXPIRED, Booking.Status.CANCELLED},
        "choices": _choices(payment) if is_whole else [],
    }
    return page(request, "unplaced", f"{_told(payment)} from {payment.client}", status=status, **context)


def _choices(payment: Payment) -> list[tuple[Booking, str]]:
    """The bookings that it can be placed on, each with what comes of that."""
    return [(booking, _brings(booking, payment)) for booking in open_for(payment)]


def _brings(booking: Booking, payment: Payment) -> str:
    if booking.status == Booking.Status.PENDING_PAYMENT:
        return "It is held for just this price: the money confirms it."
    owed = int(getattr(booking, "owed_minor", 0))
    rest = owed - payment.amount_minor
    told = f"{amount_text(owed, booking.currency)} is owed for it"
    return f"{told}; {amount_text(rest, booking.currency)} stays owed." if rest else f"{told}: it is paid then."
