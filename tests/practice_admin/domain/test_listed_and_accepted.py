"""What is listed is what is accepted, and nothing else: for any practice, and after every act (R4), by hypothesis."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clients.models import Stage
from integrations.outbox.models import Effect
from practice_admin.domain.arranging import Arrangement, ReasonNeeded, TimeIsOver, arrange_session
from practice_admin.domain.cancelling import cancel_by_link
from practice_admin.domain.diary import LimitReached, SlotNotOffered, SlotTaken
from practice_admin.domain.hours import OpenSpan, misfits, set_override, set_week
from practice_admin.domain.moving import SameTime, move_booking
from practice_admin.models import Booking
from tests.factories import make_client, therapist
from tests.practices import MINUTE, Diary, practices, walls

pytestmark = pytest.mark.rule("R4")

A_MICROSECOND = timedelta(microseconds=1)
NUDGES = [A_MICROSECOND, -A_MICROSECOND, timedelta(seconds=-1), MINUTE, -MINUTE, timedelta(days=7)]


def some_of(data: st.DataObject, listed: list[datetime]) -> list[datetime]:
    return data.draw(st.lists(st.sampled_from(listed), max_size=2, unique=True), "listed") if listed else []


def instants(data: st.DataObject, diary: Diary, listed: list[datetime]) -> list[datetime]:
    """Listed ones, those a nudge beside them, and any others from before now until after the horizon."""
    first, last = diary.window
    minutes = st.integers(0, (last - first) // MINUTE)
    anywhere = data.draw(st.lists(minutes, max_size=3), "minutes")
    chosen = some_of(data, listed)
    beside = [each + data.draw(st.sampled_from(NUDGES), "nudge") for each in chosen]
    taken = [booking.starts_at for booking in Booking.objects.all()[:1]]
    return [*chosen, *beside, *taken, *(first.replace(second=0, microsecond=0) + each * MINUTE for each in anywhere)]


def assert_booking_agrees(data: st.DataObject, diary: Diary) -> None:
    """Each instant is accepted exactly where it is listed; what is booked leaves the list until it is cancelled.

    The very time that a client holds unpaid is answered as it is, listed or not.
    """
    listed = diary.listed()
    for starts_at in instants(data, diary, listed):
        effects, known = Effect.objects.count(), set(Booking.objects.values_list("pk", flat=True))
        outcome = diary.book(starts_at)
        if isinstance(outcome, Booking) and outcome.pk in known:  # pressed twice: their own hold, as it is
            assert (outcome.client, outcome.starts_at, outcome.status) == (diary.client, starts_at, "pending_payment")
            assert (Booking.objects.count(), Effect.objects.count()) == (len(known), effects)
        elif isinstance(outcome, Booking):
            assert starts_at in listed
            assert outcome.starts_at == starts_at
            assert set(diary.listed()) < set(listed)
            assert starts_at not in diary.listed()
            cancel_by_link(public_id=outcome.public_id, is_owner=False, now=diary.now)
            assert diary.listed() == listed
        else:
            assert starts_at not in listed, outcome
            assert isinstance(outcome, SlotTaken | SlotNotOffered | LimitReached)
            assert Effect.objects.count() == effects


# --- What can happen to a diary: each leaves it changed, or as it was --------------------------------------------


def book(data: st.DataObject, diary: Diary) -> None:
    for starts_at in some_of(data, diary.listed())[:1]:
        assert isinstance(diary.book(starts_at), Booking)


def move(data: st.DataObject, diary: Diary) -> None:
    """One that is ahead: to any instant exactly where that is listed for it."""
    for booking in diary.ahead()[:1]:
        listed = diary.listed(moving=booking)
        for starts_at in instants(data, diary, listed):
            before = Booking.objects.get(pk=booking.pk).starts_at
            try:
                move_booking(public_id=booking.public_id, starts_at=starts_at, now=diary.now)
            except (SlotTaken, SlotNotOffered, SameTime):
                assert starts_at not in listed or starts_at == before
                wanted = before
            else:
                assert starts_at in listed
                wanted = starts_at
            assert Booking.objects.get(pk=booking.pk).starts_at == wanted
            assert diary.listed(moving=booking) == listed  # wherever it is, it does not stand in its own way


def cancel(data: st.DataObject, diary: Diary) -> None:
    """The time is free at once: nothing that was listed goes."""
    listed = diary.listed()
    for booking in diary.ahead()[:1]:
        cancel_by_link(public_id=booking.public_id, is_owner=False, now=diary.now)
        assert set(listed) <= set(diary.listed())


def block(data: st.DataObject, diary: Diary) -> None:
    """Whatever touches it goes, nothing else does, and nothing comes."""
    listed, length = diary.listed(), diary.kind.duration_minutes * MINUTE
    new = diary.block(data.draw(st.integers(0, 3 * 1440), "block"), data.draw(st.integers(1, 20_000), "seconds"))
    untouched = [each for each in listed if each >= new.ends_at or each + length <= new.starts_at]
    assert diary.listed() == untouched
    if data.draw(st.booleans(), "take it away again"):
        new.delete()
        assert diary.listed() == listed


def override(data: st.DataObject, diary: Diary) -> None:
    on, spans = diary.today + timedelta(days=data.draw(st.integers(0, 4), "day")), data.draw(walls, "hours")
    zone, before = ZoneInfo(diary.practice.time_zone), diary.listed()
    set_override(on=on, spans=fitting(spans), now=diary.now)
    elsewhere = [each for each in before if each.astimezone(zone).date() != on]
    assert [each for each in diary.listed() if each.astimezone(zone).date() != on] == elsewhere


def new_week(data: st.DataObject, diary: Diary) -> None:
    week = data.draw(st.dictionaries(st.integers(0, 6), walls), "week")
    set_week(spans={weekday: fitting(spans) for weekday, spans in week.items()}, now=diary.now)


def fitting(spans) -> list[OpenSpan]:
    wanted = [OpenSpan(opens_at=opens, closes_at=closes) for opens, closes in spans]
    return wanted[:1] if misfits(0, wanted) else wanted


def arrange(data: st.DataObject, diary: Diary) -> None:
    """The therapist: without a reason exactly what is listed, with one anything that is ahead and not taken."""
    wish = Arrangement(actor=therapist(), reason=data.draw(st.sampled_from(["", "A word"]), "why"))
    listed = diary.listed()
    for starts_at in instants(data, diary, listed)[:2]:
        client = diary.client or make_client(stage=Stage.ONGOING)  # a visitor has no limit ahead, a new client neither
        try:
            arrange_session(
                client=client, session_type=diary.kind, starts_at=starts_at, arrangement=wish, now=diary.now
            )
        except ReasonNeeded:
            assert starts_at not in listed
            assert not wish.reason
        except (SlotTaken, TimeIsOver):
            assert starts_at not in listed
        else:
            assert wish.reason or starts_at in listed
            listed = diary.listed()


ACTS = [book, move, cancel, block, override, new_week, arrange]


class ListedAndAccepted(TestCase):
    @given(practice=practices(), data=st.data())
    def test_of_any_practice_exactly_what_is_listed_is_accepted(self, practice, data) -> None:
        assert_booking_agrees(data, practice.write())

    @given(practice=practices(), acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=3), data=st.data())
    def test_and_it_stays_so_after_every_act(self, practice, acts, data) -> None:
        diary = practice.write()
        for act in acts:
            act(data, diary)
            assert_booking_agrees(data, diary)

    @given(practice=practices(), data=st.data())
    def test_whatever_is_listed_books_one_after_the_other_and_no_two_overlap(self, practice, data) -> None:
        diary = practice.write()
        for _ in range(10):
            listed = diary.listed()
            if not listed:
                break
            assert isinstance(diary.book(data.draw(st.sampled_from(listed))), Booking)
        live = sorted(Booking.objects.filter(status__in=Booking.LIVE), key=lambda booking: booking.busy.lower)
        assert all(one.busy.upper <= other.busy.lower for one, other in pairwise(live))

    @given(practice=practices(), data=st.data())
    def test_one_block_more_takes_what_it_touches_and_never_adds_a_time(self, practice, data) -> None:
        block(data, practice.write())
