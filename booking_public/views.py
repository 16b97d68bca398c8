"""From the list of session types to a booking: two screens, without an account, without JavaScript."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking_public import presenters
from booking_public.checkout import to_payment
from booking_public.forms import DetailsForm, VisitorForm, read_start
from booking_public.limits import BOOKING, SLOTS, limited
from booking_public.visitors import signed_in_client
from clients.domain.people import Visitor
from clients.models import Client
from practice_admin.domain import wording
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.bookings import book_as_guest, book_session
from practice_admin.domain.diary import GateClosed, SlotNotOffered, SlotTaken, ensure_open_to
from practice_admin.domain.queries import diary
from practice_admin.domain.queries.appointments import live_booking
from practice_admin.domain.queries.offers import offer, offers_to
from practice_admin.models import Booking, Practice, SessionType

MOST_DAYS = 62


@never_cache
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """What is open to this person, what is still locked, and why."""
    return render(request, "public/types.html", offers_to(signed_in_client(request)))


@never_cache
@require_safe
def choose_time(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of a week, in the visitor's zone; day headings and labelled radio buttons."""
    session_type, practice, now = _type(slug), Practice.objects.get(pk=1), timezone.now()
    client = signed_in_client(request)
    try:
        ensure_open_to(client, session_type)
    except GateClosed as error:
        return _locked(request, session_type, client, error)
    zone = wording.zone_or(request.GET.get("tz", client.user.time_zone if client else ""), practice.time_zone)
    today = now.astimezone(zone).date()
    first = min(max(_day(request.GET.get("from", "")) or today, today), today + timedelta(session_type.horizon_days))
    window = presenters.window_of(first, presenters.DAYS_A_PAGE, zone)
    found = diary.slots(session_type, practice, window=window, now=now)
    context = {
        "session_type": offer(session_type, client),
        "days": presenters.slot_days(found, zone),
        "zone": zone.key,
        "zone_text": wording.zone_text(zone, window[0]),
        "zones": presenters.zone_choices(),
        "details_url": reverse("booking_public:details", args=[slug]),
        "from_date": first.isoformat(),
        **_pages(session_type, first, today, zone),
        **({} if found else _next_free(session_type, practice, zone, window[0], now)),
    }
    return render(request, "public/choose_time.html", context)


@never_cache
@require_safe
@limited(SLOTS)
def slots(request: HttpRequest, slug: str) -> JsonResponse:
    """The free times as JSON; 400 for a bad value, 403 for a type that is locked."""
    session_type, practice, now = _type(slug), Practice.objects.get(pk=1), timezone.now()
    try:
        ensure_open_to(signed_in_client(request), session_type)
    except GateClosed as error:
        return JsonResponse({"error": error.public_message}, status=403)
    zone_name = request.GET.get("tz", practice.time_zone)
    if zone_name not in wording.known_zones():
        return _bad(f"Unknown time zone: {zone_name[:64]}. Use a name like Europe/Lisbon.")
    zone = ZoneInfo(zone_name)
    first = _day(request.GET["from"]) if "from" in request.GET else now.astimezone(zone).date()
    if first is None:
        return _bad("“from” must be a date such as 2026-12-01.")
    days = _whole_number(request.GET.get("days", "31"))
    if days is None or not 1 <= days <= MOST_DAYS:
        return _bad(f"“days” must be a whole number from 1 to {MOST_DAYS}.")
    window = presenters.window_of(first, days, zone)
    return JsonResponse(
        presenters.slots_json(session_type, diary.slots(session_type, practice, window=window, now=now), zone)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited(BOOKING, methods=("POST",))
def details(request: HttpRequest, slug: str) -> HttpResponse:
    """The second screen: who it is for; a POST books."""
    session_type, client = _type(slug), signed_in_client(request)
    try:
        ensure_open_to(client, session_type)
    except GateClosed as error:
        return _locked(request, session_type, client, error)
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


def _bad(error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=400)


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
        return _locked(request, session_type, client, error)
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


def _locked(request: HttpRequest, session_type: SessionType, client: Client | None, error: GateClosed) -> HttpResponse:
    context = {
        "session_type": session_type,
        "locked_reason": error.public_message,
        "open_types": offers_to(client)["open_types"],
    }
    return render(request, "public/locked.html", context, status=403)


def _pages(session_type: SessionType, first: date, today: date, zone: ZoneInfo) -> dict[str, str]:
    """The links to earlier and later days, as far as anything can be offered there."""
    address = reverse("booking_public:choose_time", args=[session_type.slug])
    earlier = max(first - timedelta(days=presenters.DAYS_A_PAGE), today)
    later = first + timedelta(days=presenters.DAYS_A_PAGE)
    last = today + timedelta(days=session_type.horizon_days)
    return {
        "earlier_url": f"{address}?from={earlier}&tz={zone.key}" if first > today else "",
        "later_url": f"{address}?from={later}&tz={zone.key}" if later <= last else "",
    }


def _next_free(
    session_type: SessionType, practice: Practice, zone: ZoneInfo, after: datetime, now: datetime
) -> dict[str, str]:
    """Where the next free time lies, for a page that has none."""
    window = (after, now + timedelta(days=session_type.horizon_days + 1))
    found = diary.slots(session_type, practice, window=window, now=now)
    if not found:
        return {"next_free_text": "", "next_free_url": ""}
    day = found[0].starts_at.astimezone(zone).date()
    address = reverse("booking_public:choose_time", args=[session_type.slug])
    return {
        "next_free_text": f"The next free time is {wording.short_text(found[0].starts_at, zone)}.",
        "next_free_url": f"{address}?from={day}&tz={zone.key}",
    }


def _type(slug: str) -> SessionType:
    return get_object_or_404(SessionType, slug=slug)


def _form_class(client: Client | None) -> type[DetailsForm]:
    return VisitorForm if client is None else DetailsForm


def _day(text: str) -> date | None:
    """A date between 1970 and 2200; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 2200 else None


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
