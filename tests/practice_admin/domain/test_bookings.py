"""Booking, cancelling, closing: through the domain's own door."""

from datetime import timedelta

import pytest

from clients.domain.people import Visitor
from clients.models import Client, Stage, User
from integrations.outbox.models import Effect
from practice_admin.domain.arranging import Arrangement, arrange_session
from practice_admin.domain.bookings import book_as_guest, book_session, keep_booking
from practice_admin.domain.cancelling import NotCancellable, cancel_by_link
from practice_admin.domain.closing import NotClosable, close_discovery
from practice_admin.domain.confirming import ON_CONFIRMATION
from practice_admin.domain.diary import GateClosed, SlotNotOffered, SlotTaken
from practice_admin.domain.queries import diary
from practice_admin.models import Block, Booking, Practice, SessionType
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


@pytest.fixture(autouse=True)
def hours():
    open_every_day()


def visitor(email: str = "alice@example.com", **typed: str) -> Visitor:
    known = {"name": "Alice Example", "phone": "+351 912 345 678", "time_zone": "Europe/Lisbon", "reason": "A word"}
    return Visitor(email=email, **known | typed)


def book(email: str = "alice@example.com", *, starts_at=MONDAY, session_type=None, **typed: str) -> Booking:
    session_type = session_type or make_session_type()
    return book_as_guest(visitor=visitor(email, **typed), session_type=session_type, starts_at=starts_at, now=NOW)


@pytest.mark.rule("R6")
def test_a_booking_makes_the_person_without_a_password() -> None:
    booking = book()
    user = User.objects.get(email="alice@example.com")
    assert (user.name, user.phone, user.client) == ("Alice Example", "+351 912 345 678", booking.client)
    assert not user.has_usable_password()
    assert user.client.stage == Stage.DISCOVERY
    assert user.client.discovery_completed_at is None


@pytest.mark.rule("R12")
def test_a_confirmation_owes_its_five_effects_in_the_same_transaction() -> None:
    booking = book()
    owed = Effect.objects.filter(subject=booking.subject)
    assert {effect.kind for effect in owed} == set(ON_CONFIRMATION)
    assert len(ON_CONFIRMATION) == 5
    assert {(effect.state, effect.version) for effect in owed} == {("due", 1)}


@pytest.mark.parametrize("spelling", [" Alice@Example.com ", "ALICE@EXAMPLE.COM", "alice@example.com"])
def test_an_address_in_any_spelling_is_one_person(spelling: str) -> None:
    session_type = make_session_type()
    first = book(session_type=session_type)
    second = book(spelling, starts_at=MONDAY + timedelta(hours=1), session_type=session_type)
    assert first.client == second.client
    assert User.objects.count() == 1


@pytest.mark.rule("R9")
def test_what_a_visitor_types_under_a_known_address_changes_nothing_of_the_person() -> None:
    bob = make_client("bob@example.com", name="Bob", phone="+351 911 111 111", time_zone="Europe/Lisbon")
    booking = book("bob@example.com", name="Mallory", phone="+1 555 0100", time_zone="America/New_York")
    bob.user.refresh_from_db()
    assert (bob.user.name, bob.user.phone, bob.user.time_zone) == ("Bob", "+351 911 111 111", "Europe/Lisbon")
    assert (booking.client, booking.guest_name, booking.guest_phone) == (bob, "Mallory", "+1 555 0100")
    assert booking.status == Booking.Status.CONFIRMED
    assert booking.awaits_owner


def test_a_new_address_waits_for_nobody_and_a_kept_booking_no_longer_does() -> None:
    assert not book().awaits_owner
    make_client("bob@example.com")
    waiting = book("bob@example.com", starts_at=MONDAY + timedelta(hours=1))
    assert not keep_booking(public_id=waiting.public_id).awaits_owner


@pytest.mark.rule("R1")
@pytest.mark.parametrize("opens_at", [Stage.INTAKE, Stage.ONGOING])
def test_a_visitor_gets_no_later_type_whatever_address_is_typed(opens_at: str) -> None:
    make_client("bob@example.com", stage=Stage.ONGOING)
    with pytest.raises(GateClosed):
        book("bob@example.com", session_type=make_session_type(opens_at_stage=opens_at))
    assert not Booking.objects.exists()
    assert not Effect.objects.exists()


@pytest.mark.rule("R2")
@pytest.mark.parametrize("stage", [Stage.DISCOVERY, Stage.INTAKE, Stage.CLOSED])
def test_a_client_gets_no_session_of_a_later_stage(stage: str) -> None:
    with pytest.raises(GateClosed):
        book_session(client=make_client(stage=stage), session_type=make_session(), starts_at=MONDAY, now=NOW)
    assert not Booking.objects.exists()


@pytest.mark.rule("R10")
def test_a_priced_session_is_held_until_it_is_paid_and_owes_nothing_yet() -> None:
    booking = book_session(
        client=make_client(stage=Stage.ONGOING), session_type=make_session(), starts_at=MONDAY, now=NOW
    )
    assert booking.status == Booking.Status.PENDING_PAYMENT
    assert booking.hold_expires_at > NOW + timedelta(minutes=30)
    assert not Effect.objects.exists()


