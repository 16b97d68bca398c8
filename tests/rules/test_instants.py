"""R20 in PostgreSQL itself: every instant is one, in UTC; hours of the week are what a clock reads."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from practice_admin.models import Booking, WeeklyHours
from tests.factories import MONDAY, make_booking, open_every_day

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R20")]

OURS = ("practice_admin_", "clients_", "care_", "content_", "outbox_")
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND data_type IN ('timestamp without time zone', 'time with time zone')
"""


def rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_no_column_of_ours_holds_an_instant_without_its_zone_nor_a_wall_time_with_one() -> None:
    assert [f"{table}.{column}" for table, column in rows(COLUMNS) if str(table).startswith(OURS)] == []


def test_an_instant_that_was_written_in_any_zone_is_read_in_utc() -> None:
    booking = make_booking(starts_at=MONDAY.astimezone(ZoneInfo("Pacific/Chatham")))
    booking.refresh_from_db()
    assert booking.starts_at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert booking.starts_at.tzinfo == UTC
    assert rows("SELECT current_setting('TimeZone')") == [("UTC",)]
    assert Booking.objects.filter(starts_at=MONDAY).exists()


def test_hours_of_the_week_are_kept_as_the_clock_reads() -> None:
    open_every_day()
    assert rows("SELECT DISTINCT opens_at::text FROM practice_admin_weeklyhours") == [("09:00:00",)]
    assert WeeklyHours.objects.get(weekday=0).opens_at.tzinfo is None
