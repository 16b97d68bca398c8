"""The slot engine: pure, so hypothesis may do its worst."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_admin.domain.availability import Busy, Hours, SlotRules, is_clear, merged, open_slots, wall_instants

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
NOW = MONDAY - timedelta(days=3)
NINE_TO_TWELVE = Hours(LISBON, {day: [(time(9), time(12))] for day in range(7)})
RULES = SlotRules(duration=20, buffer_before=0, buffer_after=0, step=30, minimum_notice=0, horizon_days=60)
A_DAY = (MONDAY, MONDAY + timedelta(days=1))


def rules(**changes) -> SlotRules:
    return SlotRules(**{**vars(RULES), **changes})


def offered(hours=NINE_TO_TWELVE, busy=None, rules=RULES, window=A_DAY, now=NOW) -> list[str]:
    return [f"{slot.starts_at:%H:%M}" for slot in open_slots(hours, busy or Busy(), rules, window=window, now=now)]


def span(begin: str, end: str) -> tuple[int, int]:
    def second(text: str) -> int:
        return int(datetime.fromisoformat(f"2026-11-30T{text}+00:00").timestamp())

    return second(begin), second(end)


def test_a_morning_is_offered_on_the_grid_and_whole() -> None:
    assert offered() == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert offered(rules=rules(duration=31)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_a_block_takes_what_it_touches_and_no_more() -> None:
    assert offered(busy=Busy(blocks=[span("09:20", "10:00")])) == ["09:00", "10:00", "10:30", "11:00", "11:30"]


def test_buffers_keep_clear_of_bookings_but_may_reach_over_blocks_and_edges() -> None:
    wide = rules(buffer_before=30, buffer_after=30)
    assert offered(busy=Busy(blocks=[span("10:00", "10:30")]), rules=wide)[:3] == ["09:00", "09:30", "10:30"]
    assert offered(busy=Busy(bookings=[span("10:00", "10:30")]), rules=wide) == ["09:00", "11:00", "11:30"]


def test_notice_and_horizon_are_kept_to_the_second() -> None:
    nine = MONDAY + timedelta(hours=9)
    assert offered(rules=rules(minimum_notice=60), now=nine - timedelta(hours=1))[0] == "09:00"
    assert offered(rules=rules(minimum_notice=60), now=nine - timedelta(minutes=59, seconds=59.5))[0] == "09:30"
    assert offered(rules=rules(horizon_days=1), now=nine - timedelta(days=1)) == ["09:00"]


def test_a_full_day_is_not_offered() -> None:
    assert offered(busy=Busy(per_day={date(2026, 11, 30): 2}), rules=rules(daily_cap=2)) == []
    assert offered(busy=Busy(per_day={date(2026, 11, 30): 1}), rules=rules(daily_cap=2))


def test_an_override_replaces_the_weekly_hours_of_its_date() -> None:
    other = Hours(LISBON, NINE_TO_TWELVE.weekly, {date(2026, 11, 30): [(time(15), time(16))]})
    closed = Hours(LISBON, NINE_TO_TWELVE.weekly, {date(2026, 11, 30): []})
    assert offered(hours=other) == ["15:00", "15:30"]
    assert offered(hours=closed) == []


# Lisbon's clocks: forward at 01:00 UTC on 28 March 2027, back at 01:00 UTC on 25 October 2026 (tzdata, Rule EU).
@pytest.mark.rule("R20")
@pytest.mark.parametrize(
    ("day", "opens_in_utc"), [(date(2026, 10, 24), 8), (date(2026, 10, 26), 9), (date(2027, 3, 29), 8)]
)
def test_hours_are_wall_time_on_both_sides_of_a_clock_change(day: date, opens_in_utc: int) -> None:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    window = (begin, begin + timedelta(days=1))
    assert offered(window=window, now=begin - timedelta(days=2))[0] == f"{opens_in_utc:02}:00"


@pytest.mark.rule("R20")
def test_a_wall_time_that_is_skipped_is_the_change_and_one_that_is_repeated_is_read_widest() -> None:
    change = int(datetime(2027, 3, 28, 1, 0, tzinfo=UTC).timestamp())
    assert wall_instants(date(2027, 3, 28), time(1, 30), LISBON) == (change, change)
    first, last = wall_instants(date(2026, 10, 25), time(1, 30), LISBON)
    assert (first, last - first) == (int(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()), 3600)


minutes_of_day = st.integers(0, 24 * 4 - 1).map(lambda quarter: quarter * 15)
spans = st.lists(
    st.tuples(minutes_of_day, st.integers(1, 300)).map(
        lambda pair: (
            int((MONDAY + timedelta(minutes=pair[0])).timestamp()),
            int((MONDAY + timedelta(minutes=pair[0] + pair[1])).timestamp()),
        )
    ),
    max_size=8,
)
some_rules = st.builds(
    SlotRules,
    duration=st.integers(1, 120),
    buffer_before=st.integers(0, 60),
    buffer_after=st.integers(0, 60),
    step=st.integers(5, 60),
    minimum_notice=st.integers(0, 3 * 24 * 60),
    horizon_days=st.integers(3, 30),
)


@given(blocks=spans, bookings=spans, more=spans, some=some_rules)
def test_more_that_is_taken_never_adds_a_slot(blocks, bookings, more, some) -> None:
    few = set(offered(busy=Busy(blocks=blocks, bookings=bookings), rules=some))
    assert set(offered(busy=Busy(blocks=blocks + more, bookings=bookings), rules=some)) <= few
    assert set(offered(busy=Busy(blocks=blocks, bookings=bookings + more), rules=some)) <= few


@pytest.mark.rule("R4")
@given(blocks=spans, bookings=spans, some=some_rules, asked=minutes_of_day)
def test_a_window_of_one_second_agrees_with_the_whole_listing(blocks, bookings, some, asked) -> None:
    busy = Busy(blocks=blocks, bookings=bookings)
    moment = MONDAY + timedelta(minutes=asked)
    alone = open_slots(NINE_TO_TWELVE, busy, some, window=(moment, moment + timedelta(seconds=1)), now=NOW)
    listed = [
        slot for slot in open_slots(NINE_TO_TWELVE, busy, some, window=A_DAY, now=NOW) if slot.starts_at == moment
    ]
    assert alone == listed


@given(taken=spans, begin=minutes_of_day, length=st.integers(1, 120))
def test_clear_means_that_no_span_overlaps(taken, begin, length) -> None:
    first = int((MONDAY + timedelta(minutes=begin)).timestamp())
    last = first + length * 60
    assert is_clear(first, last, merged(taken)) == all(end <= first or last <= start for start, end in taken)
