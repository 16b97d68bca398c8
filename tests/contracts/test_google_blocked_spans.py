"""What personal events block in a span (R14): the adapter, through Google's own libraries, against the sandbox."""

import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from threading import enumerate as all_threads
from urllib.parse import parse_qsl, urlsplit

import pytest

from integrations.calendars import HURRIED, BlockedSpan, GrantRevoked, answer_within, calendar_client
from integrations.errors import VendorError
from integrations.sandbox import faults, google_account, google_events, store
from tests.contracts.google_door import EVENT, START, lay, slow, standing
from tests.contracts.server import serving

pytestmark = pytest.mark.rule("R14")

END = START + timedelta(minutes=50)
MINUTE = timedelta(minutes=1)


def titles(calendar, begins_at=START, ends_at=END) -> list[str]:
    return [span.title for span in calendar.blocked_spans(["primary"], begins_at, ends_at)]


def test_a_personal_event_blocks_its_time(calendar):
    event = lay(START, END, summary="Dentist")

    assert calendar.blocked_spans(["primary"], START, END) == [
        BlockedSpan(START, END, event["id"], "Dentist", "primary")
    ]


def test_an_empty_calendar_blocks_nothing(calendar):
    assert calendar.blocked_spans(["primary"], START, END) == []


def test_only_events_that_overlap_the_span_are_found(calendar):
    lay(START - timedelta(hours=1), START, summary="ends as it begins")
    lay(START - timedelta(hours=1), START + MINUTE, summary="reaches into it")
    lay(START - timedelta(days=9), END + timedelta(days=9), summary="surrounds it")
    lay(START + MINUTE, START + 2 * MINUTE, summary="within it")
    lay(START + MINUTE, START + MINUTE, summary="takes no time")
    lay(END - MINUTE, END + timedelta(hours=1), summary="reaches out of it")
    lay(END, END + timedelta(hours=1), summary="begins as it ends")

    assert set(titles(calendar)) == {"reaches into it", "surrounds it", "within it", "reaches out of it"}


def test_free_declined_and_deleted_events_block_nothing(calendar):
    lay(START, END, transparency="transparent")
    lay(START, END, attendees=[{"email": google_account.ACCOUNT, "responseStatus": "declined"}])
    lay(START, END, eventType="workingLocation")
    google_events.delete(lay(START, END)["id"])
    lay(START, END, summary="Invitation", attendees=[{"email": google_account.ACCOUNT, "responseStatus": "accepted"}])

    assert titles(calendar) == ["Invitation"]


def test_the_practices_own_sessions_are_skipped(calendar):
    calendar.put_event("primary", EVENT)
    lay(START, END, summary="Dentist")

    assert titles(calendar) == ["Dentist"]
    assert len(standing()) == 2


@pytest.mark.parametrize(
    ("day", "after", "begins_at", "ends_at"),
    [
        ("2026-10-25", "2026-10-26", "2026-10-24T23:00Z", "2026-10-26T00:00Z"),  # 25 hours: the clocks go back
        ("2026-03-29", "2026-03-30", "2026-03-29T00:00Z", "2026-03-29T23:00Z"),  # 23 hours: they go forward
        ("2026-10-24", "2026-10-27", "2026-10-23T23:00Z", "2026-10-27T00:00Z"),
    ],
)
def test_whole_days_are_the_calendars_own_when_the_clocks_change(calendar, day, after, begins_at, ends_at):
    lay(day, after, summary="Holiday")
    begins_at, ends_at = datetime.fromisoformat(begins_at), datetime.fromisoformat(ends_at)

    (span,) = calendar.blocked_spans(["primary"], begins_at, ends_at)

    assert (span.starts_at, span.ends_at) == (begins_at, ends_at)
    assert titles(calendar, begins_at - timedelta(hours=1), begins_at) == []
    assert titles(calendar, ends_at, ends_at + timedelta(hours=1)) == []


def test_every_page_is_read(calendar):
    for number in range(260):
        lay(START, END, summary=f"Event {number}")

    assert sorted(titles(calendar)) == sorted(f"Event {number}" for number in range(260))


