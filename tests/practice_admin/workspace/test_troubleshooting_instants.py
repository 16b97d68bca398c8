"""Why is this time not offered? Any instant, and never another verdict than the listing's (R4, R20)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from practice_admin.models import Block, Booking, HoursOverride, SessionType, WeeklyHours
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, open_every_day
from tests.practice_admin.workspace.asking import WHY, against, ask, the_answer

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R4")]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call():
    open_every_day()
    return make_session_type("discovery", name="Discovery call")


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"on": ""}, "on", "Please give the date."),
        ({"on": "tomorrow"}, "on", "Please give a date, such as 2026-12-01."),
        ({"on": "2026-02-30"}, "on", "Please give a date, such as 2026-12-01."),
        ({"on": "0001-01-01"}, "on", "Please give a date between 2000 and 2199."),
        ({"on": "9999-12-31"}, "on", "Please give a date between 2000 and 2199."),
        ({"at": ""}, "at", "Please give the time."),
        ({"at": "25:00"}, "at", "Please give a time, such as 14:30."),
        ({"session_type": ""}, "session_type", "Please choose the kind of session."),
        ({"session_type": "nothing"}, "session_type", "That kind of session is not there any more."),
        ({"client": "nobody"}, "client", "That client is not there any more."),
        ({"client": "00000000-0000-4000-8000-000000000000"}, "client", "That client is not there any more."),
        ({"on": "2027-03-28", "at": "01:30"}, "at", "The clocks go forward on that date, and this time is left out."),
    ],
)
def test_odd_questions_are_answered_in_words_beside_the_field(desk, call, typed, field, words, text):
    page = ask(desk, call, **typed)
    assert page.status_code == 422
    assert words in str(page.context["form"].errors[field])
    assert words in text(page)
    assert page.context["answers"] == []


@pytest.mark.rule("R20")
def test_a_time_that_clocks_read_twice_is_answered_for_both(desk, call, text):
    WeeklyHours.objects.update(opens_at=time(0), closes_at=time(3))
    SessionType.objects.update(horizon_days=400)
    twice = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    make_booking(session_type=call, starts_at=twice)
    page = ask(desk, call, twice)
    first, second = page.context["answers"]
    assert (first.is_offered, first.zone_text) == (True, "Lisbon time (UTC+1)")
    assert (second.is_offered, second.zone_text) == (False, "Lisbon time (UTC)")
    assert "This is the first." in text(page)
    assert "This is the second." in text(page)


def test_the_past_and_the_far_future_are_answered_too(desk, call):
    for day in (datetime(2000, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, tzinfo=UTC)):
        assert not the_answer(desk, call, day).is_offered


def test_without_a_question_nothing_is_refused(desk, call, text):
    page = desk.get(WHY)
    assert page.status_code == 200
    assert "Please" not in text(page).replace("Please choose</option>", "")


ALWAYS = {"Notice", "Hours", "When sessions begin", "Blocked time", "Other sessions"}
BITES = {"discovery": ALWAYS | {"How far ahead", "Most in a day", "Most in a week"}, "session": ALWAYS}


def a_full_diary() -> None:
    """Hours, dates, blocks, buffers, caps and notice that all bite on some days around the Monday."""
    WeeklyHours.objects.filter(weekday=2).update(opens_at=time(9, 45), closes_at=time(13, 15))
    HoursOverride.objects.create(on=date(2026, 12, 1), opens_at=time(13), closes_at=time(16))
    HoursOverride.objects.create(on=date(2026, 12, 3))
    limited = HoursOverride.objects.create(on=date(2026, 12, 4), opens_at=time(8), closes_at=time(10))
    limited.session_types.add(SessionType.objects.get(slug="session"))
    Block.objects.create(starts_at=MONDAY + 130 * MINUTE, ends_at=MONDAY + 190 * MINUTE)
    SessionType.objects.update(minimum_notice_minutes=1440)
    SessionType.objects.filter(slug="discovery").update(
        buffer_after_minutes=15, horizon_days=6, daily_cap=2, weekly_cap=4
    )
    call, session = SessionType.objects.get(slug="discovery"), SessionType.objects.get(slug="session")
    make_booking(session_type=call, starts_at=MONDAY + 4 * HOUR)
    make_booking(make_client(stage="ongoing"), session, starts_at=MONDAY + 6 * HOUR)
    for hours in (1, 2):
        make_booking(session_type=call, starts_at=MONDAY + 2 * DAY + hours * HOUR)
    for days in (4, 5, 6, 7):  # the week before is full
        make_booking(session_type=call, starts_at=MONDAY - days * DAY)


def listed(browser: Browser, slug: str) -> set[datetime]:
    days = browser.get(f"/book/{slug}/slots/", {"from": "2026-11-27", "days": "10"}).json()["days"]
    return {datetime.fromisoformat(slot["start"]).astimezone(UTC) for day in days for slot in day["slots"]}


@pytest.mark.parametrize("slug", ["discovery", "session"])
def test_the_verdict_is_the_one_of_the_slots_address_at_every_instant(desk, call, slug):
    session, alice = make_session(buffer_before_minutes=10), make_client(stage="ongoing")
    a_full_diary()
    browser = Browser()
    browser.force_login(alice.user)
    offered = listed(browser, slug)
    asked_for = call if slug == "discovery" else session
    instants = {NOW + step * 211 * MINUTE for step in range(48)} | {MONDAY + step * 15 * MINUTE for step in range(32)}
    instants |= set(sorted(offered)[:: len(offered) // 12])
    answers = {moment: the_answer(desk, asked_for, moment, client=str(alice.public_id)) for moment in instants}
    said = {moment for moment, answer in answers.items() if answer.is_offered}
    assert said == offered & instants
    assert len(said) >= 10
    bit = {finding.label for answer in answers.values() for finding in answer.broken}
    assert bit >= BITES[slug]  # or it would prove little


def test_a_booking_made_where_it_says_offered_stands_against_it_afterwards(desk, call):
    assert the_answer(desk, call).is_offered
    start = {"start": "2026-11-30T09:00:00+00:00", "name": "A", "email": "a@example.com", "phone": "+351 912 345 678"}
    posted = Browser().post("/book/discovery/details/", start | {"time_zone": "Europe/Lisbon", "consent": "on"})
    assert posted.status_code == 303
    assert list(against(desk, call)) == ["Other sessions"]
    assert Booking.objects.count() == 1
