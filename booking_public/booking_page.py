"""One booking by its link: see it, move it, cancel it, take it into a calendar, join it."""

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from booking_public.booking_acts import ACTS, back_to
from booking_public.booking_screens import ask_to_cancel, choose_another_time, show_booking
from booking_public.booking_view import BookingView
from booking_public.checkout import ask_stripe
from booking_public.kept_money import ask_to_give_back, choose_time_with_it
from booking_public.limits import BOOKING, limited
from booking_public.visit import Visit, ensure_not_anothers, open_visit
from practice_admin.domain import calendar_files
from practice_admin.models import Booking, Payment

WAITING = {"checking", "awaited"}
QUESTIONS = {
    "cancel": ask_to_cancel,
    "move": choose_another_time,
    "place": choose_time_with_it,
    "back": ask_to_give_back,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(BOOKING, methods=("POST",))
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """The booking's page. Not paid yet, or back from Stripe, it asks how that stands; a POST does its `action`."""
    visit = open_visit(request, token)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("action", ""))
        return act(request, visit) if act else back_to(visit)
    _ensure_ones_own(request, visit)
    if request.method == "GET" and _may_be_paid(request, visit):
        visit = ask_stripe(request, visit)
    page = QUESTIONS.get(request.GET.get("ask", ""))
    return page(request, visit) if page else _standing(request, visit)


@never_cache
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The booking as an .ics file (RFC 5545)."""
    visit = open_visit(request, token)
    body = calendar_files.of_booking(visit.booking, visit.practice, page_url=f"{settings.SITE_URL}{visit.path}")
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response


@never_cache
@require_safe
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Forward to the video call once its link exists; until then a page to look again from."""
    visit = open_visit(request, token)
    found = visit.booking
    is_on = found.status == Booking.Status.CONFIRMED and not found.awaits_new_time
    if is_on and found.meet_url:
        return redirect(found.meet_url)
    if not is_on or not found.session_type.is_virtual:
        raise Http404
    return render(request, "public/join_waiting.html", {"back_url": visit.page()})


def _standing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """How it stands; a page that waited for just this, and has something new to show, is loaded as a whole."""
    looks_by_itself = "look" in request.GET and "HX-Request" in request.headers
    if looks_by_itself and BookingView(visit, request.GET.dict()).part not in WAITING:
        return HttpResponseClientRefresh()
    return show_booking(request, visit)


def _ensure_ones_own(request: HttpRequest, visit: Visit) -> None:
    """Raise Http404 for the way back from a payment that is not this booking's, or is another client's."""
    session_id = request.GET.get("session")
    if session_id is None:
        return
    ensure_not_anothers(request, visit)
    ours = Payment.objects.filter(checkout_session_id=session_id.replace("\0", ""))
    if not ours.filter(Q(booking=visit.booking) | Q(came_for=visit.booking)).exists():
        raise Http404


def _may_be_paid(request: HttpRequest, visit: Visit) -> bool:
    """Whether Stripe is to be asked: they come back from it, or what they see would be that it is not paid."""
    is_back = "paid" in request.GET or "settled" in request.GET
    return is_back or visit.booking.status == Booking.Status.PENDING_PAYMENT
