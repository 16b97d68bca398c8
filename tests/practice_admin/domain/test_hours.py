"""Her hours: whole weeks and whole dates, replaced in one act; what is booked stays booked."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from practice_admin.domain import hours
from practice_admin.domain.hours import ClosesTooSoon, HoursRefused, OpenSpan, SpansOverlap, UnknownType
from practice_admin.domain.queries import diary
from practice_admin.models import Booking, HoursOverride, Practice, RuleOverride, SessionType, WeeklyHours
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

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
SATURDAY = date(2026, 12, 5)


def span(opens: str, closes: str, *types: SessionType) -> OpenSpan:
    return OpenSpan(
        opens_at=time.fromisoformat(opens),
        closes_at=time.fromisoformat(closes),
        session_types=frozenset(one.pk for one in types),
    )


def set_monday(*spans: OpenSpan) -> list[Booking]:
    return hours.set_week(spans={0: spans}, now=NOW)


def week() -> list[str]:
    return [str(row) for row in WeeklyHours.objects.all()]


def overrides() -> list[str]:
    return [str(row) for row in HoursOverride.objects.all()]


def refused_week(*spans: OpenSpan) -> list[tuple[type, int, int]]:
    """What was refused of a Monday: the problem's type, its weekday and row."""
    with pytest.raises(HoursRefused) as refusal:
        set_monday(*spans)
    return [(type(problem), problem.weekday, problem.row) for problem in refusal.value.problems]


def test_a_week_takes_the_place_of_the_week_before() -> None:
    open_every_day()
    hours.set_week(spans={0: [span("09:00", "13:00"), span("14:00", "18:00")], 4: [span("10:00", "12:00")]}, now=NOW)
    assert week() == ["Monday 09:00 to 13:00", "Monday 14:00 to 18:00", "Friday 10:00 to 12:00"]


def test_a_limited_span_is_offered_for_its_types_alone() -> None:
    call, other = make_session_type("discovery"), make_session_type("other")
    set_monday(span("09:00", "10:00", call))
    window = (MONDAY, MONDAY + timedelta(hours=8))
    practice = Practice.objects.get()
    assert [slot.starts_at for slot in diary.slots(call, practice, window=window, now=NOW)] == [
        MONDAY,
        MONDAY + timedelta(minutes=30),
    ]
    assert diary.slots(other, practice, window=window, now=NOW) == []


@pytest.mark.parametrize("closes", ["08:00", "09:00"])
def test_a_span_that_ends_as_or_before_it_begins_is_refused(closes: str) -> None:
    open_every_day()
    assert refused_week(span("10:00", "11:00"), span("09:00", closes)) == [(ClosesTooSoon, 0, 1)]
    assert WeeklyHours.objects.count() == 7


@pytest.mark.parametrize(
    "second", [("12:59", "15:00"), ("08:00", "09:01"), ("09:00", "13:00"), ("10:00", "11:00"), ("08:00", "18:00")]
)
def test_spans_of_a_day_that_overlap_are_refused(second: tuple[str, str]) -> None:
    open_every_day()
    problems = refused_week(span("09:00", "13:00"), span(*second))
    assert {kind for kind, _, _ in problems} == {SpansOverlap}
    assert len(problems) == 1
    assert WeeklyHours.objects.count() == 7


def test_a_span_for_some_types_may_not_overlap_one_for_all() -> None:
    call = make_session_type()
    assert refused_week(span("09:00", "13:00"), span("12:00", "14:00", call)) == [(SpansOverlap, 0, 1)]
    assert week() == []


def test_a_span_that_an_earlier_long_one_covers_is_found_behind_a_short_one() -> None:
    problems = refused_week(span("09:00", "18:00"), span("10:00", "11:00"), span("12:00", "13:00"))
    assert problems == [(SpansOverlap, 0, 1), (SpansOverlap, 0, 2)]


def test_spans_may_touch_and_days_do_not_know_of_each_other() -> None:
    hours.set_week(spans={0: [span("09:00", "13:00"), span("13:00", "15:00")], 1: [span("12:00", "16:00")]}, now=NOW)
    assert WeeklyHours.objects.count() == 3


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(HoursRefused) as refusal:
        hours.set_week(
            spans={1: [span("10:00", "09:00")], 5: [span("09:00", "12:00"), span("11:00", "13:00")]}, now=NOW
        )
    told = [(problem.weekday, problem.row, problem.public_message) for problem in refusal.value.problems]
    assert told == [
        (1, 0, "It has to close after it opens. Midnight is 23:59."),
        (5, 1, "This overlaps 09:00 to 12:00. One span can be for several kinds of session."),
    ]


def test_a_type_that_is_gone_is_refused_and_the_week_stays() -> None:
    open_every_day()
    gone = make_session_type()
    mistaken = span("09:00", "10:00", gone)
    gone.delete()
    assert refused_week(span("11:00", "12:00"), mistaken) == [(UnknownType, 0, 1)]
    assert WeeklyHours.objects.count() == 7


def test_sessions_that_lie_outside_now_are_named_and_stay_booked() -> None:
    open_every_day()
    call = make_session_type()
    stays = make_booking(session_type=call, starts_at=MONDAY)
    falls_out = make_booking(session_type=call, starts_at=MONDAY + timedelta(hours=4))
    assert set_monday(span("09:00", "12:00")) == [falls_out]
    assert {booking.status for booking in (stays, falls_out)} == {"confirmed"}
    falls_out.refresh_from_db()
    assert (falls_out.status, falls_out.version, falls_out.starts_at) == ("confirmed", 1, MONDAY + timedelta(hours=4))


