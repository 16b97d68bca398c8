"""The slot engine: pure, so hypothesis may do its worst."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_admin.domain.availability import Busy, Hours, SlotRules, merged, open_slots
from practice_admin.domain.verdicts import Rule, broken, verdicts

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = datetime(2026, 11, 30, tzinfo=UTC)
NOW = MONDAY - timedelta(days=3)
NINE_TO_TWELVE = Hours(LISBON, {day: [(time(9), time(12))] for day in range(7)})
RULES = SlotRules(duration=20, buffer_before=0, buffer_after=0, step=30, minimum_notice=0, horizon_days=60)
A_DAY = (MONDAY, MONDAY + timedelta(days=1))


def seconds(text: str, day: str = "2026-11-30") -> int:
    return int(datetime.fromisoformat(f"{day}T{text}+00:00").timestamp())


def span(begin: str, end: str) -> tuple[int, int]:
    return seconds(begin), seconds(end)


def offered(hours=NINE_TO_TWELVE, busy=None, rules=RULES, window=A_DAY, now=NOW) -> list[str]:
    return [f"{slot.starts_at:%H:%M}" for slot in open_slots(hours, busy or Busy(), rules, window=window, now=now)]


def test_a_morning_is_offered_on_the_grid_and_whole() -> None:
    assert offered() == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    assert offered(rules=replace(RULES, duration=31)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_a_block_takes_what_it_touches_and_no_more() -> None:
    assert offered(busy=Busy(blocks=[span("09:20", "10:00")])) == ["09:00", "10:00", "10:30", "11:00", "11:30"]


def test_buffers_keep_clear_of_bookings_but_may_reach_over_blocks_and_edges() -> None:
    wide = replace(RULES, buffer_before=30, buffer_after=30)
    assert offered(busy=Busy(blocks=[span("10:00", "10:30")]), rules=wide)[:3] == ["09:00", "09:30", "10:30"]
    assert offered(busy=Busy(bookings=[span("10:00", "10:30")]), rules=wide) == ["09:00", "11:00", "11:30"]


def test_notice_and_horizon_are_kept_to_the_second() -> None:
    nine = MONDAY + timedelta(hours=9)
    an_hour = replace(RULES, minimum_notice=60)
    assert offered(rules=an_hour, now=nine - timedelta(hours=1))[0] == "09:00"
    assert offered(rules=an_hour, now=nine - timedelta(minutes=59, seconds=59.5))[0] == "09:30"
    assert offered(rules=replace(RULES, horizon_days=1), now=nine - timedelta(days=1)) == ["09:00"]


def test_a_full_day_is_not_offered() -> None:
    two = Busy(starts=[seconds("15:00"), seconds("16:00")])
    assert offered(busy=two, rules=replace(RULES, daily_cap=2)) == []
    assert offered(busy=two, rules=replace(RULES, daily_cap=3))


def test_a_full_week_is_not_offered_from_monday_to_sunday() -> None:
    sunday = Busy(starts=[seconds("15:00", "2026-12-06")])
    sunday_before = Busy(starts=[seconds("15:00", "2026-11-29")])
    assert offered(busy=sunday, rules=replace(RULES, weekly_cap=1)) == []
    assert offered(busy=sunday_before, rules=replace(RULES, weekly_cap=1))


def test_a_client_at_the_limit_is_offered_nothing() -> None:
    assert offered(busy=Busy(ahead=2), rules=replace(RULES, limit_ahead=2)) == []
    assert offered(busy=Busy(ahead=1), rules=replace(RULES, limit_ahead=2))


def test_an_override_replaces_the_weekly_hours_of_its_date() -> None:
    other = Hours(LISBON, NINE_TO_TWELVE.weekly, {date(2026, 11, 30): [(time(15), time(16))]})
    closed = Hours(LISBON, NINE_TO_TWELVE.weekly, {date(2026, 11, 30): []})
    assert offered(hours=other) == ["15:00", "15:30"]
    assert offered(hours=closed) == []


# --- By hypothesis ---------------------------------------------------------------------------------------------

many = settings(max_examples=4 * settings.default.max_examples)  # nothing but arithmetic: they cost little
quarters = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
hours_of_day = st.lists(st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1]), max_size=2)
zones = st.sampled_from(
    ["Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham"]
).map(ZoneInfo)
all_hours = st.builds(
    Hours,
    zone=zones,
    weekly=st.dictionaries(st.integers(0, 6), hours_of_day, max_size=7),
    overrides=st.dictionaries(
        st.integers(-1, 4).map(lambda day: date(2026, 11, 30) + timedelta(days=day)), hours_of_day, max_size=2
    ),
)
spans = st.lists(
    st.tuples(st.integers(-600, 4 * 1440), st.integers(1, 300)).map(
        lambda pair: (seconds("00:00") + pair[0] * 60, seconds("00:00") + (pair[0] + pair[1]) * 60)
    ),
    max_size=6,
)
busies = st.builds(
    Busy,
    blocks=spans,
    bookings=spans,
    starts=st.lists(st.integers(0, 4 * 1440).map(lambda m: seconds("00:00") + m * 60), max_size=4),
    ahead=st.integers(0, 2),
)
caps = st.none() | st.integers(1, 3)
some_rules = st.builds(
    SlotRules,
    duration=st.integers(1, 120),
    buffer_before=st.integers(0, 60),
    buffer_after=st.integers(0, 60),
    step=st.sampled_from([5, 7, 15, 30, 60]),
    minimum_notice=st.integers(0, 4 * 24 * 60),
    horizon_days=st.integers(3, 8),
    daily_cap=caps,
    weekly_cap=caps,
    limit_ahead=caps,
)
WINDOW = (MONDAY, MONDAY + timedelta(days=3))


def naive(hours: Hours, busy: Busy, rules: SlotRules, start: datetime) -> bool:
    """What the docstring says, asked of one start in plain words, without any of the engine's steps."""
    begin, end = int(start.timestamp()), int(start.timestamp()) + rules.duration * 60
    local = start.astimezone(hours.zone)
    monday = local.date() - timedelta(days=local.weekday())
    dates = [datetime.fromtimestamp(each, hours.zone).date() for each in busy.starts]
    in_week = [day for day in dates if monday <= day < monday + timedelta(days=7)]

    def on_grid(opens: time, closes: time) -> bool:
        first = int(datetime.combine(local.date(), opens, hours.zone).timestamp())
        last = int(datetime.combine(local.date(), closes, hours.zone).timestamp())
        return first <= begin and end <= last and (begin - first) % (rules.step * 60) == 0

    def clear_of(taken, before: int, after: int) -> bool:
        return all(until <= begin - before * 60 or end + after * 60 <= since for since, until in taken)

    return (
        begin >= NOW.timestamp() + rules.minimum_notice * 60
        and begin <= NOW.timestamp() + rules.horizon_days * 86400
        and any(on_grid(*pair) for pair in hours.of(local.date()))
        and clear_of(busy.blocks, 0, 0)
        and clear_of(busy.bookings, rules.buffer_before, rules.buffer_after)
        and (rules.daily_cap is None or dates.count(local.date()) < rules.daily_cap)
        and (rules.weekly_cap is None or len(in_week) < rules.weekly_cap)
        and (rules.limit_ahead is None or busy.ahead < rules.limit_ahead)
    )


