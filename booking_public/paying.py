"""Paying for a booking by its link: our own page, which opens Stripe's; and the way back without having paid."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking_public.booking_screens import show_booking
from booking_public.booking_view import BookingView
from booking_public.checkout import STRIPE_SILENT, ask_stripe, payment_page
from booking_public.limits import BOOKING, limited
from booking_public.visit import Visit, ensure_not_anothers, open_visit
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain.holds import MoneyOnItsWay, give_up_hold
from practice_admin.domain.payments import NotByCard, NothingToPay
from practice_admin.models import Booking

NOT_LET_GO = (
    "The payment page does not answer just now, so nothing was changed: the time is still kept for you. "
    "Please try again in a minute."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(BOOKING, methods=("POST",))
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """What is to be paid, and what for; the button (POST) opens Stripe's page. Looking at it opens nothing."""
    visit = open_visit(request, token)
    if visit.booking.status == Booking.Status.PENDING_PAYMENT and request.method != "HEAD":
        visit = ask_stripe(request, visit)  # it may be paid already, or too late
    return to_payment(request, visit) if request.method == "POST" else _page(request, visit)


@never_cache
@require_safe
def stopped(request: HttpRequest, token: str) -> HttpResponse:
    """Back from Stripe's page without having paid: that page is ended there, and a held time is free at once.

    A GET, since that is all that Stripe's link can do. No mail has this address, so nothing but that link leads here;
    and once it was done, doing it again changes nothing.
    """
    visit = open_visit(request, token)
    ensure_not_anothers(request, visit)
    if request.method == "GET":
        try:
            give_up_hold(public_id=visit.booking.public_id, gateway=payments.gateway(), now=visit.now)
        except MoneyOnItsWay:  # which the booking's page tells
            return HttpResponseRedirect(visit.page(), status=303)
        except VendorError:
            return show_booking(request, visit.again(), error=NOT_LET_GO, status=503)
    return HttpResponseRedirect(visit.page(stopped="1"), status=303)


def to_payment(request: HttpRequest, visit: Visit) -> HttpResponse:
    """303 to Stripe; where it does not answer, 503 with the way to try again; 409 where there is nothing to pay."""
    try:
        return HttpResponseRedirect(payment_page(request, visit), status=303)
    except VendorError:
        return _page(request, visit.again(), error=STRIPE_SILENT, status=503)
    except (NothingToPay, MoneyOnItsWay, NotByCard) as refusal:
        return _page(request, visit.again(), error=refusal.public_message, status=409)


def _page(request: HttpRequest, visit: Visit, *, error: str = "", status: int = 200) -> HttpResponse:
    view = BookingView(visit)
    # Where there is nothing to pay, the page says why in words that fit the booking better than the refusal's.
    context = {"practice": visit.practice, "view": view, "error": "" if view.money.why_not_paid else error}
    return render(request, "public/booking/pay.html", context, status=status)
