"""The therapist books, moves and plans series: over any rule save the gate and the overlap (R2, R3, R4)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clients.models import Stage
from integrations.outbox.models import Effect
from practice_admin.domain.arranging import (
    Arrangement,
    ReasonNeeded,
    TimeIsOver,
    arrange_session,
    drop_buffers,
    move_session,
)
from practice_admin.domain.confirming import ON_CONFIRMATION
from practice_admin.domain.diary import GateClosed, SlotTaken
from practice_admin.domain.moving import SameTime
from practice_admin.domain.series import BadSeries, SeriesConflict, book_series, check_series, times_of
from practice_admin.domain.verdicts import Rule
from practice_admin.domain.waivers import WaiverRefused, end_waiver, sign_waiver
from practice_admin.models import Booking, Practice, RuleOverride, Waiver
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, open_every_day, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R4")]

NIGHT = MONDAY + timedelta(hours=14)  # outside the hours
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def hours():
    open_every_day()


@pytest.fixture
def oscar():
    return make_client("oscar@example.com", stage=Stage.ONGOING)


@pytest.fixture
def kind():
    return make_session(is_shown=False, buffer_after_minutes=10)


def arrange(client, kind, starts_at=MONDAY, *, reason: str = "", without_buffers: bool = False) -> Booking:
    wish = Arrangement(actor=therapist(), reason=reason, without_buffers=without_buffers)
    return arrange_session(client=client, session_type=kind, starts_at=starts_at, arrangement=wish, now=NOW)


@pytest.mark.rule("R10")
def test_what_she_books_is_confirmed_at_once_and_owes_all_five(oscar, kind) -> None:
    booking = arrange(oscar, kind)
    assert (booking.status, booking.booked_by, booking.hold_expires_at) == ("confirmed", "therapist", None)
    assert not RuleOverride.objects.exists()
    assert set(Effect.objects.values_list("kind", flat=True)) == set(ON_CONFIRMATION)


def test_a_rule_that_is_passed_over_is_kept_with_who_when_and_why(oscar, kind) -> None:
    with pytest.raises(ReasonNeeded) as refused:
        arrange(oscar, kind, NIGHT)
    assert refused.value.rules == [Rule.HOURS]
    assert not Booking.objects.exists()
    booking = arrange(oscar, kind, NIGHT, reason="He works by day")
    kept = RuleOverride.objects.get()
    assert (kept.booking, kept.rule, kept.reason) == (booking, "hours", "He works by day")
    assert (kept.made_by, kept.made_at, kept.starts_at) == (therapist(), NOW, NIGHT)


@pytest.mark.rule("R3")
def test_no_reason_books_over_another_session_or_its_buffer(oscar, kind) -> None:
    arrange(oscar, kind)
    with pytest.raises(SlotTaken):
        arrange(oscar, kind, MONDAY + timedelta(minutes=55), reason="Please")
    assert Booking.objects.count() == 1


@pytest.mark.rule("R3")
def test_without_its_buffers_a_session_can_follow_at_once(oscar, kind) -> None:
    first = arrange(oscar, kind)
    drop_buffers(public_id=first.public_id)
    booking = arrange(oscar, kind, MONDAY + timedelta(minutes=50), reason="Back to back", without_buffers=True)
    assert (booking.buffer_before_minutes, booking.buffer_after_minutes) == (0, 0)
    kind.refresh_from_db()
    assert kind.buffer_after_minutes == 10


def test_nothing_is_booked_into_the_past(oscar, kind) -> None:
    with pytest.raises(TimeIsOver):
        arrange(oscar, kind, NOW - WEEK, reason="We met last week")
    assert not Booking.objects.exists()


@pytest.mark.rule("R2")
def test_a_stage_opens_by_a_waiver_alone_and_closes_with_it(kind) -> None:
    client, her = make_client(stage=Stage.INTAKE), therapist()
    with pytest.raises(GateClosed):
        arrange(client, kind, reason="He asked")
    waiver = sign_waiver(client=client, stage=Stage.ONGOING, reason="Came from a colleague", actor=her, now=NOW)
    assert (waiver.signed_by, waiver.signed_at, waiver.reason) == (her, NOW, "Came from a colleague")
    assert arrange(client, kind).status == Booking.Status.CONFIRMED
    assert end_waiver(waiver_id=waiver.pk, now=NOW)
    with pytest.raises(GateClosed):
        arrange(client, kind, MONDAY + WEEK)
    assert Booking.objects.count() == 1


@pytest.mark.rule("R1")
@pytest.mark.parametrize("stage", [Stage.DISCOVERY, Stage.CLOSED])
def test_no_waiver_is_signed_before_the_discovery_call_nor_for_a_closed_client(stage) -> None:
    with pytest.raises(WaiverRefused):
        sign_waiver(client=make_client(stage=stage), stage=Stage.INTAKE, reason="Why", actor=therapist(), now=NOW)
    assert not Waiver.objects.exists()


def test_she_moves_at_any_time_and_as_often_as_she_likes(oscar, kind) -> None:
    booking = arrange(oscar, kind)
    late = MONDAY - timedelta(minutes=5)
    wish = Arrangement(actor=therapist(), reason="He called")
    moved = move_session(public_id=booking.public_id, starts_at=NIGHT, arrangement=wish, now=late)
    assert (moved.starts_at, moved.moves, moved.version) == (NIGHT, 0, 2)
    assert list(RuleOverride.objects.values_list("rule", flat=True)) == ["hours"]
    with pytest.raises(SameTime, match="the time you have already"):
        move_session(public_id=booking.public_id, starts_at=NIGHT, arrangement=wish, now=late)
    booking.refresh_from_db()
    assert (booking.starts_at, booking.version, RuleOverride.objects.count()) == (NIGHT, 2, 1)


@pytest.mark.rule("R20")
def test_a_series_keeps_its_wall_time_over_a_clock_change() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")  # forward on 28 March 2027 (tzdata, Rule EU)
    times = times_of(datetime(2027, 3, 23, 10, 0, tzinfo=UTC), every_weeks=1, count=2, zone=lisbon)
    assert [f"{each.astimezone(UTC):%d %H:%M}" for each in times] == ["23 10:00", "30 09:00"]


@pytest.mark.parametrize(("every", "count"), [(1, 500), (1, 1), (1, 0), (3, 4), (0, 4)])
def test_a_series_of_five_hundred_or_of_an_odd_rhythm_is_refused(every: int, count: int) -> None:
    with pytest.raises(BadSeries, match="A series has 2 to 52 sessions, every week or every second week"):
        times_of(MONDAY, every_weeks=every, count=count, zone=ZoneInfo("Europe/Lisbon"))


@pytest.mark.parametrize("count", [0, 53, 500])
def test_five_hundred_times_that_are_sent_all_the_same_are_refused_and_nothing_is_booked(oscar, kind, count) -> None:
    times = [MONDAY + week * WEEK for week in range(count)]
    wish = Arrangement(actor=therapist(), reason="His usual hour")
    with pytest.raises(BadSeries, match="A series has 2 to 52 sessions"):
        book_series(client=oscar, session_type=kind, times=times, arrangement=wish, now=NOW)
    assert (Booking.objects.count(), Effect.objects.count()) == (0, 0)


def test_the_same_time_twice_is_no_series(oscar, kind) -> None:
    wish = Arrangement(actor=therapist(), reason="His usual hour")
    with pytest.raises(BadSeries):
        book_series(client=oscar, session_type=kind, times=[MONDAY, MONDAY], arrangement=wish, now=NOW)
    assert (Booking.objects.count(), Effect.objects.count()) == (0, 0)


def test_a_series_with_one_time_taken_books_nothing_and_says_what_is_free_nearby(oscar, kind) -> None:
    make_booking(make_client(stage=Stage.ONGOING), kind, starts_at=MONDAY + WEEK)
    times = [MONDAY + week * WEEK for week in range(3)]
    practice = Practice.objects.get()
    checked = check_series(client=oscar, session_type=kind, times=times, practice=practice, now=NOW)
    assert [each.is_taken for each in checked] == [False, True, False]
    assert len(checked[1].nearest) == 3
    wish = Arrangement(actor=therapist(), reason="His usual hour")
    with pytest.raises(SeriesConflict) as refused:
        book_series(client=oscar, session_type=kind, times=times, arrangement=wish, now=NOW)
    assert [each.starts_at for each in refused.value.occurrences] == [times[1]]
    assert (Booking.objects.filter(client=oscar).count(), Effect.objects.count()) == (0, 0)
    times[1] = checked[1].nearest[0].starts_at
    made = book_series(client=oscar, session_type=kind, times=times, arrangement=wish, now=NOW)
    assert len({each.series_id for each in made}) == 1
    assert [each.starts_at for each in made] == sorted(times)
