"""Hours, types and blocks that make no sense are refused by PostgreSQL too, by name, whichever door they come by."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from practice_admin.models import Block, HoursOverride, SessionType, WeeklyHours
from tests.factories import MONDAY

pytestmark = pytest.mark.django_db

NINE, TEN = time(9), time(10)
A_DAY = timedelta(days=1)

ROWS = [
    (WeeklyHours, {"weekday": 0, "opens_at": TEN, "closes_at": NINE}, "weeklyhours_order"),
    (WeeklyHours, {"weekday": 0, "opens_at": TEN, "closes_at": TEN}, "weeklyhours_order"),
    (WeeklyHours, {"weekday": 7, "opens_at": NINE, "closes_at": TEN}, "weeklyhours_weekday"),
    (HoursOverride, {"on": date(2026, 12, 5), "opens_at": TEN, "closes_at": NINE}, "hoursoverride_order"),
    (Block, {"starts_at": MONDAY, "ends_at": MONDAY}, "block_order"),
    (Block, {"starts_at": MONDAY, "ends_at": MONDAY - A_DAY}, "block_order"),
    (Block, {"starts_at": MONDAY, "ends_at": MONDAY + A_DAY, "source": "other"}, "block_source"),
    (SessionType, {"slug": "x", "step_minutes": 0}, "sessiontype_takes_time"),
    (SessionType, {"slug": "x", "duration_minutes": 0}, "sessiontype_takes_time"),
    (SessionType, {"slug": "x", "buffer_before_minutes": 1441}, "sessiontype_buffers_within_a_day"),
    (SessionType, {"slug": "x", "buffer_after_minutes": 1441}, "sessiontype_buffers_within_a_day"),
    (
        SessionType,
        {"slug": "x", "horizon_days": 1, "minimum_notice_minutes": 1441},
        "sessiontype_notice_within_horizon",
    ),
    (SessionType, {"slug": "x", "opens_at_stage": "closed"}, "sessiontype_stage_known"),
]


@pytest.mark.parametrize(("model", "values", "name"), ROWS, ids=[f"{name}-{n}" for n, (_, _, name) in enumerate(ROWS)])
def test_it_is_refused_by_name(model, values, name: str) -> None:
    with pytest.raises(IntegrityError, match=f"practice_admin_{name}"), transaction.atomic():
        model.objects.create(**values)
    assert not model.objects.exists()
