"""Clock changes, worked out by hand, for the visitor's zone: under which date a time stands, and how it is said.

And by hypothesis: every instant survives the way through the practice's zone and the visitor's, and stands under one
date alone.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client as Browser
from hypothesis import given, settings
from hypothesis import strategies as st

from booking_public.presenters import begins_by_day, iso, time_label, window_of
from booking_public.reading import read_start
from practice_admin.domain.availability import Slot, wall_instants
from practice_admin.models import Practice
from tests.factories import make_session_type, open_every_day
from tests.practices import ODD_DAYS, ODD_ZONES
from tests.zone_database import (
    APIA,
    CHATHAM_FORWARD,
    CUBA_BACK,
    EU_BACK,
    EU_FORWARD,
    KATHMANDU,
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

many = settings(max_examples=8 * settings.default.max_examples)

# zone, instants in UTC, what they read as under which date, where it is written
CASES = [
    # 01:30 comes twice on 1 November 2026, an hour apart
    (
        "America/New_York",
        ["2026-11-01 05:30", "2026-11-01 06:30", "2026-11-01 07:30"],
        {"2026-11-01": ["01:30 UTC−04:00", "01:30 UTC−05:00", "02:30"]},
        US_BACK,
    ),
    # 02:00 to 03:00 does not exist on 14 March 2027
    ("America/New_York", ["2027-03-14 06:30", "2027-03-14 07:00"], {"2027-03-14": ["01:30", "03:00"]}, US_FORWARD),
    (
        "Europe/Lisbon",
        ["2026-10-25 00:30", "2026-10-25 01:30"],
        {"2026-10-25": ["01:30 UTC+01:00", "01:30 UTC+00:00"]},
        EU_BACK,
    ),
    ("Europe/Lisbon", ["2027-03-28 00:30", "2027-03-28 01:00"], {"2027-03-28": ["00:30", "02:00"]}, EU_FORWARD),
    # Half an hour comes twice, and half an hour is skipped
    (
        "Australia/Lord_Howe",
        ["2027-04-03 14:45", "2027-04-03 15:15"],
        {"2027-04-04": ["01:45 UTC+11:00", "01:45 UTC+10:30"]},
        LORD_HOWE_BACK,
    ),
    (
        "Australia/Lord_Howe",
        ["2026-10-03 15:15", "2026-10-03 15:30"],
        {"2026-10-04": ["01:45", "02:30"]},
        LORD_HOWE_FORWARD,
    ),
    # From 02:45 at +12:45 to 03:45 at +13:45
    (
        "Pacific/Chatham",
        ["2026-09-26 13:45", "2026-09-26 14:00"],
        {"2026-09-27": ["02:30", "03:45"]},
        CHATHAM_FORWARD,
    ),
    # The last hour of Saturday comes twice; it is Saturday both times
    (
        "Asia/Beirut",
        ["2026-10-24 20:30", "2026-10-24 21:30", "2026-10-24 22:00"],
        {"2026-10-24": ["23:30 UTC+03:00", "23:30 UTC+02:00"], "2026-10-25": ["00:00"]},
        LEBANON_BACK,
    ),
    # Sunday begins at 01:00
    (
        "Asia/Beirut",
        ["2027-03-27 21:30", "2027-03-27 22:00"],
        {"2027-03-27": ["23:30"], "2027-03-28": ["01:00"]},
        LEBANON_FORWARD,
    ),
    # Midnight comes twice; the first one is Sunday's already
    (
        "America/Havana",
        ["2025-11-02 03:30", "2025-11-02 04:00", "2025-11-02 05:00"],
        {"2025-11-01": ["23:30"], "2025-11-02": ["00:00 UTC−04:00", "00:00 UTC−05:00"]},
        CUBA_BACK,
    ),
    ("Antarctica/Troll", ["2027-03-28 00:30", "2027-03-28 01:00"], {"2027-03-28": ["00:30", "03:00"]}, TROLL_FORWARD),
    (
        "Asia/Kathmandu",
        ["2026-12-01 18:00", "2026-12-01 18:30"],
        {"2026-12-01": ["23:45"], "2026-12-02": ["00:15"]},
        KATHMANDU,
    ),
    # A date that is left out
    (
        "Pacific/Apia",
        ["2011-12-30 09:30", "2011-12-30 10:00"],
        {"2011-12-29": ["23:30"], "2011-12-31": ["00:00"]},
        APIA,
    ),
    (
        "Pacific/Kwajalein",
        ["1993-08-21 11:30", "1993-08-21 12:00"],
        {"1993-08-20": ["23:30"], "1993-08-22": ["00:00"]},
        KWAJALEIN,
    ),
]


@pytest.mark.parametrize(("zone", "instants", "said", "_source"), CASES)
def test_times_stand_under_their_own_date_and_say_which_of_two_they_are(zone, instants, said, _source) -> None:
    begins = [int(datetime.fromisoformat(f"{each}+00:00").timestamp()) for each in instants]
    days = begins_by_day([Slot(each, each + 1200) for each in begins], ZoneInfo(zone))
    assert {day.isoformat(): [time_label(local) for local in of_day] for day, of_day in days.items()} == said


@pytest.mark.parametrize("source", sorted({case[-1] for case in CASES}))
def test_every_source_is_a_line_of_the_zone_database(source: str) -> None:
    assert is_written(source)


@pytest.mark.django_db
def test_of_a_date_that_the_visitors_zone_leaves_out_nothing_is_listed_and_nothing_is_lost(client: Browser) -> None:
    """The practice is in Lisbon. Apia's 29 December 2011 ends at 10:00 UTC on the 30th, where its 31st begins."""
    open_every_day()
    make_session_type("discovery")
    address = "/book/discovery/slots/?tz=Pacific/Apia&days={}&from=2011-12-{}"
    with time_machine.travel(datetime(2011, 12, 28, tzinfo=UTC), tick=False):
        days = {day: client.get(address.format(1, day)).json()["days"] for day in (29, 30, 31)}
        together = client.get(address.format(3, 29)).json()["days"]
    assert [each["date"] for each in together] == ["2011-12-29", "2011-12-31"]
    assert days[30] == []
    assert days[29] + days[31] == together
    assert together[0]["slots"][-1]["start"] == "2011-12-29T23:30:00-10:00"
    assert together[1]["slots"][0]["start"] == "2011-12-31T00:00:00+14:00"
    assert Practice.objects.get().time_zone == "Europe/Lisbon"


