"""The one judge of what a Google event blocks (R13, R14), without a network: a table of shapes, each with its source.

The sources are the reference of the Calendar API v3, as its discovery document words it (revision 20261030, which ships
with google-api-python-client): "Event" is its schema of an event, "EventDateTime" and "EventAttendee" those of parts of
it, "events.list" the method. "Ours" marks what Google leaves open and this practice decided. Clock changes are the IANA
zone database's, by the zone's name.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.calendars.blocking import BlockedSpan, Calendar, Judgement, judge
from integrations.calendars.own_events import mark

pytestmark = [pytest.mark.rule("R13"), pytest.mark.rule("R14")]

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


def all_day(first: str, after: str, **more: Any) -> dict[str, Any]:
    return event(start={"date": first}, end={"date": after}, **more)


def owner(answer: str) -> dict[str, Any]:
    return {"email": "therapist@example.com", "self": True, "responseStatus": answer}


def guest(answer: str) -> dict[str, Any]:
    return {"email": "guest@example.org", "responseStatus": answer}


def private(**properties: str) -> dict[str, Any]:
    return event(extendedProperties={"private": properties})


# What it is called, the event, the span that it must block in UTC, and where that is written.
TRANSPARENCY = 'Event.transparency: "opaque" is the default and blocks, "transparent" does not block time'
STATUS = 'Event.status: "cancelled" is deleted; "confirmed" is the default; "tentative" is tentatively confirmed'
ANSWER = "EventAttendee.self marks the calendar on which this copy appears, .responseStatus is its answer"
KIND = 'Event.eventType: "default", "birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation"'
EXCLUSIVE = "Event.end: the (exclusive) end time"
BY_ITS_KIND = [
    ("an ordinary event", event(), TEN_TO_ELEVEN, TRANSPARENCY),
    ("nothing but its times", TIMED, TEN_TO_ELEVEN, "Event.status, .transparency, .eventType have defaults"),
    ("busy", event(transparency="opaque"), TEN_TO_ELEVEN, TRANSPARENCY),
    ("free", event(transparency="transparent"), NOTHING, TRANSPARENCY),
    ("tentative", event(status="tentative"), TEN_TO_ELEVEN, STATUS),
    ("cancelled", event(status="cancelled"), NOTHING, STATUS),
    (
        "a cancelled occurrence, of which Google keeps the ids alone",
        {"id": "abcde_1", "status": "cancelled", "recurringEventId": "abcde"},
        NOTHING,
        "Event.status: cancelled exceptions only have id, recurringEventId and originalStartTime",
    ),
    ("an occurrence", event(recurringEventId="abcde"), TEN_TO_ELEVEN, "events.list: singleEvents gives instances"),
    (
        "an occurrence that was moved, by where it is now",
        event(recurringEventId="abcde", originalStartTime={"dateTime": "2026-12-03T10:00:00Z"}),
        TEN_TO_ELEVEN,
        "Event.originalStartTime: would have started; it identifies the instance even if it was moved",
    ),
    ("out of office", event(eventType="outOfOffice"), TEN_TO_ELEVEN, KIND),
    (
        "out of office that declines invitations by itself",
        event(
            eventType="outOfOffice",
            outOfOfficeProperties={"autoDeclineMode": "declineAllConflictingInvitations"},
        ),
        TEN_TO_ELEVEN,
        "EventOutOfOfficeProperties.autoDeclineMode: what becomes of invitations, not of this time",
    ),
    (
        "out of office that declines nothing",
        event(eventType="outOfOffice", outOfOfficeProperties={"autoDeclineMode": "declineNone"}),
        TEN_TO_ELEVEN,
        "EventOutOfOfficeProperties.autoDeclineMode: what becomes of invitations, not of this time",
    ),
    ("focus time", event(eventType="focusTime"), TEN_TO_ELEVEN, KIND),
    ("focus time shown as free", event(eventType="focusTime", transparency="transparent"), NOTHING, TRANSPARENCY),
    ("made from a mail", event(eventType="fromGmail"), TEN_TO_ELEVEN, KIND),
    ("working location by the clock", event(eventType="workingLocation"), NOTHING, KIND),
    (
        "working location of a day, shown as busy",
        all_day("2026-12-01", "2026-12-02", eventType="workingLocation", transparency="opaque"),
        NOTHING,
        KIND,
    ),
    (
        "a birthday",
        all_day("2026-12-01", "2026-12-02", eventType="birthday"),
        NOTHING,
        f"{KIND}: a special all-day event",
    ),
    ("a kind that nobody knows yet", event(eventType="holiday"), TEN_TO_ELEVEN, f"Ours, by {TRANSPARENCY}"),
    ("accepted", event(attendees=[guest("declined"), owner("accepted")]), TEN_TO_ELEVEN, ANSWER),
    ("not answered yet", event(attendees=[owner("needsAction")]), TEN_TO_ELEVEN, f"Ours, by {ANSWER}"),
    ("perhaps", event(attendees=[owner("tentative")]), TEN_TO_ELEVEN, ANSWER),
    ("declined", event(attendees=[guest("accepted"), owner("declined")]), NOTHING, ANSWER),
    ("declined by somebody else", event(attendees=[guest("declined")]), TEN_TO_ELEVEN, ANSWER),
    ("no guests", event(attendees=[]), TEN_TO_ELEVEN, "Event.attendees is optional"),
    (
        "more guests than are told",
        event(attendees=[], attendeesOmitted=True),
        TEN_TO_ELEVEN,
        "Event.attendeesOmitted; events.list maxAttendees: only the participant is returned",
    ),
    (
        "declined among more guests than are told",
        event(attendees=[owner("declined")], attendeesOmitted=True),
        NOTHING,
        "events.list maxAttendees: only the participant is returned",
    ),
    ("guests that are no list", event(attendees=True), TEN_TO_ELEVEN, "Ours: what cannot be read frees nothing"),
    (
        "hidden: private, without a title",
        event(summary=None, visibility="private"),
        TEN_TO_ELEVEN,
        "CalendarListEntry.accessRole: private events appear to readers, details are hidden",
    ),
    ("our own", event() | mark("abcde", "b1"), NOTHING, "Event.extendedProperties.private: of this copy alone"),
    (
        "a copy that she made of our own",
        event(id="fghij") | mark("abcde", "b1"),
        TEN_TO_ELEVEN,
        "Ours: Event.id is unique in a calendar, so that a copy has another than its mark says",
    ),
    (
        "an occurrence of our own, which she made recur",
        event(id="abcde_20261201T100000Z", recurringEventId="abcde") | mark("abcde", "b1"),
        TEN_TO_ELEVEN,
        "Ours: Event.id of an occurrence is another than that of its series",
    ),
    ("another program's private property", private(booking="b1"), TEN_TO_ELEVEN, "Event.extendedProperties.private"),
    (
        "our mark among the properties that guests share",
        event(extendedProperties={"shared": mark("abcde", "b1")["extendedProperties"]["private"]}),
        TEN_TO_ELEVEN,
        "Event.extendedProperties.shared: on every attendee's copy",
    ),
    ("private properties that are none", event(extendedProperties={"private": None}), TEN_TO_ELEVEN, "Ours"),
]
OFFSET = "EventDateTime.dateTime: RFC 3339; an offset is required unless timeZone names a zone"
BY_THE_CLOCK = [
    ("by offset", timed("2026-12-01T12:00:00+02:00", "2026-12-01T13:00:00+02:00"), TEN_TO_ELEVEN, OFFSET),
    (
        "by offset, whatever zone is named beside it",
        timed("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", timeZone="Asia/Tokyo"),
        TEN_TO_ELEVEN,
        OFFSET,
    ),
    (
        "by offset, beside a zone that nobody knows",
        timed("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", timeZone="Mars/Olympus"),
        TEN_TO_ELEVEN,
        OFFSET,
    ),
    (
        "by its own zone",
        timed("2026-12-01T11:00:00", "2026-12-01T12:00:00", timeZone="Europe/Berlin"),
        TEN_TO_ELEVEN,
        OFFSET,
    ),
    (
        "floating: by the calendar's zone",
        timed("2026-07-01T10:00:00", "2026-07-01T11:00:00"),
        ("2026-07-01T09:00", "2026-07-01T10:00"),
        "Ours: EventDateTime allows no such time; the calendar's zone is the one that she sees",
    ),
    ("at a quarter's offset", timed("2026-12-01T15:45:00+05:45", "2026-12-01T16:45:00+05:45"), TEN_TO_ELEVEN, OFFSET),
    (
        "begun in one zone and ended in another",
        event(start={"dateTime": "2026-12-01T10:00:00Z"}, end={"dateTime": "2026-12-01T20:00:00+09:00"}),
        TEN_TO_ELEVEN,
        "EventDateTime.timeZone: a custom time zone for the event start/end",
    ),
    (
        "through the hour that comes twice",  # Europe/Lisbon, 25 October: 02:00 WEST is 01:00 WET
        timed("2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00Z"),
        ("2026-10-25T00:30", "2026-10-25T01:30"),
        OFFSET,
    ),
    (
        "over several days",
        timed("2026-12-01T22:00:00Z", "2026-12-04T06:00:00Z"),
        ("2026-12-01T22:00", "2026-12-04T06:00"),
        EXCLUSIVE,
    ),
    (
        "with fractions of a second",
        timed("2026-12-01T10:00:00.000Z", "2026-12-01T11:00:00.000Z"),
        TEN_TO_ELEVEN,
        OFFSET,
    ),
    (
        "with no end to speak of, where Google makes one up",
        event(endTimeUnspecified=True),
        TEN_TO_ELEVEN,
        "Event.endTimeUnspecified: an end time is still provided",
    ),
    ("zero length", timed("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"), NOTHING, EXCLUSIVE),
    ("zero length in two zones", timed("2026-12-01T10:00:00Z", "2026-12-01T12:00:00+02:00"), NOTHING, EXCLUSIVE),
    (
        "begun long before the year of all computers",
        timed("0001-01-01T00:00:00Z", "2026-12-01T11:00:00Z"),
        ("1970-01-01T00:00", "2026-12-01T11:00"),
        "Ours: nothing is booked before 1970",
    ),
    ("wholly before 1970", timed("1912-04-14T23:40:00Z", "1912-04-15T02:20:00Z"), NOTHING, "Ours"),
]
DAYS = "EventDateTime.date: an all-day event; Event.end is exclusive"
CHANGE = f"{DAYS}; the day is as long as the calendar's own zone makes it"
BY_THE_DAY = [
    ("a day in winter", LISBON, ("2026-12-01", "2026-12-02"), ("2026-12-01T00:00", "2026-12-02T00:00"), DAYS),
    ("a day in summer", LISBON, ("2026-07-01", "2026-07-02"), ("2026-06-30T23:00", "2026-07-01T23:00"), DAYS),
    ("three days", LISBON, ("2026-12-01", "2026-12-04"), ("2026-12-01T00:00", "2026-12-04T00:00"), DAYS),
    ("a day of 25 hours", LISBON, ("2026-10-25", "2026-10-26"), ("2026-10-24T23:00", "2026-10-26T00:00"), CHANGE),
    ("a day of 23 hours", LISBON, ("2026-03-29", "2026-03-30"), ("2026-03-29T00:00", "2026-03-29T23:00"), CHANGE),
    ("days across a change", LISBON, ("2026-10-24", "2026-10-27"), ("2026-10-23T23:00", "2026-10-27T00:00"), CHANGE),
    ("far east", "Pacific/Kiritimati", ("2026-12-01", "2026-12-02"), ("2026-11-30T10:00", "2026-12-01T10:00"), DAYS),
    ("in quarters", "Asia/Kathmandu", ("2026-12-01", "2026-12-02"), ("2026-11-30T18:15", "2026-12-01T18:15"), DAYS),
    # Clocks go forward at midnight, so the day begins at 01:00; and back at midnight, so that midnight comes twice.
    ("no midnight", "Africa/Cairo", ("2026-04-24", "2026-04-25"), ("2026-04-23T22:00", "2026-04-24T21:00"), CHANGE),
    ("two midnights", "America/Havana", ("2026-11-01", "2026-11-02"), ("2026-11-01T04:00", "2026-11-02T05:00"), CHANGE),
    ("a day that never was", "Pacific/Apia", ("2011-12-30", "2011-12-31"), NOTHING, CHANGE),
    ("no day at all", LISBON, ("2026-12-01", "2026-12-01"), NOTHING, EXCLUSIVE),
    ("for ever", LISBON, ("2026-12-01", "9999-12-31"), ("2026-12-01T00:00", "2200-01-01T00:00"), "Ours: until 2200"),
    (
        "from the first day",
        "Asia/Tokyo",
        ("0001-01-01", "2026-12-02"),
        ("1970-01-01T00:00", "2026-12-01T15:00"),
        "Ours",
    ),
]
# What cannot be read never frees time silently: the span that it blocks all the same, and a word of what is said.
BROKEN = [
    ("no times", event(start=None, end=None), NOTHING, "neither"),
    ("empty edges", event(start={}, end={}), NOTHING, "neither"),
    ("edges that are text", event(start="2026-12-01", end="2026-12-02"), NOTHING, "neither"),
    ("days in words", all_day("tomorrow", "later"), NOTHING, "neither"),
    ("moments in words", timed("soon", "later"), NOTHING, "neither"),
    ("days that are numbers", event(start={"date": 20261201}, end={"date": 20261202}), NOTHING, "neither"),
    ("years beyond all years", timed("12026-12-01T10:00:00Z", "12026-12-01T11:00:00Z"), NOTHING, "neither"),
    ("hours that do not exist", timed("2026-12-01T25:00:00Z", "2026-12-01T26:00:00Z"), NOTHING, "neither"),
    ("no end", event(end=None), ("2026-12-01T10:00", "2026-12-02T00:00"), "no end"),
    ("no end in summer", timed("2026-07-01T10:00:00Z", "?"), ("2026-07-01T10:00", "2026-07-01T23:00"), "no end"),
    ("no end of a day", all_day("2026-12-01", ""), ("2026-12-01T00:00", "2026-12-02T00:00"), "no end"),
    (
        "an end in the year 12026",
        all_day("2026-12-01", "12026-12-02"),
        ("2026-12-01T00:00", "2026-12-02T00:00"),
        "no end",
    ),
    ("no start", event(start=None), ("2026-12-01T00:00", "2026-12-01T11:00"), "no start"),
    (
        "a start on 30 February",
        all_day("2026-02-30", "2026-03-02"),
        ("2026-03-01T00:00", "2026-03-02T00:00"),
        "no start",
    ),
    (
        "an end before the start",
        timed("2026-12-01T11:00:00Z", "2026-12-01T10:00:00Z"),
        TEN_TO_ELEVEN,
        "ends before it begins",
    ),
    ("days backwards", all_day("2026-12-03", "2026-12-01"), ("2026-12-01T00:00", "2026-12-03T00:00"), "ends before"),
    (
        "a zone that nobody knows",  # from ten in Kiritimati to eleven on Baker Island
        timed("2026-12-01T10:00:00", "2026-12-01T11:00:00", timeZone="Mars/Olympus"),
        ("2026-11-30T20:00", "2026-12-01T23:00"),
        "time zone that nobody knows",
    ),
    (
        "a zone that is a path",
        timed("2026-12-01T10:00:00", "2026-12-01T11:00:00", timeZone="../../etc/passwd"),
        ("2026-11-30T20:00", "2026-12-01T23:00"),
        "time zone that nobody knows",
    ),
    ("something that is no event", "abcde", NOTHING, "no event"),
]


def span(begins_and_ends: tuple[str, str] | None) -> tuple[datetime, datetime] | None:
    if begins_and_ends is None:
        return None
    begins_at, ends_at = (datetime.fromisoformat(f"{text}+00:00") for text in begins_and_ends)
    return begins_at, ends_at


def judged(shape: object, zone: str = LISBON, **how: bool) -> Judgement:
    return judge(shape, Calendar("her calendar", zone), **how)


def blocked(shape: object, zone: str = LISBON, **how: bool) -> tuple[datetime, datetime] | None:
    found = judged(shape, zone, **how).span
    return (found.starts_at, found.ends_at) if found else None


@pytest.mark.parametrize(
    ("shape", "blocks", "source"), [pytest.param(*row, id=name) for name, *row in BY_ITS_KIND + BY_THE_CLOCK]
)
def test_a_timed_event_blocks_what_google_says(shape, blocks, source):
    assert blocked(shape) == span(blocks), source
    assert judged(shape).unreadable is None
    assert bool(judged(shape).skipped) is (blocks is None)


@pytest.mark.parametrize(
    ("zone", "days", "blocks", "source"), [pytest.param(*row, id=name) for name, *row in BY_THE_DAY]
)
def test_an_all_day_event_blocks_whole_days_of_the_calendars_zone(zone, days, blocks, source):
    assert blocked(all_day(*days), zone) == span(blocks), source
    assert judged(all_day(*days), zone).unreadable is None


def test_whole_days_go_by_the_calendars_zone_and_not_by_the_events_own():
    edges = {
        "start": {"date": "2026-12-01", "timeZone": "Asia/Tokyo"},
        "end": {"date": "2026-12-02", "timeZone": "UTC"},
    }

    assert blocked(event(**edges)) == span(("2026-12-01T00:00", "2026-12-02T00:00"))


@pytest.mark.parametrize(("shape", "blocks", "why"), [pytest.param(*row, id=name) for name, *row in BROKEN])
def test_what_cannot_be_read_is_told_and_takes_time_where_it_can(shape, blocks, why):
    found = judged(shape)

    assert blocked(shape) == span(blocks)
    assert found.unreadable is not None
    assert why in found.unreadable.why
    assert "Dentist" not in found.unreadable.why
    assert found.unreadable.is_blocking is (blocks is not None)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Europe"], ids=["nobody knows", "none", "a folder of zones"])
def test_days_of_a_calendar_without_a_zone_are_taken_wherever_they_are(zone):
    assert blocked(all_day("2026-12-01", "2026-12-02"), zone) == span(("2026-11-30T10:00", "2026-12-02T12:00"))
    assert blocked(event(), zone) == span(TEN_TO_ELEVEN)
    assert blocked(event(end=None), zone) == span(("2026-12-01T10:00", "2026-12-02T22:00"))
    assert blocked(event(start=None), zone) == span(("2026-11-29T23:00", "2026-12-01T11:00"))


@pytest.mark.parametrize("free", [{"transparency": "transparent"}, {"status": "cancelled"}, {"eventType": "birthday"}])
def test_what_would_be_free_anyway_need_not_be_read(free):
    found = judged(event(start=None, end=None, **free))

    assert (found.span, found.unreadable) == (None, None)
    assert found.skipped


@pytest.mark.parametrize("tentative", [event(status="tentative"), event(attendees=[owner("tentative")])])
def test_what_is_tentative_blocks_by_choice(tentative):
    assert blocked(tentative, tentative_blocks=True) == span(TEN_TO_ELEVEN)
    assert blocked(tentative, tentative_blocks=False) is None


def test_what_is_certain_or_unanswered_blocks_whatever_she_chose():
    for certain in (event(), event(attendees=[owner("needsAction")]), event(attendees=[guest("tentative")])):
        assert blocked(certain, tentative_blocks=False) == span(TEN_TO_ELEVEN)


def test_the_span_says_which_event_it_is():
    ten, eleven = datetime(2026, 12, 1, 10, tzinfo=UTC), datetime(2026, 12, 1, 11, tzinfo=UTC)

    found = judged(event()).span

    assert found == BlockedSpan(ten, eleven, event_id="abcde", title="Dentist", calendar_id="her calendar", instance="")


@pytest.mark.parametrize(
    ("original", "instance"),
    [
        ({"dateTime": "2026-12-03T11:00:00+01:00", "timeZone": "Europe/Berlin"}, "abcde/2026-12-03T10:00:00Z"),
        ({"dateTime": "2026-12-03T10:00:00Z"}, "abcde/2026-12-03T10:00:00Z"),
        ({"date": "2026-12-03"}, "abcde/2026-12-03"),
        (None, "abcde/"),
        ("no edge", "abcde/"),
    ],
)
def test_an_occurrence_is_known_by_when_it_would_have_been(original, instance):
    found = judged(event(id="abcde_1", recurringEventId="abcde", originalStartTime=original)).span

    assert found is not None
    assert (found.event_id, found.instance) == ("abcde_1", instance)


def test_an_event_without_a_title_has_an_empty_one():
    found = judged(event(summary=None)).span

    assert found is not None
    assert found.title == ""


def test_a_title_that_no_database_could_hold_is_made_one_that_it_can():
    found = judged(event(summary="Den\0tist \ud83d", id="ab\0cde")).span

    assert found is not None
    assert (found.title, found.event_id) == ("Dentist ?", "abcde")


def test_the_instants_are_in_utc():
    found = judged(timed("2026-12-01T12:00:00+02:00", "2026-12-01T13:00:00+02:00")).span

    assert found is not None
    assert (found.starts_at.tzinfo, found.ends_at.tzinfo) == (UTC, UTC)


def test_our_own_is_told_apart_with_its_booking_its_times_and_its_link():
    ours = event(hangoutLink="https://meet.google.com/abc-defg-hij") | mark("abcde", "booking-1")

    found = judged(ours)

    assert (found.span, found.unreadable) == (None, None)
    assert found.own is not None
    assert (found.own.id, found.own.booking_reference, found.own.is_cancelled) == ("abcde", "booking-1", False)
    assert (found.own.starts_at, found.own.ends_at) == span(TEN_TO_ELEVEN)
    assert found.own.meet_link == "https://meet.google.com/abc-defg-hij"


def test_our_own_dragged_to_a_whole_day_says_so():
    found = judged(all_day("2026-07-01", "2026-07-02") | mark("abcde", "booking-1")).own

    assert found is not None
    assert found.is_all_day
    assert (found.starts_at, found.ends_at) == span(("2026-06-30T23:00", "2026-07-01T23:00"))


SCRAPS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["2026-12-01", "UTC", "private"])
)
NAMES = st.sampled_from(["date", "dateTime", "timeZone", "private", "threshold_booking", "self", "responseStatus"])
ANYTHING = st.recursive(SCRAPS, lambda part: st.lists(part, max_size=2) | st.dictionaries(NAMES, part, max_size=3))
FIELDS = [
    "id", "summary", "status", "transparency", "eventType", "attendees", "extendedProperties", "start", "end",
    "recurringEventId", "originalStartTime", "hangoutLink",
]  # fmt: skip


@settings(max_examples=4 * settings.default.max_examples)
@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), st.text(max_size=5), st.booleans())
def test_nothing_that_an_event_may_hold_makes_the_judge_fail(shape, zone, tentative_blocks):
    found = judged(TIMED | shape, zone, tentative_blocks=tentative_blocks)

    assert found.span is None or found.span.starts_at < found.span.ends_at
    assert found.own is None or found.span is None
