"""Why is this time not offered? Each rule, with its facts; and never another verdict than the listing's (R4)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from practice_admin.models import Block, Booking, HoursOverride, SessionType, Waiver, WeeklyHours
from tests.factories import (
    MONDAY,
    NOW,
    make_booking,
    make_client,
    make_session,
    make_session_type,
    open_every_day,
    therapist,
)

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R4")]

WHY = "/admin/why/"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call():
    open_every_day()
    return make_session_type("discovery", name="Discovery call")


def ask(desk, session_type, moment=MONDAY, **more):
    """The page about an instant (Lisbon reads UTC in winter)."""
    asked = {"session_type": session_type.slug, "on": f"{moment:%Y-%m-%d}", "at": f"{moment:%H:%M}"}
    return desk.get(WHY, asked | more)


def the_answer(desk, session_type, moment=MONDAY, **more):
    [answer] = ask(desk, session_type, moment, **more).context["answers"]
    return answer


def against(desk, session_type, moment=MONDAY, **more) -> dict[str, str]:
    """What stands against it, by rule."""
    return {found.label: found.words for found in the_answer(desk, session_type, moment, **more).broken}


def test_a_time_that_is_offered_is_said_to_be_with_every_rule_in_order(desk, call, text):
    page = ask(desk, call)
    assert "It is offered" in text(page)
    [answer] = page.context["answers"]
    assert answer.broken == []
    assert [found.label for found in answer.kept] == [
        *("Shown", "Stage", "Notice", "How far ahead", "Hours", "When sessions begin"),
        *("Blocked time", "Other sessions", "Most in a day", "Most in a week", "Most ahead of one client"),
    ]


def test_notice(desk, call):
    SessionType.objects.update(minimum_notice_minutes=12 * 60)
    assert against(desk, call, NOW + 3 * HOUR) == {"Notice": "It begins in 3 hours; this type asks for 12 hours."}
    assert against(desk, call, NOW - 2 * HOUR) == {"Notice": "This time has passed."}


def test_horizon(desk, call):
    SessionType.objects.update(horizon_days=2)
    assert against(desk, call) == {"How far ahead": "This type is offered 2 days ahead, until Sun 29 Nov, 12:00."}


def test_hours_of_the_week(desk, call):
    assert against(desk, call, MONDAY + 8 * HOUR) == {
        "Hours": "Mondays are open 09:00 to 17:00. It would last from 17:00 to 17:20, which does not lie whole within "
        "hours for this type."
    }
    WeeklyHours.objects.filter(weekday=0).delete()
    assert against(desk, call) == {"Hours": "There are no hours on Mondays."}


def test_hours_of_a_date(desk, call):
    override = HoursOverride.objects.create(on=MONDAY.date(), opens_at=time(13), closes_at=time(15))
    assert against(desk, call)["Hours"].startswith("For Mon 30 Nov other hours are set: 13:00 to 15:00. It would last")
    HoursOverride.objects.filter(pk=override.pk).update(opens_at=None, closes_at=None)
    assert against(desk, call) == {"Hours": "Mon 30 Nov is closed by hand."}


def test_hours_that_are_for_other_types(desk, call):
    for span in WeeklyHours.objects.filter(weekday=0):
        span.session_types.add(make_session(name="Session"))
    told = against(desk, call)["Hours"]
    assert told.startswith("Mondays are open 09:00 to 17:00 (only for Session). It would last from 09:00 to 09:20")


def test_the_grid_says_the_times_beside_it(desk, call):
    assert against(desk, call, MONDAY + 70 * MINUTE) == {
        "When sessions begin": "Times begin every 30 minutes from 09:00: 10:00 or 10:30."
    }
    assert against(desk, call, MONDAY + 460 * MINUTE) == {
        "When sessions begin": "Times begin every 30 minutes from 09:00: 16:30."
    }


def test_blocks_by_hand_and_from_google(desk, call, text):
    Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + HOUR, label="Dentist")
    Block.objects.create(starts_at=MONDAY - DAY, ends_at=MONDAY + DAY, source=Block.Source.GOOGLE)
    page = ask(desk, call)
    assert "This time is blocked:" in text(page)
    assert "“Dentist”, Mon 30 Nov, 09:00 to 10:00, set by hand" in text(page)
    assert "Sun 29 Nov, 09:00 to Tue 1 Dec, 09:00, from Google Calendar" in text(page)


def test_another_session_with_its_buffers_and_the_way_to_it(desk, call, text):
    SessionType.objects.filter(pk=call.pk).update(buffer_after_minutes=30)
    session = make_session(name="Session", buffer_before_minutes=15)
    taken = make_booking(make_client(name="Bob Brandt", stage="ongoing"), session, starts_at=MONDAY + HOUR)
    page = ask(desk, call)
    assert list(against(desk, call)) == ["Other sessions"]
    assert "This type keeps 0 minutes free before and 30 after. In the way:" in text(page)
    assert "Bob Brandt, Session, Mon 30 Nov, 10:00 to 10:50 (with its buffers 09:45 to 10:50)" in text(page)
    assert reverse("admin:client_record", args=[taken.client.public_id]) in text(page)


def test_a_cancelled_session_stands_in_nobodys_way(desk, call):
    make_booking(session_type=call, status="cancelled")
    assert against(desk, call) == {}


def test_caps(desk, call):
    SessionType.objects.update(daily_cap=1, weekly_cap=2)
    make_booking(session_type=call)
    make_booking(session_type=call, starts_at=MONDAY + 6 * DAY)
    assert against(desk, call, MONDAY + HOUR) == {
        "Most in a day": "1 of 1 of this type are booked on that day.",
        "Most in a week": "2 of 2 of this type are booked in that week, Monday to Sunday.",
    }
    assert against(desk, call, MONDAY + 7 * DAY) == {}


def test_the_limit_of_one_client(desk, call, text):
    alice = make_client(name="Alice Almeida")
    make_booking(alice, call, starts_at=MONDAY + DAY)
    asked = {"client": str(alice.public_id)}
    assert against(desk, call, **asked) == {
        "Most ahead of one client": "Alice Almeida has 1 of 1 discovery calls ahead."
    }
    assert "Discovery call, Tue 1 Dec, 09:00" in text(ask(desk, call, **asked))
    assert the_answer(desk, call, **asked).nearest == []
    assert the_answer(desk, call).is_offered


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("discovery", "Alice has had no discovery call yet: until then nothing else is open."),
        ("closed", "The work with Alice is closed: only a discovery call is open."),
        ("intake", "Alice is in intake, and has no waiver for it."),
    ],
)
def test_the_stage_of_the_client(desk, call, stage, words):
    alice = make_client(name="Alice", stage=stage)
    told = against(desk, make_session(), client=str(alice.public_id))
    assert told == {"Stage": f"It opens at ongoing care. {words}"}


@pytest.mark.rule("R2")
def test_a_waiver_opens_it(desk, call):
    alice = make_client(name="Alice", stage="intake")
    Waiver.objects.create(client=alice, stage="ongoing", reason="x", signed_by=therapist())
    answer = the_answer(desk, make_session(), client=str(alice.public_id))
    assert answer.is_offered
    assert "is open to Alice by a waiver" in answer.kept[1].words


def test_a_hidden_type_is_hers_alone(desk, call):
    SessionType.objects.update(is_shown=False)
    assert against(desk, call) == {"Shown": "It is hidden: only you can book it."}


def test_the_nearest_times_that_are_offered(desk, call):
    make_booking(session_type=call)
    assert the_answer(desk, call).nearest == ["Mon 30 Nov, 09:30", "Mon 30 Nov, 10:00", "Mon 30 Nov, 10:30"]


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


@pytest.mark.parametrize("count", [1, 6])
def test_it_asks_the_same_number_of_questions_whatever_stands_in_the_way(desk, call, count, django_assert_num_queries):
    session = make_session(duration_minutes=5)
    for number in range(count):
        make_booking(make_client(stage="ongoing"), session, starts_at=MONDAY + number * 5 * MINUTE)
        Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + (number + 1) * MINUTE)
        WeeklyHours.objects.create(weekday=0, opens_at=time(9), closes_at=time(10 + number)).session_types.add(call)
    SessionType.objects.filter(pk=call.pk).update(duration_minutes=30, daily_cap=count)
    # Session, user, practice; the type that was asked for; hours, what is taken; hours of the date, the week and their
    # types; blocks, sessions; the nearest (hours, what is taken); types and clients to choose from.
    with django_assert_num_queries(15):
        answer = the_answer(desk, call)
    things = {found.label: len(found.things) for found in answer.broken}
    assert things == {"Blocked time": count, "Other sessions": count}


def a_full_diary() -> None:
    """Hours, dates, blocks, buffers, caps and notice that all bite on some days around the Monday."""
    WeeklyHours.objects.filter(weekday=2).update(opens_at=time(9, 45), closes_at=time(13, 15))
    HoursOverride.objects.create(on=date(2026, 12, 1), opens_at=time(13), closes_at=time(16))
    HoursOverride.objects.create(on=date(2026, 12, 3))
    limited = HoursOverride.objects.create(on=date(2026, 12, 4), opens_at=time(8), closes_at=time(10))
    limited.session_types.add(SessionType.objects.get(slug="session"))
    Block.objects.create(starts_at=MONDAY + 130 * MINUTE, ends_at=MONDAY + 190 * MINUTE)
    SessionType.objects.filter(slug="discovery").update(
        buffer_after_minutes=15, minimum_notice_minutes=1440, horizon_days=6, daily_cap=2, weekly_cap=4
    )
    call, session = SessionType.objects.get(slug="discovery"), SessionType.objects.get(slug="session")
    make_booking(session_type=call, starts_at=MONDAY + 4 * HOUR)
    make_booking(make_client(stage="ongoing"), session, starts_at=MONDAY + 6 * HOUR)
    for hours in (1, 2):
        make_booking(session_type=call, starts_at=MONDAY + 2 * DAY + hours * HOUR)


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
    instants = {NOW + step * 107 * MINUTE for step in range(100)} | {MONDAY + step * 15 * MINUTE for step in range(40)}
    instants |= set(sorted(offered)[::3])
    said = {
        moment for moment in instants if the_answer(desk, asked_for, moment, client=str(alice.public_id)).is_offered
    }
    assert said == offered & instants
    assert len(said) > 10


def test_a_booking_made_where_it_says_offered_stands_against_it_afterwards(desk, call):
    assert the_answer(desk, call).is_offered
    start = {"start": "2026-11-30T09:00:00+00:00", "name": "A", "email": "a@example.com", "phone": "+351 912 345 678"}
    posted = Browser().post("/book/discovery/details/", start | {"time_zone": "Europe/Lisbon", "consent": "on"})
    assert posted.status_code == 303
    assert list(against(desk, call)) == ["Other sessions"]
    assert Booking.objects.count() == 1
