"""The pull (R13): several calendars, page by page, our own events apart, what is broken told; and how it weathers."""

import weakref
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from integrations.calendars import CalendarGone, Patience, PulledPage, calendar_client, google_calendar
from integrations.errors import VendorError
from integrations.sandbox import google_account, google_calendars, google_events, google_switches
from tests.contracts.google_door import EVENT, START, lay, standing
from tests.contracts.server import serving

pytestmark = pytest.mark.rule("R13")

END = START + timedelta(days=120)
HOUR = timedelta(hours=1)
FAMILY, CHOIR = google_calendars.FAMILY, google_calendars.CHOIR
SHORT = Patience(retries=2, first_pause=0.001)


def titles(pages: Iterator[PulledPage]) -> list[str]:
    return [span.title for page in pages for span in page.spans]


def in_calendar(calendar: str, start: datetime | str, end: datetime | str, title: str) -> None:
    edges = [{"date": at} if isinstance(at, str) else {"dateTime": at.isoformat()} for at in (start, end)]
    google_events.insert({"summary": title, "start": edges[0], "end": edges[1]}, conference=False, calendar=calendar)


def test_the_calendars_are_listed_with_what_is_needed_to_choose(calendar):
    primary, choir, family = calendar.calendars()

    assert (primary.id, primary.is_primary, primary.can_receive) == (google_account.ACCOUNT, True, True)
    assert (choir.name, choir.time_zone, choir.access_role) == ("Choir", "Europe/Berlin", "reader")
    assert (choir.is_primary, choir.can_receive) == (False, False)
    assert (family.id, family.name, family.can_receive) == (FAMILY, "Family", True)


def test_the_list_of_calendars_is_read_to_its_last_page(calendar):
    google_switches.turn(page_size=1)

    assert len(calendar.calendars()) == 3


def test_each_calendar_is_pulled_in_its_own_zone(calendar):
    lay("2026-12-02", "2026-12-03", summary="Holiday")
    in_calendar(FAMILY, START, START + HOUR, "School")
    in_calendar(CHOIR, "2026-12-02", "2026-12-03", "Concert")

    pages = list(calendar.pull(["primary", FAMILY, CHOIR], START, END))

    assert [page.calendar_id for page in pages] == ["primary", FAMILY, CHOIR]
    spans = {span.title: span for page in pages for span in page.spans}
    assert {title: span.calendar_id for title, span in spans.items()} == {
        "Holiday": "primary",
        "School": FAMILY,
        "Concert": CHOIR,
    }
    assert spans["Holiday"].starts_at - spans["Concert"].starts_at == HOUR  # Lisbon's midnight, and Berlin's


def test_every_page_is_read_as_it_is_needed_and_not_before(calendar):
    for number in range(5):
        lay(START + number * HOUR, START + (number + 1) * HOUR, summary=f"Event {number}")
    google_switches.turn(page_size=2)

    pages = calendar.pull(["primary"], START, END)
    first = next(pages)
    google_events.delete(standing()[-1]["id"])  # before the last page is asked for

    assert [span.title for span in first.spans] == ["Event 0", "Event 1"]
    assert [[span.title for span in page.spans] for page in pages] == [["Event 2", "Event 3"]]


def test_each_page_counts_what_it_held_and_why_some_of_it_blocks_nothing(calendar):
    calendar.put_event("primary", EVENT)
    lay(START, START + HOUR, summary="Dentist")
    lay(START, START, summary="Remember")
    for _ in range(2):
        lay(START, START + HOUR, transparency="transparent")
    lay(START, START + HOUR, attendees=[{"email": google_account.ACCOUNT, "responseStatus": "declined"}])
    lay(START, START + HOUR, status="tentative")
    lay("2026-12-02", "2026-12-03", eventType="birthday")
    lay("2026-12-02", "2026-12-03", eventType="workingLocation")

    (page,) = calendar.pull(["primary"], START - HOUR, END, tentative_blocks=False)

    assert (page.seen, len(page.spans)) == (9, 1)
    assert page.skipped == {
        "own": 1,
        "zero length": 1,
        "free": 2,
        "declined": 1,
        "tentative": 1,
        "birthday": 1,
        "working location": 1,
    }


def test_a_calendar_without_events_gives_a_page_without_spans(calendar):
    assert list(calendar.pull(["primary"], START, END)) == [PulledPage("primary", (), (), ())]
    assert list(calendar.pull([], START, END)) == []


