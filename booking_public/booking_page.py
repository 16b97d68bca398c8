"""One booking by its link: see it, cancel it, take it into a calendar, join it, ask for a way into the portal."""

import contextlib
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking_public.checkout import to_payment
from booking_public.limits import BOOKING, limited
from clients.domain.sign_in import TooManyLinks, request_link
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain import calendar_files, wording
from practice_admin.domain.booking_links import find_booking, is_owner_tag
from practice_admin.domain.bookings import HOLD_MARGIN, keep_booking
from practice_admin.domain.cancelling import NotCancellable, cancel_by_link, why_not_cancellable
from practice_admin.domain.money import amount_text, price_text
from practice_admin.domain.payments import ask_about_payment, give_up_hold
from practice_admin.models import Booking, Payment, Practice

SET_FREE = "The time is set free for someone else. It costs you nothing."
STRIPE_SILENT = "The payment page does not answer just now, so nothing was changed. Please try again in a minute."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(BOOKING, methods=("POST",))
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """The booking's page. Back from Stripe it asks how the payment stands; a POST does one of four things."""
    found = _find(token)
    if request.method == "POST":
        return _act(request, found, token)
    if "paid" in request.GET and found.status == Booking.Status.PENDING_PAYMENT:
        found = _asked_at_stripe(found)
    if request.GET.get("ask") == "cancel":
        view = _view(request, found, token)
        if view["can_cancel"]:
            context = {"booking_view": view, "back_url": _address(request, token), "consequence": SET_FREE}
            return render(request, "public/confirm_cancel.html", context)
    return _page(request, found, token)


@never_cache
@require_safe
def calendar_file(_request: HttpRequest, token: str) -> HttpResponse:
    """The booking as an .ics file (RFC 5545)."""
    found = _find(token)
    body = calendar_files.of_booking(found, Practice.objects.get(pk=1), page_url=_public_url(token))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response


@never_cache
@require_safe
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Forward to the video call once its link exists; until then a page to look again from."""
    found = _find(token)
    if found.status == Booking.Status.CONFIRMED and found.meet_url:
        return redirect(found.meet_url)
    if found.status != Booking.Status.CONFIRMED or not found.session_type.is_virtual:
        raise Http404
    return render(request, "public/join_waiting.html", {"back_url": _address(request, token)})


def _act(request: HttpRequest, found: Booking, token: str) -> HttpResponse:
    action = request.POST.get("action")
    if action == "resume_payment":
        return to_payment(found)
    if action == "sign_in_link":
        # Beyond the mailbox's limit the page says the same: the newest link is in the mail already.
        with contextlib.suppress(TooManyLinks):
            request_link(email=found.client.user.email, next_path=reverse("portal:home"), now=timezone.now())
        return _page(request, found, token, sign_in_sent=True)
    if action == "keep" and _is_owner(request, found):
        keep_booking(public_id=found.public_id)
    elif action == "cancel":
        return _cancel(request, found, token)
    return HttpResponseRedirect(_address(request, token), status=303)


def _cancel(request: HttpRequest, found: Booking, token: str) -> HttpResponse:
    """Cancel a booking, or let an unpaid hold go."""
    now = timezone.now()
    try:
        if found.status == Booking.Status.PENDING_PAYMENT:
            give_up_hold(public_id=found.public_id, gateway=payments.gateway(), now=now)
        else:
            cancel_by_link(public_id=found.public_id, is_owner=_is_owner(request, found), now=now)
    except NotCancellable as error:
        return _page(request, found, token, error=error.public_message, status=409)
    except VendorError:
        return _page(request, found, token, error=STRIPE_SILENT, status=503)
    return HttpResponseRedirect(_address(request, token), status=303)


def _page(
    request: HttpRequest, found: Booking, token: str, *, status: int = 200, sign_in_sent: bool = False, error: str = ""
) -> HttpResponse:
    is_pending = found.status == Booking.Status.PENDING_PAYMENT
    context = {
        "booking_view": _view(request, found, token),
        "sign_in_sent": sign_in_sent,
        "error": error,
        "unreachable": is_pending and "unreachable" in request.GET,
        "waiting_for_payment": is_pending and "paid" in request.GET,
    }
    return render(request, "public/booking.html", context, status=status)


def _view(request: HttpRequest, found: Booking, token: str) -> dict[str, Any]:
    """The booking as its template takes it.

    Nothing in here may depend on whether the address was known before (R9): only the owner's tag, which came by mail
    to that address, shows the question and opens the late way out.
    """
    practice, now = Practice.objects.get(pk=1), timezone.now()
    zone = wording.zone_or(found.time_zone, practice.time_zone)
    is_owner = _is_owner(request, found)
    is_pending, is_confirmed = (found.status == status for status in Booking.LIVE)
    can_cancel = is_pending or not why_not_cancellable(found, practice, is_owner=is_owner, now=now)
    payment = {each.state: each for each in found.payments.all()}
    paid = payment.get(Payment.State.PAID)
    return {
        "state": found.status,
        "type_name": found.session_type.name,
        "when_text": wording.when_text(found.starts_at, found.ends_at, zone),
        "zone_text": wording.zone_text(zone, found.starts_at),
        "place_text": wording.place_text(found.session_type),
        "price_text": price_text(found.price_minor, found.currency),
        "paid_text": amount_text(paid.amount_minor, paid.currency) if paid else "",
        "practice_name": practice.name,
        "ics_url": reverse("booking_public:calendar_file", args=[token]),
        "join_url": reverse("booking_public:join", args=[token])
        if is_confirmed and found.session_type.is_virtual
        else "",
        "can_cancel": can_cancel,
        "cancel_url": _asking_to_cancel(request, token) if can_cancel else "",
        "cancel_text": found.policy_text if found.is_live else "",
        "held_until_text": _held_until(found, zone),
        "is_unplaced": Payment.State.UNPLACED in payment,
        "can_keep": is_owner and found.awaits_owner,
        "sign_in_email_hint": "" if request.user.is_authenticated else found.client.user.email,
        "is_new": "new" in request.GET or "paid" in request.GET,
    }


def _held_until(found: Booking, zone: ZoneInfo) -> str:
    """Until when an unpaid time can be paid for; the hold outlives Stripe's page by a margin."""
    if found.hold_expires_at is None:
        return ""
    return wording.short_text(found.hold_expires_at - HOLD_MARGIN, zone)


def _asked_at_stripe(found: Booking) -> Booking:
    """The booking after asking Stripe how its payment stands; as it was where Stripe does not answer."""
    with contextlib.suppress(VendorError):
        ask_about_payment(booking=found, gateway=payments.gateway(), now=timezone.now())
    return Booking.objects.select_related("session_type", "client__user").get(pk=found.pk)


def _find(token: str) -> Booking:
    found = find_booking(token, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _is_owner(request: HttpRequest, found: Booking) -> bool:
    return is_owner_tag(found, request.GET.get("own", ""))


def _address(request: HttpRequest, token: str) -> str:
    """This booking's address, with the owner's tag where it was given."""
    address = reverse("booking_public:booking", args=[token])
    own = request.GET.get("own", "")
    return f"{address}?own={own}" if own.isalnum() else address


def _asking_to_cancel(request: HttpRequest, token: str) -> str:
    address = _address(request, token)
    return f"{address}{'&' if '?' in address else '?'}ask=cancel"


def _public_url(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('booking_public:booking', args=[token])}"