def test_a_session_of_another_type_lies_outside_a_limited_span() -> None:
    open_every_day()
    call, session = make_session_type(), make_session()
    make_booking(session_type=call, starts_at=MONDAY)
    falls_out = make_booking(make_client(stage="ongoing"), session, starts_at=MONDAY + timedelta(hours=1))
    assert set_monday(span("09:00", "17:00", call)) == [falls_out]


@pytest.mark.rule("R20")
def test_what_lies_outside_is_judged_by_the_practices_wall_time() -> None:
    Practice.objects.update(time_zone="Asia/Kolkata")  # five and a half hours ahead: 09:00 UTC is 14:30
    open_every_day()
    booking = make_booking()
    assert set_monday(span("14:30", "15:00")) == []
    assert set_monday(span("14:31", "15:00")) == [booking]


def test_only_what_this_change_leaves_outside_is_told() -> None:
    open_every_day()
    call = make_session_type()
    make_booking(session_type=call, starts_at=MONDAY + timedelta(days=1, hours=10))  # 19:00, outside all along
    past = make_booking(session_type=call, starts_at=NOW - timedelta(days=3))
    cancelled = make_booking(session_type=call, starts_at=MONDAY + timedelta(hours=1), status="cancelled")
    assert past not in set_monday()
    assert cancelled.status == "cancelled"
    assert set_monday() == []


def test_what_she_placed_outside_herself_or_offered_anew_is_not_told() -> None:
    open_every_day()
    call = make_session_type()
    hers = make_booking(session_type=call, starts_at=MONDAY)
    RuleOverride.objects.create(
        booking=hers, rule="hours", starts_at=hers.starts_at, reason="Only then", made_by=therapist()
    )
    make_booking(session_type=call, starts_at=MONDAY + timedelta(hours=1), awaits_new_time=True)
    moved_since = make_booking(session_type=call, starts_at=MONDAY + timedelta(hours=2))
    RuleOverride.objects.create(
        booking=moved_since, rule="hours", starts_at=MONDAY - timedelta(days=7), reason="Once", made_by=therapist()
    )
    assert set_monday() == [moved_since]


def test_a_date_is_closed_by_no_spans_and_has_hours_by_some() -> None:
    hours.set_override(on=SATURDAY, spans=[], now=NOW)
    assert overrides() == ["2026-12-05: closed"]
    hours.set_override(on=SATURDAY, spans=[span("10:00", "14:00"), span("15:00", "16:00")], now=NOW)
    assert overrides() == ["2026-12-05: 10:00 to 14:00", "2026-12-05: 15:00 to 16:00"]
    hours.set_override(on=SATURDAY, spans=[], now=NOW)
    assert overrides() == ["2026-12-05: closed"]


def test_other_hours_of_a_date_may_be_for_some_types() -> None:
    call = make_session_type()
    hours.set_override(on=SATURDAY, spans=[span("10:00", "14:00", call)], now=NOW)
    assert list(HoursOverride.objects.get().session_types.all()) == [call]


def test_other_hours_are_judged_as_those_of_the_week_are() -> None:
    hours.set_override(on=SATURDAY, spans=[], now=NOW)
    with pytest.raises(HoursRefused) as refusal:
        hours.set_override(on=SATURDAY, spans=[span("10:00", "14:00"), span("13:00", "15:00")], now=NOW)
    assert [type(problem) for problem in refusal.value.problems] == [SpansOverlap]
    assert overrides() == ["2026-12-05: closed"]


@pytest.mark.rule("R20")
def test_a_date_is_over_when_the_practices_own_day_is() -> None:
    Practice.objects.update(time_zone="Pacific/Auckland")  # at 12:00 UTC it is tomorrow there already
    with pytest.raises(hours.DayIsOver, match=r"That day is over\."):
        hours.set_override(on=TODAY, spans=[], now=NOW)
    hours.set_override(on=TODAY + timedelta(days=1), spans=[], now=NOW)
    with pytest.raises(hours.DayIsOver):
        hours.remove_override(on=TODAY, now=NOW)
    assert HoursOverride.objects.count() == 1


def test_a_date_more_than_three_years_ahead_is_refused() -> None:
    hours.set_override(on=TODAY + timedelta(days=1095), spans=[], now=NOW)
    with pytest.raises(hours.TooFarAhead):
        hours.set_override(on=TODAY + timedelta(days=1096), spans=[], now=NOW)
    assert HoursOverride.objects.count() == 1


def test_a_date_that_is_removed_follows_the_week_again() -> None:
    open_every_day()
    hours.set_override(on=SATURDAY, spans=[], now=NOW)
    call = make_session_type()
    window = (datetime(2026, 12, 5, tzinfo=UTC), datetime(2026, 12, 6, tzinfo=UTC))
    assert diary.slots(call, Practice.objects.get(), window=window, now=NOW) == []
    assert hours.remove_override(on=SATURDAY, now=NOW) == []
    assert len(diary.slots(call, Practice.objects.get(), window=window, now=NOW)) == 16
    assert hours.remove_override(on=SATURDAY, now=NOW) == []


def test_closing_a_date_and_giving_up_its_hours_name_who_is_left_outside() -> None:
    call, at = make_session_type(), datetime(2026, 12, 5, 10, tzinfo=UTC)
    hours.set_override(on=SATURDAY, spans=[span("10:00", "14:00")], now=NOW)
    booking = make_booking(session_type=call, starts_at=at)
    assert hours.remove_override(on=SATURDAY, now=NOW) == [booking]
    hours.set_override(on=SATURDAY, spans=[span("10:00", "14:00")], now=NOW)
    assert hours.set_override(on=SATURDAY, spans=[], now=NOW) == [booking]
    assert Booking.objects.get().status == "confirmed"
