"""The slots address beside a bare Django view with one range query, in one run: `make bench`.

Printed as ratios, because the machine may be shared. Bookings lie a few a day inside the window and the rest around it,
as they would after years of work. The whole site's middleware stands before the slots, as in production, and none
before the bare view.
"""

import gc
import json
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.test import Client as Browser
from django.urls import path
from django.utils import timezone

from practice_admin.models import Booking, SessionType
from site_cms.urls import urlpatterns as project
from tests.factories import make_client, make_session_type, open_every_day

DAYS = (30, 62)
BOOKINGS = (0, 1_000, 10_000, 50_000)
ROUNDS = 60


def bare(_request: HttpRequest) -> JsonResponse:
    """The floor: one range query of epoch integers, and JSON."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM lower(busy))::bigint, extract(epoch FROM upper(busy))::bigint"
            " FROM practice_admin_booking WHERE status IN ('pending_payment', 'confirmed')"
            " AND busy && tstzrange(now(), now() + interval '62 days')"
        )
        return JsonResponse({"busy": cursor.fetchall()})


urlpatterns = [path("bare/", bare), *project]


def fill(session_type: SessionType, count: int) -> None:
    """Have `count` bookings: five a day in the coming 62 days, the others every half hour before today."""
    now = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = [now + timedelta(days=day, hours=9 + hour) for day in range(1, 63) for hour in range(5)]
    wanted = (ahead + [now - timedelta(minutes=30 * number) for number in range(1, count)])[:count]
    have = Booking.objects.count()
    client = make_client()
    Booking.objects.bulk_create(
        (
            Booking(
                client=client,
                session_type=session_type,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=20),
                status="confirmed",
            )
            for starts_at in wanted[have:]
        ),
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE practice_admin_booking")


def timed(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median time of each call in milliseconds, the calls taken in turn so that all see the same machine."""
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            begun = perf_counter()
            call()
            spent[name].append((perf_counter() - begun) * 1000)
    return {name: median(times) for name, times in spent.items()}


@pytest.mark.urls("tests.benchmarks.bench_slots")
@pytest.mark.django_db
def test_slots_beside_a_bare_view(settings) -> None:
    open_every_day()
    session_type = make_session_type("discovery", horizon_days=62)
    browser, floor = Browser(), Browser()
    middleware, settings.MIDDLEWARE = settings.MIDDLEWARE, []
    floor.get("/bare/")  # a client reads the middleware at its first request
    settings.MIDDLEWARE = middleware
    browser.get("/healthz")
    gc.freeze()  # as wsgi.py does
    at_none: dict[int, float] = {}
    print(f"\n{'bookings':>9} {'days':>5} {'ms':>8} {'× bare view':>12} {'× at 0':>7} {'slots':>6}")
    for count in BOOKINGS:
        fill(session_type, count)
        for days in DAYS:
            address = f"/book/discovery/slots/?days={days}&tz=Europe/Lisbon"
            found = json.loads(browser.get(address).content)
            slots = sum(len(day["slots"]) for day in found["days"])
            ms = timed({"slots": lambda a=address: browser.get(a), "bare": lambda: floor.get("/bare/")})
            at_none.setdefault(days, ms["slots"])
            print(
                f"{count:>9} {days:>5} {ms['slots']:>8.2f} {ms['slots'] / ms['bare']:>12.1f}"
                f" {ms['slots'] / at_none[days]:>7.2f} {slots:>6}"
            )