@pytest.mark.rule("R4")
@pytest.mark.parametrize(
    "starts_at",
    [
        NOW - timedelta(days=1),
        MONDAY + timedelta(minutes=1),
        MONDAY + timedelta(seconds=1),
        MONDAY - timedelta(hours=1),
        MONDAY + timedelta(hours=8),
        MONDAY + timedelta(days=365),
    ],
    ids=["past", "off the grid", "a second off", "before hours", "after hours", "past the horizon"],
)
def test_what_is_not_offered_cannot_be_booked(starts_at) -> None:
    with pytest.raises(SlotNotOffered):
        book(starts_at=starts_at)
    assert not Booking.objects.exists()
    assert not User.objects.exists()


def test_a_blocked_time_is_not_offered() -> None:
    Block.objects.create(starts_at=MONDAY - timedelta(days=1), ends_at=MONDAY + timedelta(minutes=1))
    with pytest.raises(SlotNotOffered):
        book()


@pytest.mark.rule("R4")
def test_a_full_week_is_full_from_monday_to_sunday_and_the_next_one_is_not() -> None:
    """Six days lie between: as far as the one question about one instant has to look."""
    call = make_session_type(weekly_cap=1, daily_cap=1)
    make_booking(session_type=call)
    for days in (0, 6):
        with pytest.raises(SlotNotOffered):
            book(starts_at=MONDAY + timedelta(days=days, hours=3), session_type=call)
    assert Booking.objects.count() == 1
    assert book(starts_at=MONDAY + timedelta(days=7), session_type=call).starts_at == MONDAY + timedelta(days=7)


@pytest.mark.rule("R3")
def test_a_taken_time_is_taken_even_by_overlap() -> None:
    make_booking(session_type=make_session_type(duration_minutes=50))
    with pytest.raises(SlotTaken):
        book(starts_at=MONDAY + timedelta(minutes=30))
    assert Booking.objects.count() == 1


def test_cancelling_frees_the_time_at_once_and_owes_the_news() -> None:
    session_type = make_session_type()
    booking = book(session_type=session_type)
    cancel_by_link(public_id=booking.public_id, is_owner=False, now=NOW)
    again = book("bob@example.com", session_type=session_type)
    assert again.starts_at == booking.starts_at
    news = Effect.objects.filter(subject=booking.subject, version=2)
    assert {effect.kind for effect in news} == set(ON_CONFIRMATION) - {"welcome_thread"}


@pytest.mark.rule("R19")
@pytest.mark.parametrize("who", ["a visitor", "a client", "the therapist"])
def test_the_policy_that_stood_when_it_was_booked_is_kept_whoever_books(who: str) -> None:
    Practice.objects.update(cancellation_policy="Two days before, please.", cancellation_notice_hours=48)
    oscar, session = make_client(stage=Stage.ONGOING), make_session()
    if who == "a visitor":
        booking = book()
    elif who == "a client":
        booking = book_session(client=oscar, session_type=session, starts_at=MONDAY, now=NOW)
    else:
        hers = Arrangement(actor=therapist())
        booking = arrange_session(client=oscar, session_type=session, starts_at=MONDAY, arrangement=hers, now=NOW)
    Practice.objects.update(cancellation_policy="Never.", cancellation_notice_hours=500)
    booking.refresh_from_db()
    assert (booking.policy_text, booking.notice_hours) == ("Two days before, please.", 48)
    Booking.objects.update(status="confirmed")
    late = MONDAY - timedelta(hours=47)
    with pytest.raises(NotCancellable):
        cancel_by_link(public_id=booking.public_id, is_owner=False, now=late)
    assert cancel_by_link(public_id=booking.public_id, is_owner=False, now=NOW).policy_text == booking.policy_text


@pytest.mark.rule("R19")
def test_after_the_notice_a_link_cancels_nothing() -> None:
    booking = book()
    late = MONDAY - timedelta(hours=23)
    with pytest.raises(NotCancellable):
        cancel_by_link(public_id=booking.public_id, is_owner=False, now=late)
    booking.refresh_from_db()
    assert booking.status == Booking.Status.CONFIRMED


def test_the_owner_of_a_known_address_cancels_until_it_begins_and_the_visitor_gains_nothing() -> None:
    make_client("bob@example.com")
    booking = book("bob@example.com")
    late = MONDAY - timedelta(hours=1)
    with pytest.raises(NotCancellable):
        cancel_by_link(public_id=booking.public_id, is_owner=False, now=late)
    assert cancel_by_link(public_id=booking.public_id, is_owner=True, now=late).status == Booking.Status.CANCELLED


def test_cancelling_twice_is_refused_and_tells_nobody_twice() -> None:
    booking = book()
    cancel_by_link(public_id=booking.public_id, is_owner=False, now=NOW)
    before = Effect.objects.count()
    with pytest.raises(NotCancellable):
        cancel_by_link(public_id=booking.public_id, is_owner=False, now=NOW)
    assert Effect.objects.count() == before


