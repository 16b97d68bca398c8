"""The first screen: what is open to whom, and the free times, as a page and as JSON."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking_public import presenters
from booking_public.holding import own_hold
from booking_public.limits import SLOTS, limited
from booking_public.picker import Address, make_picker
from booking_public.reading import read_day, read_number
from booking_public.session_types import find_type, locked_page
from booking_public.visitors import signed_in_client
from practice_admin.domain import wording
from practice_admin.domain.diary import GateClosed, ensure_open_to
from practice_admin.domain.queries import diary
from practice_admin.domain.queries.offers import offer, offers_to
from practice_admin.models import Practice

MOST_DAYS = 62


@never_cache
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """What is open to this person, what is still locked, and why."""
    return render(request, "public/types.html", offers_to(signed_in_client(request)))


@never_cache
@require_safe
def choose_time(request: HttpRequest, slug: str) -> HttpResponse:
    """A month and the free times of one of its days, in the visitor's zone."""
    session_type, practice, now = find_type(slug), Practice.objects.get(pk=1), timezone.now()
    client = signed_in_client(request)
    try:
        ensure_open_to(client, session_type)
    except GateClosed as error:
        return locked_page(request, session_type, client, error)
    own_zone = client.user.time_zone if client else ""
    picker = make_picker(
        request.GET,
        session_type=session_type,
        zone=wording.zone_or(request.GET.get("tz", own_zone), practice.time_zone),
        now=now,
        address=Address(request.path),
        find=lambda window: diary.slots(session_type, practice, window=window, now=now, client=client),
    )
    context = {
        "practice": practice,
        "session_type": offer(session_type, client),
        "picker": picker,
        "why_none": diary.why_none(session_type, practice, client=client, now=now) if picker.is_empty else "",
        "own_hold": own_hold(client, zone=picker.zone),
        "details_url": reverse("booking_public:details", args=[slug]),
    }
    return render(request, "public/choose_time.html", context)


@never_cache
@require_safe
@limited(SLOTS)
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times as JSON; 400 for a bad value, 403 for a type that is locked."""
    session_type, practice, now = find_type(slug), Practice.objects.only("time_zone").get(pk=1), timezone.now()
    client = signed_in_client(request)
    try:
        ensure_open_to(client, session_type)
    except GateClosed as error:
        return JsonResponse({"error": error.public_message}, status=403)
    zone_name = request.GET.get("tz", practice.time_zone)
    if zone_name not in wording.known_zones():
        return _bad(f"Unknown time zone: {zone_name[:64]}. Use a name like Europe/Lisbon.")
    zone = ZoneInfo(zone_name)
    first = read_day(request.GET["from"]) if "from" in request.GET else now.astimezone(zone).date()
    if first is None:
        return _bad("“from” must be a date such as 2026-12-01.")
    days = read_number(request.GET.get("days", "31"))
    if days is None or not 1 <= days <= MOST_DAYS:
        return _bad(f"“days” must be a whole number from 1 to {MOST_DAYS}.")
    window = presenters.window_of(first, days, zone)
    found = diary.slots(session_type, practice, window=window, now=now, client=client)
    return HttpResponse(presenters.slots_json(session_type, found, zone), content_type="application/json")


def _bad(error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=400)