# --- By hypothesis ---------------------------------------------------------------------------------------------

zones = st.sampled_from(ODD_ZONES).map(ZoneInfo)
instants = st.builds(
    lambda odd, seconds: datetime.fromisoformat(odd[1]).replace(tzinfo=UTC) + timedelta(seconds=seconds),
    st.sampled_from(ODD_DAYS),
    st.integers(0, 4 * 86_400) | st.integers(0, 4 * 96).map(lambda quarter: quarter * 900),
)


@many
@given(moment=instants, practices=zones, visitors=zones)
def test_every_instant_survives_the_way_through_both_zones(moment, practices, visitors) -> None:
    text = iso(moment.astimezone(practices), visitors)
    assert read_start(text) == moment
    assert read_start(text.replace("+", " ")) == moment  # as an address has it
    again = datetime.fromisoformat(text).astimezone(practices).astimezone(visitors)
    assert again.astimezone(UTC) == moment
    assert again.isoformat() == text


@many
@given(moment=instants, zone=zones)
def test_every_instant_is_within_its_own_date_and_no_other(moment, zone) -> None:
    day = moment.astimezone(zone).date()
    for distance in range(-2, 3):
        first, last = window_of(day + timedelta(days=distance), 1, zone)
        assert (first.astimezone(UTC) <= moment < last.astimezone(UTC)) == (distance == 0)


@many
@given(moment=instants, zone=zones)
def test_every_wall_time_is_read_by_its_first_and_its_last_instant(moment, zone) -> None:
    """The practice's hours become instants by these two; both read the same on the clock, or lie at the change."""
    moment = moment.replace(second=0)
    local = moment.astimezone(zone)
    first, last = wall_instants(local.date(), local.time(), zone)
    assert moment.timestamp() in {first, last}
    assert first <= last
    assert {datetime.fromtimestamp(each, zone).replace(tzinfo=None) for each in (first, last)} == {
        local.replace(tzinfo=None)
    }