AFTER = MONDAY + timedelta(minutes=20)


@pytest.mark.rule("R1")
def test_proceeding_opens_the_gate_and_the_intake() -> None:
    booking = book()
    close_discovery(public_id=booking.public_id, outcome=Booking.Outcome.PROCEED, now=AFTER)
    client = Client.objects.get()
    assert (client.stage, client.discovery_completed_at) == (Stage.INTAKE, AFTER)


@pytest.mark.parametrize("outcome", [Booking.Outcome.REFER, Booking.Outcome.DECLINE])
def test_any_other_outcome_leaves_the_gate_shut(outcome) -> None:
    booking = book()
    close_discovery(public_id=booking.public_id, outcome=outcome, now=AFTER)
    client = Client.objects.get()
    assert (client.stage, client.discovery_completed_at) == (Stage.CLOSED, None)


def test_a_client_in_care_keeps_the_stage_whatever_the_outcome_of_another_call() -> None:
    client = make_client("bob@example.com", stage=Stage.ONGOING)
    for hour, outcome in enumerate(Booking.Outcome):
        booking = book("bob@example.com", starts_at=MONDAY + timedelta(hours=hour))
        close_discovery(public_id=booking.public_id, outcome=outcome, now=AFTER + timedelta(hours=hour))
    client.refresh_from_db()
    assert client.stage == Stage.ONGOING


def test_a_call_is_closed_once_and_not_before_it_begins() -> None:
    booking = book()
    with pytest.raises(NotClosable):
        close_discovery(public_id=booking.public_id, outcome=Booking.Outcome.PROCEED, now=MONDAY - timedelta(minutes=1))
    assert Client.objects.get().discovery_completed_at is None
    close_discovery(public_id=booking.public_id, outcome=Booking.Outcome.DECLINE, now=AFTER)
    with pytest.raises(NotClosable):
        close_discovery(public_id=booking.public_id, outcome=Booking.Outcome.PROCEED, now=AFTER)
    assert Client.objects.get().discovery_completed_at is None


@pytest.mark.rule("R18")
def test_the_reason_is_unreadable_in_the_database() -> None:
    from django.db import connection

    booking = book(reason="A very private word")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM practice_admin_booking")
        stored = bytes(cursor.fetchone()[0])
    assert b"private" not in stored
    assert Booking.objects.get(pk=booking.pk).reason == "A very private word"


def test_a_price_that_changed_after_the_page_was_opened_is_the_price() -> None:
    """What the view had read before the lock does not count."""
    client, stale = make_client(stage=Stage.ONGOING), make_session_type(opens_at_stage=Stage.INTAKE)
    SessionType.objects.filter(pk=stale.pk).update(price_minor=9000)
    booking = book_session(client=client, session_type=stale, starts_at=MONDAY, now=NOW)
    booking.refresh_from_db()
    assert (booking.status, booking.price_minor) == (Booking.Status.PENDING_PAYMENT, 9000)


@pytest.mark.rule("R1")
def test_a_type_that_was_locked_after_the_page_was_opened_is_locked() -> None:
    make_client("bob@example.com", stage=Stage.ONGOING)
    stale = make_session_type()
    SessionType.objects.filter(pk=stale.pk).update(opens_at_stage=Stage.ONGOING)
    with pytest.raises(GateClosed):
        book("bob@example.com", session_type=stale)
    assert not Booking.objects.exists()


@pytest.mark.rule("R4")
@pytest.mark.parametrize("milliseconds", [400, 600])
def test_a_booking_that_ends_within_a_second_leaves_nothing_that_is_offered_and_refused(milliseconds: int) -> None:
    session_type = make_session_type()
    ends_at = MONDAY + timedelta(minutes=30, milliseconds=milliseconds)
    make_booking(session_type=session_type, starts_at=MONDAY + timedelta(milliseconds=milliseconds), ends_at=ends_at)
    window = (MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=2))
    practice = Practice.objects.get()
    for number, slot in enumerate(diary.slots(session_type, practice, window=window, now=NOW)):
        book(f"person{number}@example.com", starts_at=slot.starts_at, session_type=session_type)
    assert Booking.objects.count() > 1


@pytest.mark.rule("R5")
@pytest.mark.parametrize("days", [-400, -1, 0, 10, 59, 400])
def test_the_nearest_times_are_the_nearest_of_all(days: int) -> None:
    """However far off the wish is, and where everything close by is blocked."""
    session_type, practice = make_session_type(), Practice.objects.get()
    Block.objects.create(starts_at=MONDAY + timedelta(days=5), ends_at=MONDAY + timedelta(days=15))
    wish = MONDAY + timedelta(days=days, minutes=7)
    everything = diary.slots(session_type, practice, window=(NOW, NOW + timedelta(days=61)), now=NOW)
    wanted = sorted(sorted(everything, key=lambda slot: abs(slot.starts_at - wish))[:3])
    assert diary.nearest_slots(session_type, practice, to=wish, now=NOW) == wanted
