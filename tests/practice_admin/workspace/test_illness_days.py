"""I am ill: which days."""

from datetime import timedelta

import pytest
import time_machine

from integrations.outbox.models import Effect
from practice_admin.models import Block
from tests.factories import NOW, make_session
from tests.practice_admin.workspace.calling_off import AWAY, DAY, HOUR, booked, nothing_happened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session")


def test_today_begins_now_and_tomorrow_at_midnight_of_her_own_clock(desk, session):
    ahead = booked(session, "Alice", starts_at=NOW + HOUR)
    booked(session, "Bob", starts_at=NOW - HOUR)  # has begun
    late = booked(session, "Charlie", starts_at=NOW + timedelta(hours=35, minutes=30))  # half past eleven at night
    shown = {
        when: [row.session for row in desk.get(AWAY, {"when": when}).context["plan"].rows]
        for when in ("today", "tomorrow", "week")
    }
    assert shown == {"today": [ahead], "tomorrow": [late], "week": [ahead, late]}


def test_days_without_sessions_can_still_be_blocked(desk, text):
    assert "No session to call off" in text(desk.get(AWAY, DAY))
    page = desk.post(AWAY, DAY, follow=True)
    assert "Mon 30 Nov is blocked" in text(page)
    assert Block.objects.get().label == "Away"
    assert not Effect.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"when": ""}, "Please choose the days."),
        ({"when": "never"}, "Select a valid choice."),
        ({"when": "dates"}, "Please give the first day."),
        (DAY | {"first": "30/11/2026"}, "Please give a date, such as"),
        (DAY | {"last": "2026-02-30"}, "Please give a date, such as"),
        (DAY | {"last": "2026-11-29"}, "The last day comes before the first."),
        (DAY | {"first": "2026-11-20", "last": "2026-11-26"}, "These days are over."),
        (DAY | {"first": "2026-11-20", "last": ""}, "These days are over."),
        (DAY | {"last": "2029-01-01"}, "within the next two years"),
        (DAY | {"first": "9999-12-31", "last": "9999-12-31"}, "within the next two years"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(desk, session, typed, words, text):
    booked(session, "Alice")
    for page in (desk.get(AWAY, typed), desk.post(AWAY, typed)):
        assert page.status_code == 422
        assert words in text(page)
    assert nothing_happened()


def test_days_that_began_already_count_from_today(desk):
    days = desk.get(AWAY, DAY | {"first": "2026-11-01"}).context["plan"].days
    assert days.first == NOW.date()


def test_a_day_of_twenty_five_hours_is_blocked_whole(desk):
    with time_machine.travel("2026-10-20T12:00:00Z", tick=False):
        desk.post(AWAY, {"when": "dates", "first": "2026-10-25", "last": "2026-10-25"})
    block = Block.objects.get()
    assert block.ends_at - block.starts_at == timedelta(hours=25)
