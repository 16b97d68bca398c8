"""The one judge of what a Google event blocks (R13, R14), without a network.

Shapes from the reference of the Calendar API (v3, "Events") and its guide "Event types"; clock changes from the IANA
zone database, by the zone's name.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.calendars.blocking import BlockedSpan, blocked_span

pytestmark = pytest.mark.rule("R14")

LISBON = "Europe/Lisbon"
TIMED = {"start": {"dateTime": "2026-12-01T10:00:00Z"}, "end": {"dateTime": "2026-12-01T11:00:00Z"}}
TEN_TO_ELEVEN = ("2026-12-01T10:00", "2026-12-01T11:00")
NOTHING = None


def event(**fields: Any) -> dict[str, Any]:
    """An ordinary event from ten to eleven, but for what is given; None takes a field away."""
    whole = {"id": "abcde", "summary": "Dentist", "status": "confirmed", "eventType": "default"} | TIMED | fields
    return {name: value for name, value in whole.items() if value is not None}


def timed(start: str, end: str, **zones: str) -> dict[str, Any]:
    return event(start={"dateTime": start} | zones, end={"dateTime": end} | zones)


def all_day(first: str, after: str) -> dict[str, Any]:
    return event(start={"date": first}, end={"date": after})


def owner(answer: str) -> dict[str, Any]:
    return {"email": "therapist@example.com", "self": True, "responseStatus": answer}


def guest(answer: str) -> dict[str, Any]:
    return {"email": "guest@example.org", "responseStatus": answer}


def private(**properties: str) -> dict[str, Any]:
    return event(extendedProperties={"private": properties})


# What it is called, the event, and the span that it must block, in UTC.
BY_ITS_KIND = [
    ("an ordinary event", event(), TEN_TO_ELEVEN),
    ("nothing but its times", TIMED, TEN_TO_ELEVEN),
    ("busy", event(transparency="opaque"), TEN_TO_ELEVEN),
    ("free", event(transparency="transparent"), NOTHING),
    ("tentative", event(status="tentative"), TEN_TO_ELEVEN),
    ("cancelled", event(status="cancelled"), NOTHING),
    ("a cancelled occurrence, of which Google keeps the id alone", {"id": "abcde_1", "status": "cancelled"}, NOTHING),
    ("an occurrence of a recurring event", event(recurringEventId="abcde"), TEN_TO_ELEVEN),
    ("out of office", event(eventType="outOfOffice"), TEN_TO_ELEVEN),
    ("focus time", event(eventType="focusTime"), TEN_TO_ELEVEN),
    ("made from a mail", event(eventType="fromGmail"), TEN_TO_ELEVEN),
    ("focus time shown as free", event(eventType="focusTime", transparency="transparent"), NOTHING),
    ("working location", event(eventType="workingLocation"), NOTHING),
    ("a birthday", all_day("2026-12-01", "2026-12-02") | {"eventType": "birthday"}, NOTHING),
    ("a kind that nobody knows yet", event(eventType="holiday"), TEN_TO_ELEVEN),
    ("accepted", event(attendees=[guest("declined"), owner("accepted")]), TEN_TO_ELEVEN),
    ("not answered yet", event(attendees=[owner("needsAction")]), TEN_TO_ELEVEN),
    ("perhaps", event(attendees=[owner("tentative")]), TEN_TO_ELEVEN),
    ("declined", event(attendees=[guest("accepted"), owner("declined")]), NOTHING),
    ("declined by somebody else", event(attendees=[guest("declined")]), TEN_TO_ELEVEN),
    ("no guests", event(attendees=[]), TEN_TO_ELEVEN),
    ("guests that are no list", event(attendees=True), TEN_TO_ELEVEN),
    ("our own", private(booking="b1"), NOTHING),
    ("private properties that are none", event(extendedProperties={"private": None}), TEN_TO_ELEVEN),
    ("with another program's private property", private(colour="red"), TEN_TO_ELEVEN),
    ("with a shared property of that name", event(extendedProperties={"shared": {"booking": "b1"}}), TEN_TO_ELEVEN),
]
BY_THE_CLOCK = [
    ("by offset", timed("2026-12-01T12:00:00+02:00", "2026-12-01T13:00:00+02:00"), TEN_TO_ELEVEN),
    (
        "by offset, whatever zone is named beside it",
        timed("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", timeZone="Asia/Tokyo"),
        TEN_TO_ELEVEN,
    ),
    (
        "by offset, beside a zone that nobody knows",
        timed("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", timeZone="Mars/Olympus"),
        TEN_TO_ELEVEN,
    ),
    (
        "by its own zone",
        timed("2026-12-01T11:00:00", "2026-12-01T12:00:00", timeZone="Europe/Berlin"),
        TEN_TO_ELEVEN,
    ),
    (
        "by the calendar's zone",
        timed("2026-07-01T10:00:00", "2026-07-01T11:00:00"),
        ("2026-07-01T09:00", "2026-07-01T10:00"),
    ),
    ("at a quarter's offset", timed("2026-12-01T15:45:00+05:45", "2026-12-01T16:45:00+05:45"), TEN_TO_ELEVEN),
    (
        "begun in one zone and ended in another",
        event(start={"dateTime": "2026-12-01T10:00:00Z"}, end={"dateTime": "2026-12-01T20:00:00+09:00"}),
        TEN_TO_ELEVEN,
    ),
    (
        "through the hour that comes twice",  # Europe/Lisbon, 25 October: 02:00 WEST is 01:00 WET
        timed("2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00Z"),
        ("2026-10-25T00:30", "2026-10-25T01:30"),
    ),
    (
        "over several days",
        timed("2026-12-01T22:00:00Z", "2026-12-04T06:00:00Z"),
        ("2026-12-01T22:00", "2026-12-04T06:00"),
    ),
    (
        "with fractions of a second",
        timed("2026-12-01T10:00:00.000Z", "2026-12-01T11:00:00.000Z"),
        TEN_TO_ELEVEN,
    ),
    ("zero length", timed("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"), NOTHING),
    ("zero length in two zones", timed("2026-12-01T10:00:00Z", "2026-12-01T12:00:00+02:00"), NOTHING),
    ("ended before it began", timed("2026-12-01T11:00:00Z", "2026-12-01T10:00:00Z"), NOTHING),
]
BY_THE_DAY = [
    ("a day in winter", LISBON, ("2026-12-01", "2026-12-02"), ("2026-12-01T00:00", "2026-12-02T00:00")),
    ("a day in summer", LISBON, ("2026-07-01", "2026-07-02"), ("2026-06-30T23:00", "2026-07-01T23:00")),
    ("three days", LISBON, ("2026-12-01", "2026-12-04"), ("2026-12-01T00:00", "2026-12-04T00:00")),
    ("a day of 25 hours", LISBON, ("2026-10-25", "2026-10-26"), ("2026-10-24T23:00", "2026-10-26T00:00")),
    ("a day of 23 hours", LISBON, ("2026-03-29", "2026-03-30"), ("2026-03-29T00:00", "2026-03-29T23:00")),
    ("far east", "Pacific/Kiritimati", ("2026-12-01", "2026-12-02"), ("2026-11-30T10:00", "2026-12-01T10:00")),
    ("a zone with quarters", "Asia/Kathmandu", ("2026-12-01", "2026-12-02"), ("2026-11-30T18:15", "2026-12-01T18:15")),
    # Clocks go forward at midnight, so the day begins at 01:00; and back at midnight, so that midnight comes twice.
    ("no midnight", "Africa/Cairo", ("2026-04-24", "2026-04-25"), ("2026-04-23T22:00", "2026-04-24T21:00")),
    ("two midnights", "America/Havana", ("2026-11-01", "2026-11-02"), ("2026-11-01T04:00", "2026-11-02T05:00")),
    ("a day that never was", "Pacific/Apia", ("2011-12-30", "2011-12-31"), NOTHING),
    ("no day at all", LISBON, ("2026-12-01", "2026-12-01"), NOTHING),
    ("days backwards", LISBON, ("2026-12-02", "2026-12-01"), NOTHING),
    ("a zone that nobody knows", "Mars/Olympus", ("2026-12-01", "2026-12-02"), NOTHING),
    ("no zone", "", ("2026-12-01", "2026-12-02"), NOTHING),
    ("a folder of zones", "Europe", ("2026-12-01", "2026-12-02"), NOTHING),
    ("the last day of all", "America/Lima", ("9999-12-30", "9999-12-31"), ("9999-12-30T05:00", "9999-12-31T05:00")),
    ("the first day of all, east", "Asia/Tokyo", ("0001-01-01", "0001-01-02"), NOTHING),
]
ABSURD = {
    "no times": event(start=None, end=None),
    "no end": event(end=None),
    "no start": event(start=None),
    "empty edges": event(start={}, end={}),
    "edges that are text": event(start="2026-12-01", end="2026-12-02"),
    "a day that does not exist": all_day("2026-02-30", "2026-03-01"),
    "a day in words": all_day("tomorrow", "later"),
    "a day that is a number": event(start={"date": 20261201}, end={"date": 20261202}),
    "a moment in words": timed("soon", "later"),
    "an hour that does not exist": timed("2026-12-01T25:00:00Z", "2026-12-01T26:00:00Z"),
    "a zone that nobody knows": timed("2026-12-01T10:00:00", "2026-12-01T11:00:00", timeZone="Mars/Olympus"),
    "a zone that is a path": timed("2026-12-01T10:00:00", "2026-12-01T11:00:00", timeZone="../../etc/passwd"),
}


def span(begins_and_ends: tuple[str, str] | None) -> tuple[datetime, datetime] | None:
    if begins_and_ends is None:
        return None
    begins_at, ends_at = (datetime.fromisoformat(f"{text}+00:00") for text in begins_and_ends)
    return begins_at, ends_at


def judged(shape: dict[str, Any], zone: str = LISBON) -> tuple[datetime, datetime] | None:
    found = blocked_span(shape, zone)
    return (found.starts_at, found.ends_at) if found else None


@pytest.mark.parametrize(
    ("shape", "blocks"), [pytest.param(*row, id=name) for name, *row in BY_ITS_KIND + BY_THE_CLOCK]
)
def test_a_timed_event_blocks_what_google_says(shape, blocks):
    assert judged(shape) == span(blocks)


@pytest.mark.parametrize(("zone", "days", "blocks"), [pytest.param(*row, id=name) for name, *row in BY_THE_DAY])
def test_an_all_day_event_blocks_whole_days_of_the_calendars_zone(zone, days, blocks):
    assert judged(all_day(*days), zone) == span(blocks)


def test_whole_days_go_by_the_calendars_zone_and_not_by_the_events_own():
    edges = {
        "start": {"date": "2026-12-01", "timeZone": "Asia/Tokyo"},
        "end": {"date": "2026-12-02", "timeZone": "UTC"},
    }

    assert judged(event(**edges)) == span(("2026-12-01T00:00", "2026-12-02T00:00"))


@pytest.mark.parametrize("shape", ABSURD.values(), ids=ABSURD.keys())
def test_an_event_without_sensible_times_blocks_nothing(shape):
    assert blocked_span(shape, LISBON) is None


def test_the_span_carries_the_events_id_and_title():
    ten, eleven = datetime(2026, 12, 1, 10, tzinfo=UTC), datetime(2026, 12, 1, 11, tzinfo=UTC)

    assert blocked_span(event(), LISBON) == BlockedSpan(ten, eleven, event_id="abcde", title="Dentist")


def test_an_event_without_a_title_has_an_empty_one():
    found = blocked_span(event(summary=None), LISBON)

    assert found is not None
    assert found.title == ""


def test_the_instants_are_in_utc():
    found = blocked_span(timed("2026-12-01T12:00:00+02:00", "2026-12-01T13:00:00+02:00"), LISBON)

    assert found is not None
    assert (found.starts_at.tzinfo, found.ends_at.tzinfo) == (UTC, UTC)


SCRAPS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["2026-12-01", "UTC", "private"])
)
NAMES = st.sampled_from(["date", "dateTime", "timeZone", "private", "booking", "self", "responseStatus"])
ANYTHING = st.recursive(SCRAPS, lambda part: st.lists(part, max_size=2) | st.dictionaries(NAMES, part, max_size=3))
FIELDS = ["id", "summary", "status", "transparency", "eventType", "attendees", "extendedProperties", "start", "end"]


@settings(max_examples=4 * settings.default.max_examples)
@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), st.text(max_size=5))
def test_nothing_that_an_event_may_hold_makes_the_judge_fail(shape, zone):
    found = blocked_span(TIMED | shape, zone)

    assert found is None or found.starts_at < found.ends_at
