"""Money that came for a time that was gone: another time is chosen with it, or it goes back; as its owner likes."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from booking_public import presenters
from booking_public.booking_money import Kept
from booking_public.booking_screens import NEAREST, show_booking
from booking_public.booking_view import BookingView
from booking_public.picker import Address, Picker, make_picker
from booking_public.reading import read_start
from booking_public.visit import Visit
from integrations import payments
from integrations.errors import VendorError
from practice_admin.domain import wording
from practice_admin.domain.availability import Slot
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.diary import GateClosed, LimitReached, SlotNotOffered, SlotTaken, ensure_open_to
from practice_admin.domain.holds import HoldInTheWay
from practice_admin.domain.queries import diary
from practice_admin.domain.unplaced import NothingToPlace, book_with_money, give_money_back
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.models import Booking, Payment, Refund

UNREADABLE = "We could not read that time. Please choose one of these."
HOLD_STAYS = (
    "You hold another time unpaid, and it could not be let go just now. Nothing was changed. "
    "Please try again in a minute."
)


def choose_time_with_it(
    request: HttpRequest, visit: Visit, *, status: int = 200, error: str = "", nearest: list[Slot] | None = None
) -> HttpResponse:
    """The picker, for a time that is paid with the money; where it is no longer to be had, the booking says so."""
    kept, kind = _kept(request, visit), visit.booking.session_type
    try:
        _ensure_there(kept)
        ensure_open_to(kept.payment.client, kind)
    except (NothingToPlace, GateClosed) as refusal:
        return show_booking(request, visit, error=refusal.public_message, status=409)
    picker = _picker(_asked(request), kept)
    owner = kept.payment.client
    context = {
        "practice": visit.practice,
        "view": BookingView(visit),
        "kept": kept,
        "picker": picker,
        "posts": {"action": "place", "money": str(kept.payment.public_id)},
        "error": error,
        "nearest": presenters.nearest_views(nearest or [], picker.zone),
        "why_none": diary.why_none(kind, visit.practice, client=owner, now=visit.now) if picker.is_empty else "",
    }
    return render(request, "public/booking/place.html", context, status=status)


def _picker(asked: QueryDict, kept: Kept) -> Picker:
    visit, money = kept.visit, str(kept.payment.public_id)
    kind, practice, owner = visit.booking.session_type, visit.practice, kept.payment.client
    return make_picker(
        asked,
        session_type=kind,
        zone=wording.zone_or(asked.get("tz", visit.booking.time_zone), practice.time_zone),
        now=visit.now,
        address=Address(visit.path, {**visit.kept, "ask": "place", "money": money}),
        find=lambda window: diary.slots(kind, practice, window=window, now=visit.now, client=owner),
    )


def ask_to_give_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The question, and what comes of a yes."""
    kept = _kept(request, visit)
    if kept.payment.state != Payment.State.UNPLACED or not kept.left:
        return show_booking(request, visit, error=NothingToPlace.public_message, status=409)
    context = {"practice": visit.practice, "view": BookingView(visit), "kept": kept}
    return render(request, "public/booking/give_back.html", context)


def place(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take `start` with the money: booked at once. Where that is not free, offer the nearest times."""
    kept = _kept(request, visit)
    starts_at = read_start(request.POST.get("start", ""))
    if starts_at is None:
        return choose_time_with_it(request, visit, error=UNREADABLE, status=422)
    try:
        booking = _book(kept, starts_at, request.POST.get("tz", ""))
    except (NothingToPlace, GateClosed) as refusal:
        return show_booking(request, visit.again(), error=refusal.public_message, status=409)
    except (LimitReached, HoldInTheWay) as refusal:
        return choose_time_with_it(request, visit, error=refusal.public_message, status=409)
    except (SlotTaken, SlotNotOffered) as refusal:
        near = _nearest(kept, starts_at)
        return choose_time_with_it(request, visit, error=refusal.public_message, nearest=near, status=409)
    except VendorError:
        return choose_time_with_it(request, visit, error=HOLD_STAYS, status=503)
    page = reverse("booking_public:booking", args=[booking_token(booking)])
    return HttpResponseRedirect(f"{page}?new=1", status=303)


def _book(kept: Kept, starts_at: datetime, zone: str) -> Booking:
    return book_with_money(
        payment_id=kept.payment.public_id,
        starts_at=starts_at,
        now=kept.visit.now,
        time_zone=zone if zone in wording.known_zones() else kept.visit.booking.time_zone,
        calendar=connected_calendar(),
        gateway=payments.gateway(),
    )


def _nearest(kept: Kept, starts_at: datetime) -> list[Slot]:
    visit, owner = kept.visit, kept.payment.client
    kind = visit.booking.session_type
    return diary.nearest_slots(kind, visit.practice, to=starts_at, now=visit.now, count=NEAREST, client=owner)


def give_back(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Pay it back; a second press says that it is done."""
    kept = _kept(request, visit)
    try:
        give_money_back(payment_id=kept.payment.public_id, origin=Refund.Origin.CLIENT, now=visit.now)
    except NothingToPlace as refusal:
        return show_booking(request, visit.again(), error=refusal.public_message, status=409)
    return HttpResponseRedirect(visit.page(), status=303)


def _kept(request: HttpRequest, visit: Visit) -> Kept:
    """The money that `money` names, if it came for this booking. Raises Http404."""
    try:
        public_id = UUID(_asked(request).get("money", ""))
    except ValueError:
        raise Http404 from None
    related = Payment.objects.select_related("client__user").prefetch_related("refunds", "disputes")
    here = related.filter(public_id=public_id, state__in=Payment.CAME)
    payment = here.filter(booking=visit.booking).first() or here.filter(came_for=visit.booking).first()
    if payment is None:
        raise Http404
    return Kept(payment, visit)


def _ensure_there(kept: Kept) -> None:
    if kept.payment.state != Payment.State.UNPLACED or not kept.place_url:
        raise NothingToPlace


def _asked(request: HttpRequest) -> QueryDict:
    return request.POST if request.method == "POST" else request.GET
