"""Clock changes, worked out by hand, for the practice's own zone. Where each is written in the zone database stands
beside it, and is looked up there; `tests/booking_public/test_clock_changes.py` has those of the visitor's zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from practice_admin.domain.availability import Busy, Hours, SlotRules, open_slots, wall_instants
from tests.zone_database import (
    APIA,
    CARACAS,
    CHATHAM_FORWARD,
    CUBA_BACK,
    EU_BACK,
    EU_FORWARD,
    KATHMANDU,
    KOLKATA,
    KWAJALEIN,
    LEBANON_BACK,
    LEBANON_FORWARD,
    LORD_HOWE_BACK,
    LORD_HOWE_FORWARD,
    TROLL_FORWARD,
    US_BACK,
    US_FORWARD,
    is_written,
)

pytestmark = pytest.mark.rule("R20")

HOURLY = SlotRules(duration=60, buffer_before=0, buffer_after=0, step=60, minimum_notice=0, horizon_days=60)

# zone, date, hours in wall time, the starts in UTC that follow ("-1": on the date before), where it is written
CASES = [
    # Forward on the last Sunday of March at 01:00 UTC: Lisbon's 01:00 to 02:00 does not exist on 28 March 2027
    ("Europe/Lisbon", date(2027, 3, 27), (time(9), time(11)), ["09:00", "10:00"], EU_FORWARD),
    ("Europe/Lisbon", date(2027, 3, 28), (time(9), time(11)), ["08:00", "09:00"], EU_FORWARD),
    ("Europe/Lisbon", date(2027, 3, 28), (time(0), time(4)), ["00:00", "01:00", "02:00"], EU_FORWARD),
    ("Europe/Lisbon", date(2027, 3, 28), (time(1, 30), time(3)), ["01:00"], EU_FORWARD),
    # Back on the last Sunday of October at 01:00 UTC: Lisbon's 01:00 to 02:00 comes twice on 25 October 2026
    ("Europe/Lisbon", date(2026, 10, 25), (time(0), time(3)), ["-1 23:00", "00:00", "01:00", "02:00"], EU_BACK),
    ("Europe/Lisbon", date(2026, 10, 25), (time(9), time(11)), ["09:00", "10:00"], EU_BACK),
    ("Europe/Lisbon", date(2026, 10, 24), (time(9), time(11)), ["08:00", "09:00"], EU_BACK),
    # Forward on the second Sunday of March at 02:00: New York's 02:00 to 03:00 does not exist on 14 March 2027
    ("America/New_York", date(2027, 3, 14), (time(1), time(5)), ["06:00", "07:00", "08:00"], US_FORWARD),
    # Back on the first Sunday of November at 02:00: 01:00 to 02:00 comes twice on 1 November 2026
    ("America/New_York", date(2026, 11, 1), (time(1), time(3)), ["05:00", "06:00", "07:00"], US_BACK),
    # Half an hour, first Sunday of October at 02:00: 02:00 to 02:30 does not exist on 4 October 2026
    ("Australia/Lord_Howe", date(2026, 10, 4), (time(1), time(4)), ["-1 14:30", "-1 15:30"], LORD_HOWE_FORWARD),
    # First Sunday of April at 02:00, back by half an hour: 01:30 to 02:00 comes twice on 4 April 2027
    ("Australia/Lord_Howe", date(2027, 4, 4), (time(1), time(3)), ["-1 14:00", "-1 15:00"], LORD_HOWE_BACK),
    # Zones without changes: +05:30 and +05:45
    ("Asia/Kolkata", date(2026, 12, 1), (time(9), time(11)), ["03:30", "04:30"], KOLKATA),
    ("Asia/Kathmandu", date(2026, 12, 1), (time(9), time(11)), ["03:15", "04:15"], KATHMANDU),
    # +12:45 and +13:45, last Sunday of September, 02:45 standard time: 27 September 2026
    ("Pacific/Chatham", date(2026, 9, 27), (time(9), time(10)), ["-1 19:15"], CHATHAM_FORWARD),
    ("Pacific/Chatham", date(2026, 9, 26), (time(9), time(10)), ["-1 20:15"], CHATHAM_FORWARD),
    # Last Sunday of March at midnight: midnight to 01:00 does not exist on 28 March 2027
    ("Asia/Beirut", date(2027, 3, 28), (time(0), time(3)), ["-1 22:00", "-1 23:00"], LEBANON_FORWARD),
    # Back at midnight of the last Sunday of October: Saturday's 23:00 to 24:00 comes twice, 24 October 2026
    ("Asia/Beirut", date(2026, 10, 24), (time(22), time(23, 59)), ["19:00", "20:00"], LEBANON_BACK),
    # Back at 00:00 standard time of the first Sunday of November: midnight to 01:00 comes twice, 2 November 2025
    ("America/Havana", date(2025, 11, 2), (time(0), time(2)), ["04:00", "05:00", "06:00"], CUBA_BACK),
    # Two hours, last Sunday of March at 01:00 UTC: 01:00 to 03:00 does not exist on 28 March 2027
    ("Antarctica/Troll", date(2027, 3, 28), (time(0), time(5)), ["00:00", "01:00", "02:00"], TROLL_FORWARD),
    # Once, from -04:30 to -04:00 on 1 May 2016 at 02:30
    ("America/Caracas", date(2016, 5, 1), (time(1), time(5)), ["05:30", "06:30", "07:30"], CARACAS),
    # 30 December 2011 was left out: at midnight from -10:00 (summer time) to +14:00
    ("Pacific/Apia", date(2011, 12, 30), (time(9), time(12)), [], APIA),
    ("Pacific/Apia", date(2011, 12, 31), (time(9), time(11)), ["-1 19:00", "-1 20:00"], APIA),
    # 21 August 1993 was left out: at midnight from -12:00 to +12:00
    ("Pacific/Kwajalein", date(1993, 8, 20), (time(9), time(11)), ["21:00", "22:00"], KWAJALEIN),
    ("Pacific/Kwajalein", date(1993, 8, 21), (time(0), time(23, 59)), [], KWAJALEIN),
    ("Pacific/Kwajalein", date(1993, 8, 22), (time(9), time(11)), ["-1 21:00", "-1 22:00"], KWAJALEIN),
]


@pytest.mark.parametrize(("zone", "day", "span", "starts", "_source"), CASES)
def test_hours_become_the_instants_that_the_zone_database_gives(zone, day, span, starts, _source) -> None:
    hours = Hours(ZoneInfo(zone), {}, {day: [span]})
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    window = (midnight - timedelta(days=2), midnight + timedelta(days=2))
    found = open_slots(hours, Busy(), HOURLY, window=window, now=midnight - timedelta(days=3))
    said = [f"{'' if each.starts_at >= midnight else '-1 '}{each.starts_at:%H:%M}" for each in found]
    assert said == starts


def test_a_wall_time_that_is_skipped_is_the_change_and_one_that_is_repeated_is_read_widest() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    change = int(datetime(2027, 3, 28, 1, 0, tzinfo=UTC).timestamp())
    assert wall_instants(date(2027, 3, 28), time(1, 30), lisbon) == (change, change)
    first, last = wall_instants(date(2026, 10, 25), time(1, 30), lisbon)
    assert (first, last - first) == (int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()), 3600)


def test_a_session_may_span_a_change_and_keeps_its_length() -> None:
    hours = Hours(ZoneInfo("Europe/Lisbon"), {}, {date(2027, 3, 28): [(time(0, 30), time(4))]})
    midnight = datetime(2027, 3, 28, tzinfo=UTC)
    window = (midnight, midnight + timedelta(hours=1))
    (slot,) = open_slots(hours, Busy(), HOURLY, window=window, now=midnight - timedelta(days=1))
    assert slot.ends_at - slot.starts_at == timedelta(hours=1)
    assert f"{slot.ends_at.astimezone(ZoneInfo('Europe/Lisbon')):%H:%M}" == "02:30"


@pytest.mark.parametrize("source", sorted({case[-1] for case in CASES}))
def test_every_source_is_a_line_of_the_zone_database(source: str) -> None:
    assert is_written(source)
