"""One booking by its link: see it, move it, cancel it, take it into a calendar, join it."""

import contextlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking_public.booking_acts import ACTS, back_to
from booking_public.booking_screens import ask_to_cancel, choose_another_time, show_booking
from booking_public.booking_view import Visit
from booking_public.limits import BOOKING, limited
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain import calendar_files
from practice_admin.domain.booking_links import find_booking
from practice_admin.domain.payments import ask_about_payment
from practice_admin.models import Booking, Practice

QUESTIONS = {"cancel": ask_to_cancel, "move": choose_another_time}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(BOOKING, methods=("POST",))
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """The booking's page. Back from Stripe it asks how the payment stands; a POST does what its `action` names."""
    visit = _open(request, token)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("action", ""))
        return act(request, visit) if act else back_to(visit)
    if "paid" in request.GET and visit.booking.status == Booking.Status.PENDING_PAYMENT:
        visit = _ask_stripe(visit)
    page = QUESTIONS.get(request.GET.get("ask", ""), show_booking)
    return page(request, visit)


@never_cache
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The booking as an .ics file (RFC 5545)."""
    visit = _open(request, token)
    body = calendar_files.of_booking(visit.booking, visit.practice, page_url=f"{settings.SITE_URL}{visit.path}")
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response


@never_cache
@require_safe
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Forward to the video call once its link exists; until then a page to look again from."""
    visit = _open(request, token)
    found = visit.booking
    is_on = found.status == Booking.Status.CONFIRMED and not found.awaits_new_time
    if is_on and found.meet_url:
        return redirect(found.meet_url)
    if not is_on or not found.session_type.is_virtual:
        raise Http404
    return render(request, "public/join_waiting.html", {"back_url": visit.page()})


def _open(request: HttpRequest, token: str) -> Visit:
    """The booking that the token opens, and who came with it. Raises Http404."""
    now = timezone.now()
    found = find_booking(token, now=now)
    if found is None:
        raise Http404
    return Visit(
        booking=found,
        practice=Practice.objects.get(pk=1),
        token=token,
        own=request.GET.get("own", ""),
        is_signed_in=request.user.is_authenticated,
        now=now,
    )


def _ask_stripe(visit: Visit) -> Visit:
    """The booking after asking Stripe how its payment stands; as it was where Stripe does not answer."""
    with contextlib.suppress(VendorError):
        ask_about_payment(booking=visit.booking, gateway=payments.gateway(), now=visit.now)
    return visit.again()