def test_our_own_events_come_apart_with_their_times_and_links(calendar):
    link = calendar.put_event("primary", EVENT).meet_link
    lay(START, START + HOUR, summary="Dentist")

    (page,) = calendar.pull(["primary"], START, END)

    assert [span.title for span in page.spans] == ["Dentist"]
    (own,) = page.own
    assert (own.id, own.booking_reference, own.is_cancelled) == (EVENT.id, "booking-1", False)
    assert (own.starts_at, own.ends_at, own.meet_link) == (EVENT.starts_at, EVENT.ends_at, link)


def test_an_own_event_that_she_moved_or_deleted_is_seen_without_a_request_for_each(calendar):
    calendar.put_event("primary", EVENT)
    google_events.lay(google_events.get(EVENT.id) | {"start": {"date": "2026-12-05"}, "end": {"date": "2026-12-06"}})

    (page,) = calendar.pull(["primary"], START, END)
    (own,) = page.own
    assert own.is_all_day
    assert own.starts_at == datetime.fromisoformat("2026-12-05T00:00Z")

    google_events.delete(EVENT.id)
    (page,) = calendar.pull(["primary"], START, END)
    assert page.own == page.spans == ()


def test_one_of_our_events_can_be_asked_for_alone(calendar):
    assert calendar.event("primary", EVENT.id) is None
    link = calendar.put_event("primary", EVENT).meet_link

    stands = calendar.event("primary", EVENT.id)
    assert stands is not None
    assert (stands.is_cancelled, stands.starts_at, stands.meet_link) == (False, EVENT.starts_at, link)

    calendar.delete_event("primary", EVENT.id)
    gone = calendar.event("primary", EVENT.id)
    assert gone is not None
    assert gone.is_cancelled
    assert calendar.event(FAMILY, EVENT.id) is None
    assert calendar.event("vanished@example.com", EVENT.id) is None


def test_a_copy_that_she_makes_of_a_session_blocks_its_time(calendar):
    calendar.put_event("primary", EVENT)
    google_events.lay(google_events.get(EVENT.id) | {"id": "copy0123456789"})

    (page,) = calendar.pull(["primary"], START, END)

    assert [own.id for own in page.own] == [EVENT.id]
    assert [span.event_id for span in page.spans] == ["copy0123456789"]


def test_what_is_broken_is_told_and_the_rest_goes_on(calendar):
    google_events.lay({"id": "broken1", "summary": "Half", "start": {"dateTime": "2026-12-02T10:00:00Z"}, "end": {}})
    google_events.lay({"id": "broken2", "summary": "Lost", "start": {}, "end": {}})
    lay(START, START + HOUR, summary="Dentist")

    (page,) = calendar.pull(["primary"], START, END)

    assert {span.title: span.ends_at.hour for span in page.spans} == {"Half": 0, "Dentist": 11}
    assert [(each.event_id, each.title, each.is_blocking) for each in page.unreadable] == [
        ("broken1", "Half", True),
        ("broken2", "Lost", False),
    ]
    assert "no end that can be read" in page.unreadable[0].why


def test_an_occurrence_is_known_again_after_it_was_moved(calendar):
    original = {"dateTime": "2026-12-03T10:00:00Z"}
    occurrence = {"id": "series_1", "recurringEventId": "series", "originalStartTime": original, "summary": "Choir"}
    for hour in (10, 16):
        start, end = f"2026-12-03T{hour}:00:00Z", f"2026-12-03T{hour + 1}:00:00Z"
        google_events.lay(occurrence | {"start": {"dateTime": start}, "end": {"dateTime": end}})
        ((span,),) = (page.spans for page in calendar.pull(["primary"], START, END))
        assert (span.event_id, span.instance) == ("series_1", "series/2026-12-03T10:00:00Z")
        assert span.starts_at.hour == hour


@pytest.mark.parametrize("chosen", [True, False])
def test_tentative_events_block_by_choice(calendar, chosen):
    lay(START, START + HOUR, summary="Perhaps", status="tentative")

    assert titles(calendar.pull(["primary"], START, END, tentative_blocks=chosen)) == ["Perhaps"] * chosen


def test_of_an_event_with_many_guests_the_owners_answer_is_still_known(calendar):
    guests = [{"email": f"guest{number}@example.org", "responseStatus": "accepted"} for number in range(5)]
    lay(
        START,
        START + HOUR,
        summary="Party",
        attendees=[*guests, {"email": google_account.ACCOUNT, "responseStatus": "declined"}],
    )
    lay(START, START + HOUR, summary="Meeting", attendees=guests)

    assert titles(calendar.pull(["primary"], START, END)) == ["Meeting"]


