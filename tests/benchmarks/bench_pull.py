"""A cycle over 5,000 events beside a bare COPY of as many rows, in one run: `make bench`.

The events come from the stand-in over real HTTP; what a page costs there is measured by itself, since that is the
stand-in's and not ours. The floor empties the table too, as a cycle does. Memory is what Python allocates at most
during the cycle (tracemalloc).
"""

import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.calendars import BlockedSpan, calendar_client
from integrations.sandbox import google_account, google_bulk
from practice_admin.domain.calendar_cycles import begin_cycle, keep_page
from practice_admin.domain.calendar_report import Report
from practice_admin.domain.session_events import finish_cycle
from practice_admin.handlers.calendar_pull import pull
from practice_admin.models import Block
from tests.factories import therapist
from tests.practice_admin.calendar_door import HER_OWN, connected

EVENTS, PAGE = 5_000, 1_000
MOST_STATEMENTS = 60
MOST_MEGABYTES = 24


def seconds(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def spans() -> list[BlockedSpan]:
    first = timezone.now()
    times = [first + timedelta(minutes=30 * number) for number in range(EVENTS)]
    return [
        BlockedSpan(at, at + timedelta(minutes=15), f"event{number}", f"Event {number}", HER_OWN)
        for number, at in enumerate(times)
    ]


def bare_copy(rows: list[BlockedSpan]) -> None:
    """The floor: as many rows of the same table, in one COPY."""
    columns = "starts_at, ends_at, source, label, calendar_id, event_id, instance, cycle"
    with connection.cursor() as cursor, cursor.copy(f"COPY practice_admin_block ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((row.starts_at, row.ends_at, "google", row.title, "floor", row.event_id, "", 0))


def a_mirror(rows: list[BlockedSpan]) -> None:
    """Ours: page by page into the table that waits, then swapped."""
    cycle = begin_cycle(now=timezone.now())
    for start in range(0, EVENTS, PAGE):
        keep_page(cycle, rows[start : start + PAGE], now=timezone.now())
    finish_cycle(cycle, Report(), [], now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_cycle_beside_a_bare_copy(vendors) -> None:
    therapist()
    connected()
    google_bulk.fill(HER_OWN, today=timezone.now().date(), count=EVENTS)
    window = (timezone.now(), timezone.now() + timedelta(days=120))
    pull()  # everything has been done once
    google = calendar_client(google_account.SAMPLE_REFRESH_TOKEN)
    fetching = seconds(lambda: list(google.pull([HER_OWN], *window)))
    with CaptureQueriesContext(connection) as statements:
        cycle = seconds(pull)
    blocks = Block.objects.count()
    tracemalloc.start()
    pull()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    rows = spans()
    floor = min(seconds(lambda: (Block.objects.all().delete(), bare_copy(rows))) for _ in range(3))
    mirror = min(seconds(lambda: a_mirror(rows)) for _ in range(3))

    print(f"\n{'bare COPY of 5,000 blocks':>34} {floor * 1000:>8.0f} ms")
    print(f"{'staged, swapped, by pages':>34} {mirror * 1000:>8.0f} ms   {mirror / floor:.1f} times the floor")
    print(f"{'a whole cycle, through HTTP':>34} {cycle * 1000:>8.0f} ms   of it fetching: {fetching * 1000:.0f} ms")
    print(f"{'statements':>34} {len(statements):>8}      for {blocks} blocks, at most {MOST_STATEMENTS}")
    print(f"{'memory at most':>34} {peak:>8.1f} MB   at most {MOST_MEGABYTES}")
    assert len(statements) <= MOST_STATEMENTS
    assert peak <= MOST_MEGABYTES
