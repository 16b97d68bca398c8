"""*Not a real enquiry*: put an address aside, and the quiet list of those that were (R9)."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.domain.refusals import Refusal
from clients.models import Client
from practice_admin.domain import enquiries
from practice_admin.models import Booking
from practice_admin.workspace.letters import letter
from practice_admin.workspace.queries.enquiries import other_calls, quiet_clients

CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
def dismiss_enquiry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what putting this address aside does, once, and do it."""
    known = Booking.objects.select_related("client__user", "session_type")
    booking = get_object_or_404(known, public_id=public_id)
    if request.method != "POST":
        return _dismiss_page(request, booking, why_not=enquiries.why_real(booking))
    try:
        calls = enquiries.dismiss_enquiry(public_id=public_id, now=timezone.now())
    except Refusal as refused:
        return _dismiss_page(request, booking, why_not=refused.public_message, status=CONFLICT)
    cancelled = "The call is cancelled." if len(calls) == 1 else f"{len(calls)} calls are cancelled."
    messages.success(request, f"{cancelled} What {booking.client.user.email} books from now on is told only here.")
    return redirect("admin:quiet_enquiries")


@require_safe
def quiet_enquiries(request: HttpRequest) -> HttpResponse:
    """The quiet list: the addresses that were put aside, and their calls."""
    context = _context(request, "The quiet list", clients=quiet_clients())
    return TemplateResponse(request, "workspace/enquiries_quiet.html", context)


@require_POST
def hear_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let an address be heard as any other."""
    client = get_object_or_404(Client.objects.select_related("user"), public_id=public_id)
    calls = enquiries.hear_again(client=client, now=timezone.now())
    shown = " What is booked stands under “New since you last looked”." if calls else ""
    messages.success(request, f"You hear from {client.user.email} again.{shown}")
    return redirect("admin:quiet_enquiries")


def _dismiss_page(request: HttpRequest, booking: Booking, *, why_not: str, status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = _context(
        request,
        "Not a real enquiry",
        booking=booking,
        why_not=why_not,
        is_refused=status == CONFLICT,
        is_over=booking.starts_at <= now,
        others=0 if why_not else other_calls(booking).count(),
        letter=letter("booking_cancelled"),
    )
    return TemplateResponse(request, "workspace/enquiries_dismiss.html", context, status=status)


def _context(request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, **more}