# --- Weather --------------------------------------------------------------------------------------------------------


def test_a_calendar_that_was_deleted_is_named(calendar):
    google_calendars.delete(FAMILY)
    pages = calendar.pull(["primary", FAMILY, CHOIR], START, END)

    assert next(pages).calendar_id == "primary"
    with pytest.raises(CalendarGone) as caught:
        next(pages)

    assert caught.value.calendar_id == FAMILY
    assert not caught.value.retryable
    assert FAMILY not in str(caught.value)


def test_sessions_cannot_be_put_where_the_calendar_is_gone_or_only_read(calendar):
    google_calendars.delete(FAMILY)

    with pytest.raises(CalendarGone):
        calendar.put_event(FAMILY, EVENT)
    with pytest.raises(VendorError, match="requiredAccessLevel") as caught:
        calendar.put_event(CHOIR, EVENT)
    assert not caught.value.retryable


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "tooManyRequests", "backendError"])
def test_a_google_out_of_breath_is_asked_again_and_nobody_hears_of_it(google, reason):
    lay(START, START + HOUR, summary="Dentist")
    google_switches.turn(refusal=reason, refusals_left=2)

    pages = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, patience=SHORT).pull(["primary"], START, END)

    assert titles(pages) == ["Dentist"]
    assert google_switches.switches().refusals_left == 0


def test_a_google_that_stays_out_of_breath_is_left_to_whoever_calls(google):
    google_switches.turn(refusal="rateLimitExceeded", refusals_left=10)

    with pytest.raises(VendorError, match="refused with 403 rateLimitExceeded") as caught:
        list(calendar_client(google_account.SAMPLE_REFRESH_TOKEN, patience=SHORT).pull(["primary"], START, END))

    assert caught.value.retryable
    assert google_switches.switches().refusals_left == 7  # one attempt and two more


@pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
def test_a_quota_that_is_used_up_is_not_asked_again_at_once(google, reason):
    google_switches.turn(refusal=reason, refusals_left=10)

    with pytest.raises(VendorError, match=reason) as caught:
        list(calendar_client(google_account.SAMPLE_REFRESH_TOKEN, patience=SHORT).pull(["primary"], START, END))

    assert caught.value.retryable
    assert google_switches.switches().refusals_left == 9


def test_a_push_refused_for_load_ends_in_one_event(google):
    google_switches.turn(refusal="rateLimitExceeded", refusals_left=2)

    calendar_client(google_account.SAMPLE_REFRESH_TOKEN, patience=SHORT).put_event("primary", EVENT)

    assert [event["id"] for event in standing()] == [EVENT.id]


def test_a_list_that_does_not_end_is_left(google, settings, monkeypatch):
    class Endless(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"timeZone": "Europe/Lisbon", "items": [], "nextPageToken": "again"}')

        def log_message(self, *args: object) -> None: ...

    monkeypatch.setattr(google_calendar, "MOST_PAGES", 3)
    with serving(Endless) as address:
        settings.GOOGLE_API_BASE = address
        pages = calendar_client(google_account.SAMPLE_REFRESH_TOKEN).pull(["primary"], START, END)
        assert [next(pages).calendar_id for _ in range(3)] == ["primary"] * 3
        with pytest.raises(VendorError, match="does not end") as caught:
            next(pages)

    assert caught.value.retryable


def test_a_grant_withdrawn_between_two_pages_ends_the_pull(calendar):
    for number in range(3):
        lay(START + number * HOUR, START + (number + 1) * HOUR)
    google_switches.turn(page_size=2)
    pages = calendar.pull(["primary"], START, END)
    next(pages)
    google_account.remove_access()

    with pytest.raises(VendorError, match="connected again"):
        next(pages)


def test_the_pauses_double_within_their_bounds():
    for _ in range(20):
        first, second, third = Patience(retries=3, first_pause=1).pauses()
        assert 0.5 <= first <= 1 <= second <= 2 <= third <= 4


def test_a_page_that_was_dealt_with_is_not_kept(calendar):
    for number in range(8):
        lay(START + number * HOUR, START + (number + 1) * HOUR)
    google_switches.turn(page_size=2)
    read: list[weakref.ref[PulledPage]] = []

    for page in calendar.pull(["primary"], START, END):
        assert [each() for each in read[:-1]] == [None] * len(read[:-1])
        read.append(weakref.ref(page))

    assert len(read) == 4
