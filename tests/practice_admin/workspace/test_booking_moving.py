"""The therapist moves a session: among free times, or anywhere with a reason (R3, R4)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from integrations.outbox.models import Effect
from practice_admin.models import Booking, RuleOverride
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, open_every_day, therapist
from tests.practice_admin.workspace.diary_pages import (
    HOUR,
    NIGHT,
    REASON,
    WEEK,
    as_it_was,
    page_of,
    press,
    seen_on,
    typed_time,
)

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R4")]


@pytest.fixture(autouse=True)
def friday():
    open_every_day()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session", buffer_after_minutes=10, step_minutes=60)


@pytest.fixture
def booking(session) -> Booking:
    made = make_booking(make_client(name="Oscar Nunes", stage="ongoing"), session)
    made.refresh_from_db()
    return made


def there(booking: Booking) -> datetime:
    booking.refresh_from_db()
    return booking.starts_at


def test_the_nearest_and_seven_days_are_offered_and_its_own_time_is_not(desk, booking, text):
    make_booking(make_client(stage="ongoing"), booking.session_type, starts_at=MONDAY + 2 * HOUR)
    times = desk.get(page_of(booking, "move")).context["times"]
    assert [one.starts_at.hour for one in times.nearest] == [10, 12, 13, 14]
    monday = [one.starts_at.hour for one in times.days[0][1]]
    assert monday == [10, 12, 13, 14, 15, 16]
    assert len(times.days) == 7
    assert "Oscar gets the mail “Your session has a new time”." in text(desk.get(page_of(booking, "move")))
    assert as_it_was(booking)


@pytest.mark.rule("R19")
@pytest.mark.parametrize("hours", [24, 0])
def test_what_a_move_into_the_notice_takes_from_its_client_is_said_before(desk, booking, text, hours):
    Booking.objects.update(notice_hours=hours)
    page = text(desk.get(page_of(booking, "move")))
    said = "At a time before Sat 28 Nov, 12:00, Oscar can no longer move or cancel it without you"
    assert (said in page) == bool(hours)


@pytest.mark.parametrize("asked", ["2026-12-14", "nonsense", "9999-12-31", "0001-01-01", ""])
def test_other_days_are_shown_as_asked_and_never_beyond_what_is_offered(desk, booking, asked):
    times = desk.get(page_of(booking, "move"), {"from": asked}).context["times"]
    first, last = NOW.date(), (NOW + timedelta(days=booking.session_type.horizon_days + 1)).date()
    assert first <= times.first <= last
    if asked == "2026-12-14":
        assert f"{times.first} {times.earlier} {times.later}" == "2026-12-14 2026-12-07 2026-12-21"


def test_a_free_time_takes_it_at_once(desk, booking, text):
    page = press(desk, booking, "move", start=(MONDAY + HOUR).isoformat())
    assert "Moved to Mon 30 Nov, 10:00; Oscar Nunes is told by mail." in text(page)
    assert there(booking) == MONDAY + HOUR
    assert (booking.version, booking.moves) == (2, 0)
    assert set(Effect.objects.values_list("kind", flat=True)) == {"client_email", "notifications", "calendar_event"}
    assert not RuleOverride.objects.exists()


def test_a_typed_time_that_passes_over_a_rule_comes_back_with_it_and_asks_why(desk, booking, text):
    page = press(desk, booking, "move", **typed_time(NIGHT))
    assert page.status_code == 422
    assert "Mon 30 Nov, 23:00 is not one of the times that are offered" in text(page)
    assert "Mondays are open 09:00 to 17:00." in text(page)
    assert 'value="23:00"' in text(page)
    assert as_it_was(booking)
    press(desk, booking, "move", **typed_time(NIGHT), reason=REASON, seen=seen_on(page))
    assert there(booking) == NIGHT
    kept = RuleOverride.objects.get()
    assert (kept.rule, kept.reason, kept.made_by) == ("hours", REASON, therapist())


def test_a_reason_covers_only_the_rules_that_were_shown_for_that_very_time(desk, booking, text):
    seen = seen_on(press(desk, booking, "move", **typed_time(NIGHT)))
    other = press(desk, booking, "move", **typed_time(NIGHT + WEEK), reason=REASON, seen=seen)
    assert other.status_code == 422
    assert REASON in text(other)
    for forged in ("", "x", "hours", f"{NIGHT.isoformat()} x", f"{NIGHT.isoformat()}"):
        assert press(desk, booking, "move", **typed_time(NIGHT), reason=REASON, seen=forged).status_code == 422
    assert as_it_was(booking)


@pytest.mark.rule("R3")
def test_a_time_that_is_taken_is_refused_with_whose_it_is_and_the_nearest(desk, booking, text):
    make_booking(make_client(name="Bea <i>Brandt</i>", stage="ongoing"), booking.session_type, starts_at=MONDAY + HOUR)
    page = press(desk, booking, "move", **typed_time(MONDAY + HOUR), reason=REASON)
    assert page.status_code == 409
    assert "Mon 30 Nov, 10:00 cannot be had" in text(page)
    assert "Bea &lt;i&gt;Brandt&lt;/i&gt;, Session" in text(page)
    assert MONDAY + 2 * HOUR in [one.starts_at for one in page.context["times"].nearest]
    assert as_it_was(booking)


@pytest.mark.rule("R3")
def test_without_its_buffers_it_fits_where_it_would_not(desk, booking):
    make_booking(
        make_client(stage="ongoing"), booking.session_type, starts_at=MONDAY + 3 * HOUR, buffer_before_minutes=10
    )
    assert press(desk, booking, "move", **typed_time(MONDAY + 2 * HOUR)).status_code == 409
    assert as_it_was(booking)
    press(desk, booking, "move", **typed_time(MONDAY + 2 * HOUR), without_buffers="on")
    assert there(booking) == MONDAY + 2 * HOUR
    assert (booking.buffer_before_minutes, booking.buffer_after_minutes) == (0, 0)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "start", "Please choose a time, or type one."),
        ({"start": "typed"}, "start", "Please choose a time, or type one."),
        ({"start": "yesterday"}, "start", "That time could not be read."),
        ({"start": "2026-12-01T10:00"}, "start", "That time could not be read."),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start", "That time could not be read."),
        ({"start": "typed", "on": "2026-12-01"}, "at", "Please give the time."),
        ({"start": "typed", "at": "10:00"}, "on", "Please give the date."),
        ({"start": "typed", "on": "soon", "at": "10:00"}, "on", "Please write a day like 2026-12-24."),
        ({"start": "typed", "on": "2026-12-01", "at": "25:00"}, "at", "Please write a time like 09:30."),
        ({"start": "typed", "on": "2027-03-28", "at": "01:30"}, "at", "The clocks go forward on that date"),
        ({"start": "typed", "on": "2027-10-31", "at": "01:30"}, "at", "The clocks go back on that date"),
        (typed_time(MONDAY), "start", "That is the time you have already."),
        (typed_time(NOW - HOUR), "start", "That time is over."),
        (typed_time(NIGHT) | {"reason": "x" * 501}, "reason", "Please keep the reason to 500 characters."),
        (typed_time(NIGHT) | {"reason": "a\0b"}, "reason", "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_done_is_said_beside_its_field_and_what_was_typed_stays(
    desk, booking, text, typed, field, words
):
    page = press(desk, booking, "move", **typed)
    assert page.status_code == 422
    assert words in str(page.context["form"].errors[field])
    assert words in text(page)
    if typed.get("on"):
        assert f'value="{typed["on"]}"' in text(page)
    assert as_it_was(booking)


def test_a_date_and_a_time_alone_are_enough(desk, booking):
    press(desk, booking, "move", on="2026-12-01", at="10:00")
    assert there(booking) == datetime(2026, 12, 1, 10, tzinfo=UTC)


def test_a_time_on_the_page_that_was_taken_meanwhile_is_said_and_stays_chosen_no_longer_free(desk, booking, text):
    wish = (MONDAY + HOUR).isoformat()
    make_booking(make_client(stage="ongoing"), booking.session_type, starts_at=MONDAY + HOUR)
    page = press(desk, booking, "move", start=wish)
    assert page.status_code == 409
    assert text(page).count(f'value="{wish}" checked') == 1
    assert as_it_was(booking)


@pytest.mark.parametrize("others", [0, 12])
def test_the_page_asks_the_same_number_of_questions_however_full_the_diary_is(
    desk, booking, others, django_assert_num_queries
):
    for day in range(others):
        make_booking(
            make_client(stage="ongoing"), booking.session_type, starts_at=MONDAY + timedelta(days=day + 1, hours=1)
        )
    # Session, user, practice; booking; the hours of both kinds in one, what is taken.
    with django_assert_num_queries(6):
        desk.get(page_of(booking, "move"))
