"""The second screen: who it is for; and the booking itself."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from booking_public import presenters
from booking_public.details_view import DetailsView
from booking_public.forms import AgreedForm, DetailsForm, InCareForm, VisitorForm
from booking_public.just_booked import own_booking_url, remember
from booking_public.kept_money import HOLD_STAYS
from booking_public.limits import BOOKING, limited
from booking_public.paying import to_payment
from booking_public.reading import read_start
from booking_public.session_types import find_type, locked_page
from booking_public.visit import visit_to
from booking_public.visitors import signed_in_client
from clients.domain.people import Visitor
from clients.models import Client, Stage
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain import wording
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.bookings import book_as_guest, book_session
from practice_admin.domain.diary import GateClosed, LimitReached, SlotNotOffered, SlotTaken, ensure_open_to
from practice_admin.domain.holds import HoldInTheWay
from practice_admin.domain.queries import diary
from practice_admin.domain.queries.appointments import has_agreed_before, live_booking
from practice_admin.domain.queries.diary import Asker
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import Booking, Practice, SessionType

IN_CARE = {Stage.INTAKE, Stage.ONGOING}
TAKEN, NOT_FREE = "That time was just taken", "That time is not free"


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
    return _ask(request, session_type, client)


def _ask(request: HttpRequest, session_type: SessionType, client: Client | None) -> HttpResponse:
    """The form; 409 with the same form where the time is not free, 400 where it cannot be read."""
    starts_at = read_start(request.GET.get("start", ""))
    if starts_at is None:
        return render(request, "public/bad_start.html", {"slug": session_type.slug}, status=400)
    own = client and live_booking(client, starts_at=starts_at)
    if own:  # back from the payment page, say
        return _to_booking(own)
    zone = request.GET.get("tz", "")
    form = _form_class(client)(initial={"start": request.GET["start"], "time_zone": zone})
    view, now = _view(session_type, client, zone, starts_at), timezone.now()
    if diary.is_offered(session_type, view.practice, starts_at=starts_at, now=now, asker=Asker(client)):
        return _form_page(request, view, form)
    at_limit = diary.why_none(session_type, view.practice, client=client, now=now)
    return _limit_page(request, at_limit) if at_limit else _taken_page(request, view, form, NOT_FREE)


def _book(request: HttpRequest, session_type: SessionType, client: Client | None) -> HttpResponse:
    form = _form_class(client)(request.POST)
    zone, starts_at = request.POST.get("time_zone", ""), read_start(request.POST.get("start", ""))
    if starts_at is None or not form.is_valid():
        return _form_page(request, _view(session_type, client, zone, starts_at), form, status=422)
    own = client and live_booking(client, starts_at=starts_at)
    if own:  # pressed twice, or back from the payment page
        return _to_booking(own)
    try:
        booking = _booked(session_type, client, form.cleaned_data, zone if zone in wording.known_zones() else "")
    except (SlotTaken, SlotNotOffered) as error:
        view = _view(session_type, client, zone, starts_at)
        return _taken_page(request, view, form, TAKEN if isinstance(error, SlotTaken) else NOT_FREE)
    except (LimitReached, HoldInTheWay) as error:
        return _limit_page(request, error.public_message)
    except VendorError:  # the time that is held for them cannot be given up
        view = _view(session_type, client, zone, starts_at)
        return _form_page(request, view, form, status=503, trouble=HOLD_STAYS)
    except GateClosed as error:  # the stage was changed between the two screens
        return locked_page(request, session_type, client, error)
    if booking.status == Booking.Status.PENDING_PAYMENT:
        return to_payment(request, visit_to(request, booking))
    answer = _to_booking(booking, "?new=1")
    return remember(answer, booking) if client is None else answer  # an account leads its own client back


def _to_booking(booking: Booking, query: str = "") -> HttpResponse:
    page = reverse("booking_public:booking", args=[booking_token(booking)])
    return HttpResponseRedirect(page + query, status=303)


def _booked(session_type: SessionType, client: Client | None, typed: dict[str, Any], zone: str) -> Booking:
    now, calendar = timezone.now(), connected_calendar()
    if client is not None:
        return book_session(
            client=client,
            session_type=session_type,
            starts_at=typed["start"],
            now=now,
            time_zone=zone,
            reason=typed["reason"],
            has_agreed="consent" in typed,
            calendar=calendar,
            gateway=payments.gateway(),
        )
    visitor = Visitor(typed["name"], typed["email"], typed["phone"], zone, typed["reason"])
    return book_as_guest(
        visitor=visitor, session_type=session_type, starts_at=typed["start"], now=now, calendar=calendar
    )


def _view(session_type: SessionType, client: Client | None, zone: str, starts_at: datetime | None) -> DetailsView:
    practice = Practice.objects.get(pk=1)
    return DetailsView(session_type, client, practice, wording.zone_or(zone, practice.time_zone), starts_at)


def _form_page(
    request: HttpRequest, view: DetailsView, form: DetailsForm, *, status: int = 200, trouble: str = ""
) -> HttpResponse:
    context = {"practice": view.practice, "view": view, "form": form, "trouble": trouble}
    return render(request, "public/details.html", context, status=status)


def _taken_page(request: HttpRequest, view: DetailsView, form: DetailsForm, title: str) -> HttpResponse:
    """409: the same form with what was typed, and the nearest free times as its buttons."""
    wish, now = view.starts_at or timezone.now(), timezone.now()
    near = diary.nearest_slots(view.kind, view.practice, to=wish, now=now, client=view.client)
    is_visitor = view.client is None and view.starts_at is not None
    context = {
        "practice": view.practice,
        "view": view,
        "form": form,
        "title": title,
        "own_url": own_booking_url(request, view.kind, starts_at=wish, now=now) if is_visitor else "",
        "nearest": presenters.nearest_views(near, view.zone),
    }
    return render(request, "public/details_taken.html", context, status=409)


def _limit_page(request: HttpRequest, sentence: str) -> HttpResponse:
    """409: they have as many booked as one may."""
    return render(request, "public/limit_reached.html", {"sentence": sentence}, status=409)


def _form_class(client: Client | None) -> type[DetailsForm]:
    """What is asked of whom: of somebody in care less than of a newcomer."""
    if client is None:
        return VisitorForm
    if client.stage not in IN_CARE:
        return DetailsForm
    return AgreedForm if has_agreed_before(client) else InCareForm
