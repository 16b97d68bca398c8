"""Why is this time not offered? Each rule, with its facts (R4)."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from practice_admin.models import Block, HoursOverride, SessionType, Waiver, WeeklyHours
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
from tests.practice_admin.workspace.asking import against, ask, the_answer

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
    assert "Taken. This type keeps 30 minutes after it free. In the way:" in text(page)
    assert "Bob Brandt, Session, Mon 30 Nov, 10:00 to 10:50 (with its buffers 09:45 to 10:50)" in text(page)
    assert reverse("admin:booking", args=[taken.public_id]) in text(page)


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
