"""The first screen: what is open to whom, and the free times, as a page and as JSON."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking_public import presenters
from booking_public.limits import SLOTS, limited
from booking_public.session_types import find_type, locked_page
from booking_public.visitors import signed_in_client
from practice_admin.domain import wording
from practice_admin.domain.diary import GateClosed, ensure_open_to
from practice_admin.domain.queries import diary
from practice_admin.domain.queries.offers import offer, offers_to
from practice_admin.models import Practice, SessionType

MOST_DAYS = 62
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@never_cache
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """What is open to this person, what is still locked, and why."""
    return render(request, "public/types.html", offers_to(signed_in_client(request)))


@never_cache
@require_safe
def choose_time(request: HttpRequest, slug: str) -> HttpResponse:
    """The free times of a week, in the visitor's zone; day headings and labelled radio buttons."""
    session_type, practice, now = find_type(slug), Practice.objects.get(pk=1), timezone.now()
    client = signed_in_client(request)
    try:
        ensure_open_to(client, session_type)
    except GateClosed as error:
        return locked_page(request, session_type, client, error)
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
    first = _day(request.GET["from"]) if "from" in request.GET else now.astimezone(zone).date()
    if first is None:
        return _bad("“from” must be a date such as 2026-12-01.")
    days = _whole_number(request.GET.get("days", "31"))
    if days is None or not 1 <= days <= MOST_DAYS:
        return _bad(f"“days” must be a whole number from 1 to {MOST_DAYS}.")
    window = presenters.window_of(first, days, zone)
    found = diary.slots(session_type, practice, window=window, now=now, client=client)
    return HttpResponse(presenters.slots_json(session_type, found, zone), content_type="application/json")


def _bad(error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=400)


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


def _day(text: str) -> date | None:
    """A date as YYYY-MM-DD between 1970 and 2200; None for anything else."""
    if not DAY.fullmatch(text):  # the parser knows week dates and more
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 2200 else None


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