@pytest.mark.rule("R4")
@settings(max_examples=2 * settings.default.max_examples)
@given(hours=all_hours, busy=busies, rules=some_rules)
def test_the_engine_agrees_with_the_plain_words_minute_by_minute(hours, busy, rules) -> None:
    fast = {slot.starts_at for slot in open_slots(hours, busy, rules, window=WINDOW, now=NOW)}
    every_minute = (MONDAY + timedelta(minutes=minute) for minute in range(3 * 1440))
    assert fast == {start for start in every_minute if naive(hours, busy, rules, start)}


@many
@given(hours=all_hours, busy=busies, more=spans, rules=some_rules)
def test_more_that_is_taken_never_adds_a_slot(hours, busy, more, rules) -> None:
    few = set(open_slots(hours, busy, rules, window=WINDOW, now=NOW))
    for fuller in (replace(busy, blocks=busy.blocks + more), replace(busy, bookings=busy.bookings + more)):
        assert set(open_slots(hours, fuller, rules, window=WINDOW, now=NOW)) <= few


@pytest.mark.rule("R4")
@many
@given(hours=all_hours, busy=busies, rules=some_rules, minute=st.integers(0, 3 * 1440 - 1))
def test_one_second_of_the_listing_and_the_verdicts_agree_with_all_of_it(hours, busy, rules, minute) -> None:
    moment = MONDAY + timedelta(minutes=minute)
    listed = [slot for slot in open_slots(hours, busy, rules, window=WINDOW, now=NOW) if slot.starts_at == moment]
    assert open_slots(hours, busy, rules, window=(moment, moment + timedelta(seconds=1)), now=NOW) == listed
    assert (not broken(verdicts(hours, busy, rules, starts_at=moment, now=NOW))) == bool(listed)


@many
@given(hours=all_hours, zone=zones, rules=some_rules)
def test_every_instant_survives_a_round_trip_through_both_zones(hours, zone, rules) -> None:
    for slot in open_slots(hours, Busy(), rules, window=WINDOW, now=NOW):
        for each in (zone, hours.zone):
            assert datetime.fromisoformat(slot.starts_at.astimezone(each).isoformat()) == slot.starts_at


@many
@given(taken=spans, minute=st.integers(0, 4 * 1440))
def test_merged_spans_hold_the_same_instants(taken, minute) -> None:
    moment = seconds("00:00") + minute * 60
    starts, ends = merged(taken)
    within = any(begin <= moment < end for begin, end in zip(starts, ends, strict=True))
    assert within == any(begin <= moment < end for begin, end in taken)


def test_a_verdict_names_the_rule_that_is_broken_and_no_other() -> None:
    def found(at: str, busy=None, rules=RULES, now=NOW) -> list[Rule]:
        moment = datetime.fromtimestamp(seconds(at), UTC)
        return broken(verdicts(NINE_TO_TWELVE, busy or Busy(), rules, starts_at=moment, now=now))

    assert found("09:30") == []
    assert found("08:30") == [Rule.HOURS]
    assert found("09:10") == [Rule.GRID]
    assert found("09:30", Busy(blocks=[span("09:40", "10:00")])) == [Rule.BLOCKS]
    assert found("09:30", Busy(bookings=[span("09:40", "10:00")])) == [Rule.BOOKINGS]
    assert found("09:30", now=datetime.fromtimestamp(seconds("10:00"), UTC)) == [Rule.NOTICE]
    assert found("09:30", rules=replace(RULES, horizon_days=1)) == [Rule.HORIZON]