def test_recurring_events_are_asked_for_by_their_occurrences(google, settings):
    """The stand-in keeps no recurring events, so it cannot tell: what is asked is looked at on its way."""
    asked = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(dict(parse_qsl(urlsplit(self.path).query)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"timeZone": "Europe/Lisbon", "items": []}')

        def log_message(self, *args: object) -> None: ...

    with serving(Listening) as address:
        settings.GOOGLE_API_BASE = address
        assert titles(calendar_client(google_account.SAMPLE_REFRESH_TOKEN)) == []

    (query,) = asked
    assert (query["singleEvents"], query["showDeleted"]) == ("true", "false")
    assert (query["timeMin"], query["timeMax"]) == ("2026-12-01T10:00:00+00:00", "2026-12-01T10:50:00+00:00")


def test_the_span_may_be_given_in_any_zone(calendar):
    lay(START, END, summary="Dentist")
    eastwards = START.astimezone(datetime.fromisoformat("2026-01-01T00:00+05:45").tzinfo)

    assert titles(calendar, eastwards, eastwards + MINUTE) == ["Dentist"]
    assert titles(calendar, eastwards - MINUTE, eastwards) == []


def test_an_outage_is_retryable(google):
    kept = google_account.refresh(google_account.SAMPLE_REFRESH_TOKEN)["access_token"]
    faults.set_fault("google", "down")

    with pytest.raises(VendorError) as caught:
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN, kept, patience=HURRIED).blocked_spans(
            ["primary"], START, END
        )

    assert caught.value.retryable


def test_a_calendar_that_vanished_is_final(calendar):
    with pytest.raises(VendorError) as caught:
        calendar.blocked_spans(["vanished@example.com"], START, END)

    assert not caught.value.retryable


@pytest.mark.parametrize("has_asked_before", [False, True])
def test_a_withdrawn_grant_is_told_apart(calendar, has_asked_before):
    if has_asked_before:
        calendar.blocked_spans(["primary"], START, END)
    google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN)

    with pytest.raises(GrantRevoked) as caught:
        answer_within(5, lambda: calendar.blocked_spans(["primary"], START, END))

    assert not caught.value.retryable


def test_a_stale_access_token_is_replaced_and_the_new_one_can_be_kept(google):
    lay(START, END, summary="Dentist")
    calendar = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, "ya29.long-gone")

    assert titles(calendar) == ["Dentist"]
    assert list(store.all("google_access")) == [calendar.access_token]

    assert titles(calendar_client(google_account.SAMPLE_REFRESH_TOKEN, calendar.access_token)) == ["Dentist"]
    assert list(store.all("google_access")) == [calendar.access_token]


# --- The deadline ---------------------------------------------------------------------------------------------------


def test_whoever_asks_a_slow_google_hears_by_the_deadline(google):
    calendar, began = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, timeout=10), time.monotonic()

    with slow(5):
        with pytest.raises(VendorError) as caught:
            answer_within(1, lambda: calendar.blocked_spans(["primary"], START, END))

        assert time.monotonic() - began < 4
        assert caught.value.retryable


def test_a_question_left_behind_ends_by_its_own_time_outs(google):
    """Nothing else may end it: Google stays slow for longer than it is waited for."""
    calendar, before = (
        calendar_client(google_account.SAMPLE_REFRESH_TOKEN, timeout=1, patience=HURRIED),
        set(all_threads()),
    )

    with slow(30):
        with pytest.raises(VendorError):
            answer_within(0.1, lambda: calendar.blocked_spans(["primary"], START, END))
        (left_behind,) = (thread for thread in set(all_threads()) - before if thread.name == "calendar-question")
        left_behind.join(timeout=10)

        assert not left_behind.is_alive()


def test_a_token_and_an_answer_each_in_time_are_late_together(google):
    """No socket ever times out here: the deadline is for all of it. The token is kept for the next question."""
    calendar = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, timeout=10)

    with slow(1.5):
        with pytest.raises(VendorError) as caught:
            answer_within(2.25, lambda: calendar.blocked_spans(["primary"], START, END))

        assert caught.value.reason == "did not answer in time"
        assert list(store.all("google_access")) == [calendar.access_token]


def test_a_google_that_is_slow_but_in_time_is_heard(google):
    lay(START, END, summary="Dentist")
    calendar = calendar_client(google_account.SAMPLE_REFRESH_TOKEN, timeout=10)

    with slow(0.1):
        (span,) = answer_within(10, lambda: calendar.blocked_spans(["primary"], START, END))

    assert span.title == "Dentist"
