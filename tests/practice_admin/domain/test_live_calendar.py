"""The mirror of her calendar, and the question before a booking, by whoever answers it (R13, R14)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection

from clients.domain.people import Visitor
from clients.models import Stage
from integrations.calendars import BlockedSpan
from integrations.errors import VendorError
from practice_admin.domain.arranging import Arrangement, ReasonNeeded, arrange_session, move_session
from practice_admin.domain.bookings import book_as_guest, book_session
from practice_admin.domain.calendar_connecting import disconnect_calendar
from practice_admin.domain.calendar_cycles import begin_cycle, give_up, keep_page
from practice_admin.domain.diary import SlotNotOffered
from practice_admin.domain.live_calendar import ask_before, blocks_now
from practice_admin.domain.queries import diary
from practice_admin.domain.series import SeriesConflict, book_series
from practice_admin.domain.unplaced import book_with_money
from practice_admin.domain.verdicts import Rule
from practice_admin.models import Block, Booking, CalendarConnection, Practice
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
from tests.mirror import replace_mirror
from tests.practice_admin.money.rows import payment

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R14")]

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def away(starts_at: datetime = MONDAY, *, hours: float = 1, title: str = "Dentist") -> BlockedSpan:
    return BlockedSpan(starts_at, starts_at + hours * HOUR, f"event at {starts_at:%d %H:%M}", title)


class Calendar:
    """A calendar that holds these spans, or cannot be asked; it remembers what it was asked, and when.

    `meanwhile` is done while it is asked.
    """

    def __init__(
        self, *spans: BlockedSpan, is_down: bool = False, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        self.spans, self.is_down, self.meanwhile = spans, is_down, meanwhile
        self.asked: list[tuple[datetime, datetime]] = []
        self.grant_id = CalendarConnection.objects.get_or_create(pk=1)[0].grant_id
        self.depth = len(connection.savepoint_ids)

    def blocked_spans(self, begins_at: datetime, ends_at: datetime) -> Sequence[BlockedSpan]:
        self.asked.append((begins_at, ends_at))
        assert len(connection.savepoint_ids) == self.depth, "asked inside a transaction"
        self.meanwhile()
        if self.is_down:
            raise VendorError("Google Calendar", "no answer", retryable=True)
        return [span for span in self.spans if span.starts_at < ends_at and span.ends_at > begins_at]


@pytest.fixture
def call():
    open_every_day()
    return make_session_type("discovery")


def book(call, calendar: Calendar, starts_at: datetime = MONDAY) -> Booking:
    visitor = Visitor("Alice", "alice@example.com", "+351 912 345 678", "Europe/Lisbon")
    return book_as_guest(visitor=visitor, session_type=call, starts_at=starts_at, now=NOW, calendar=calendar)


def is_listed(call, starts_at: datetime = MONDAY) -> bool:
    return diary.is_offered(call, Practice.objects.get(), starts_at=starts_at, now=NOW)


def mirrored() -> list[tuple[datetime, datetime]]:
    return list(Block.objects.filter(source="google").values_list("starts_at", "ends_at"))


def test_the_span_of_the_session_is_asked_for_and_no_more(call) -> None:
    calendar = Calendar()
    book(call, calendar)
    assert calendar.asked == [(MONDAY, MONDAY + 20 * MINUTE)]


def test_a_time_that_is_not_offered_anyway_is_not_asked_about(call) -> None:
    calendar = Calendar(away())
    for starts_at in (MONDAY - HOUR, MONDAY + MINUTE, NOW - HOUR):
        with pytest.raises(SlotNotOffered):
            book(call, calendar, starts_at)
    assert (calendar.asked, mirrored()) == ([], [])


def test_what_no_cycle_has_seen_is_refused_and_mirrored_once(call) -> None:
    calendar = Calendar(away())
    assert is_listed(call)
    with pytest.raises(SlotNotOffered):
        book(call, calendar)
    assert not is_listed(call)
    assert blocks_now(calendar, MONDAY, MONDAY + HOUR)
    assert mirrored() == [(MONDAY, MONDAY + HOUR)]
    assert not Booking.objects.exists()


def test_what_only_touches_the_session_refuses_nothing(call) -> None:
    calendar = Calendar(away(MONDAY - HOUR), away(MONDAY + 20 * MINUTE))
    assert book(call, calendar).starts_at == MONDAY


def test_a_part_of_a_second_counts_whole() -> None:
    spans = [BlockedSpan(MONDAY + timedelta(microseconds=1), MONDAY + timedelta(microseconds=2), "1", "Blink")]
    assert blocks_now(Calendar(*spans), MONDAY, MONDAY + HOUR) == [
        (int(MONDAY.timestamp()), int(MONDAY.timestamp()) + 1)
    ]


def test_where_it_does_not_answer_the_mirror_decides_and_is_left_as_it_is(call) -> None:
    replace_mirror([away()])
    calendar = Calendar(is_down=True)
    with pytest.raises(SlotNotOffered):
        book(call, calendar)
    assert book(call, calendar, MONDAY + 2 * HOUR).status == "confirmed"
    assert calendar.asked
    assert mirrored() == [(MONDAY, MONDAY + HOUR)]


@pytest.mark.parametrize("connects_anew", [False, True])
def test_an_answer_under_a_grant_that_ended_meanwhile_leaves_nothing_in_the_mirror(call, connects_anew) -> None:
    def let_go() -> None:
        disconnect_calendar(now=NOW)
        if connects_anew:
            CalendarConnection.objects.create()

    assert blocks_now(Calendar(away(), meanwhile=let_go), MONDAY, MONDAY + HOUR)
    assert mirrored() == []
    assert is_listed(call)


def test_without_a_calendar_nothing_is_asked(call) -> None:
    assert ask_before(None, call, starts_at=MONDAY, now=NOW) == []
    assert blocks_now(None, MONDAY, MONDAY + HOUR) == []


def test_a_move_asks_for_the_length_that_the_booking_has(call) -> None:
    booking = make_booking(session_type=call, ends_at=MONDAY + HOUR)
    calendar = Calendar()
    ask_before(calendar, call, starts_at=MONDAY + 2 * HOUR, now=NOW, moving=booking)
    assert calendar.asked == [(MONDAY + 2 * HOUR, MONDAY + 3 * HOUR)]


@pytest.mark.parametrize("with_money_that_is_kept", [False, True])
def test_the_clients_own_unpaid_hold_does_not_keep_the_question_from_being_asked(call, with_money_that_is_kept) -> None:
    alice, session = make_client(stage=Stage.ONGOING), make_session()
    held = make_booking(alice, session, status="pending_payment", hold_expires_at=NOW + HOUR)
    gone = make_booking(alice, session, status="expired")
    kept = payment(gone, state="unplaced")
    at, calendar = MONDAY + 30 * MINUTE, Calendar(away(MONDAY + HOUR))

    def book_anew() -> Booking:
        if with_money_that_is_kept:
            return book_with_money(payment_id=kept.public_id, starts_at=at, now=NOW, calendar=calendar)
        return book_session(client=alice, session_type=session, starts_at=at, now=NOW, calendar=calendar)

    with pytest.raises(SlotNotOffered):
        book_anew()
    assert calendar.asked == [(at, at + 50 * MINUTE)]
    assert list(Booking.objects.filter(status__in=Booking.LIVE)) == [held]


@pytest.mark.rule("R4")
def test_when_she_books_herself_it_is_asked_too_and_she_may_say_why_all_the_same(call) -> None:
    oscar, calendar = make_client(stage=Stage.ONGOING), Calendar(away())

    def arrange(reason: str) -> Booking:
        wish = Arrangement(actor=therapist(), reason=reason)
        return arrange_session(
            client=oscar, session_type=call, starts_at=MONDAY, arrangement=wish, now=NOW, calendar=calendar
        )

    with pytest.raises(ReasonNeeded) as refused:
        arrange("")
    assert refused.value.rules == [Rule.BLOCKS]
    assert arrange("I moved the dentist").status == "confirmed"


@pytest.mark.rule("R4")
def test_when_she_moves_or_plans_a_series_it_is_asked_too(call) -> None:
    oscar, calendar, wish = make_client(stage=Stage.ONGOING), Calendar(away(MONDAY + DAY)), Arrangement(therapist())
    booking = make_booking(oscar, call)
    with pytest.raises(ReasonNeeded) as refused:
        move_session(public_id=booking.public_id, starts_at=MONDAY + DAY, arrangement=wish, now=NOW, calendar=calendar)
    assert refused.value.rules == [Rule.BLOCKS]
    replace_mirror([])
    times = [MONDAY + DAY, MONDAY + 2 * DAY]
    with pytest.raises(SeriesConflict) as conflict:
        book_series(
            client=oscar, session_type=make_session(), times=times, arrangement=wish, now=NOW, calendar=calendar
        )
    assert [(each.starts_at, each.broken) for each in conflict.value.occurrences] == [(times[0], [Rule.BLOCKS])]
    assert calendar.asked[-1] == (times[0], times[1] + 50 * MINUTE)
    booking.refresh_from_db()
    assert (booking.starts_at, Booking.objects.count()) == (MONDAY, 1)


# --- The mirror ---------------------------------------------------------------------------------------------------


def test_a_cycle_replaces_the_whole_mirror_and_nothing_else(call) -> None:
    hers = Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + HOUR, label="Away")
    booking = make_booking(session_type=call, starts_at=MONDAY + 3 * HOUR)
    assert replace_mirror([away(MONDAY + HOUR), away(MONDAY + 5 * HOUR, title="x" * 200)]) == 2
    assert replace_mirror([away(MONDAY + 3 * HOUR)]) == 1
    assert mirrored() == [(MONDAY + 3 * HOUR, MONDAY + 4 * HOUR)]
    assert list(Block.objects.filter(source="manual")) == [hers]
    booking.refresh_from_db()
    assert (booking.status, booking.version) == ("confirmed", 1)  # a clash is shown, never moved


def test_an_empty_cycle_opens_what_was_mirrored(call) -> None:
    replace_mirror([away()])
    assert not is_listed(call)
    assert replace_mirror([]) == 0
    assert is_listed(call)


def test_a_cycle_that_breaks_off_leaves_the_last_good_mirror(call) -> None:
    replace_mirror([away()])
    cycle = begin_cycle(now=NOW)
    keep_page(cycle, [away(MONDAY + 2 * HOUR)], now=NOW)
    give_up(cycle, "the second page never came")
    assert mirrored() == [(MONDAY, MONDAY + HOUR)]
    assert is_listed(call, MONDAY + 2 * HOUR)
