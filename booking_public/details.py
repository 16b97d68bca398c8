"""The second screen: who it is for; and the booking itself."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking_public import presenters
from booking_public.checkout import to_payment
from booking_public.forms import DetailsForm, VisitorForm, read_start
from booking_public.limits import BOOKING, limited
from booking_public.session_types import find_type, locked_page
from booking_public.visitors import signed_in_client
from clients.domain.people import Visitor
from clients.models import Client
from practice_admin.domain import wording
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.bookings import book_as_guest, book_session
from practice_admin.domain.diary import GateClosed, SlotNotOffered, SlotTaken, ensure_open_to
from practice_admin.domain.queries import diary
from practice_admin.domain.queries.appointments import live_booking
from practice_admin.domain.queries.offers import offer
from practice_admin.models import Booking, Practice, SessionType


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(BOOKING, methods=("POST",))
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """The second screen: who it is for; a POST books."""
    session_type, client = find_type(slug), signed_in_client(request)
    try:
        ensure_open_to(client, session_type)
    except GateClosed as error:
        return locked_page(request, session_type, client, error)
    if request.method == "POST":
        return _book(request, session_type, client)
    starts_at = read_start(request.GET.get("start", ""))
    if starts_at is None:
        return render(request, "public/bad_start.html", {"slug": slug}, status=400)
    zone = request.GET.get("tz", "")
    form = _form_class(client)(initial={"start": request.GET["start"], "time_zone": zone})
    own = client and live_booking(client, starts_at=starts_at)
    if own:  # back from the payment page, say
        return _to_booking(own)
    practice, now = Practice.objects.get(pk=1), timezone.now()
    is_free = diary.is_offered(session_type, practice, starts_at=starts_at, now=now)
    return _details_page(request, session_type, client, form, starts_at, zone, status=200 if is_free else 409)


def _book(request: HttpRequest, session_type: SessionType, client: Client | None) -> HttpResponse:
    form = _form_class(client)(request.POST)
    zone = request.POST.get("time_zone", "")
    if not form.is_valid():
        starts_at = read_start(request.POST.get("start", ""))
        return _details_page(request, session_type, client, form, starts_at, zone, status=422)
    typed = form.cleaned_data
    own = client and live_booking(client, starts_at=typed["start"])
    if own:  # pressed twice, or back from the payment page
        return _to_booking(own)
    try:
        booking = _booked(session_type, client, typed, zone if zone in wording.known_zones() else "")
    except (SlotTaken, SlotNotOffered) as error:
        return _details_page(request, session_type, client, form, typed["start"], zone, status=409, said=error)
    except GateClosed as error:  # the stage was changed between the two screens
        return locked_page(request, session_type, client, error)
    if booking.status == Booking.Status.PENDING_PAYMENT:
        return to_payment(booking)
    return _to_booking(booking, "?new=1")


def _to_booking(booking: Booking, query: str = "") -> HttpResponse:
    page = reverse("booking_public:booking", args=[booking_token(booking)])
    return HttpResponseRedirect(page + query, status=303)


def _booked(session_type: SessionType, client: Client | None, typed: dict[str, Any], zone: str) -> Booking:
    now = timezone.now()
    if client is not None:
        return book_session(
            client=client,
            session_type=session_type,
            starts_at=typed["start"],
            now=now,
            time_zone=zone,
            reason=typed["reason"],
        )
    visitor = Visitor(typed["name"], typed["email"], typed["phone"], zone, typed["reason"])
    return book_as_guest(visitor=visitor, session_type=session_type, starts_at=typed["start"], now=now)


def _details_page(
    request: HttpRequest,
    session_type: SessionType,
    client: Client | None,
    form: DetailsForm,
    starts_at: datetime | None,
    zone_name: str,
    *,
    status: int,
    said: SlotTaken | SlotNotOffered | None = None,
) -> HttpResponse:
    practice, now = Practice.objects.get(pk=1), timezone.now()
    zone = wording.zone_or(zone_name, practice.time_zone)
    taken = status == 409
    near = diary.nearest_slots(session_type, practice, to=starts_at, now=now) if taken and starts_at else []
    ends_at = starts_at + timedelta(minutes=session_type.duration_minutes) if starts_at else None
    context = {
        "session_type": offer(session_type, client),
        "form": form,
        "start_iso": presenters.iso(starts_at, zone) if starts_at else "",
        "when_text": wording.when_text(starts_at, ends_at, zone) if starts_at and ends_at else "",
        "zone_text": wording.zone_text(zone, starts_at or now),
        "taken": taken,
        "taken_title": "That time was just taken" if isinstance(said, SlotTaken) else "That time is not free",
        "nearest": presenters.nearest_views(near, zone),
        "signed_in_as": client.user.email if client else "",
        "is_priced": session_type.price_minor > 0,
        "policy_text": practice.cancellation_policy,
        "change_time_url": reverse("booking_public:choose_time", args=[session_type.slug]) + f"?tz={zone.key}",
    }
    return render(request, "public/details.html", context, status=status)


def _form_class(client: Client | None) -> type[DetailsForm]:
    return VisitorForm if client is None else DetailsForm
