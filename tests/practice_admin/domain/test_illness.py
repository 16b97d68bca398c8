"""*I am ill*: a span of sessions called off in one act, each its own way, or none at all (R10, R19)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from clients.models import Stage
from integrations import payments
from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.sandbox import faults, store, stripe_sessions
from practice_admin.domain.cancelling import ON_HER_CHANGE
from practice_admin.domain.diary import SlotNotOffered
from practice_admin.domain.illness import (
    NothingToCallOff,
    SessionsChanged,
    Way,
    call_off_sessions,
    sessions_within,
    ways_for,
)
from practice_admin.domain.moving import move_booking
from practice_admin.domain.payments import ReturnAddresses, open_checkout
from practice_admin.models import Block, Booking, Payment, Refund
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, open_every_day

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R19")]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = MONDAY + 8 * HOUR


@pytest.fixture
def session():
    return make_session()


def booked(session_type, hour: int = 0, *, paid: int = 7000, **fields) -> Booking:
    client = make_client(stage=Stage.ONGOING)
    booking = make_booking(client, session_type, starts_at=MONDAY + hour * HOUR, **fields)
    if paid:
        values = {"amount_minor": paid, "currency": "EUR", "state": "paid", "expires_at": NOW, "payment_intent": "pi"}
        Payment.objects.create(booking=booking, client=client, **values)
    return booking


def call_off(ways: dict[Booking, Way], *, since: datetime = MONDAY, until: datetime = UNTIL, now=NOW, gateway=None):
    """No gateway: whoever asks Stripe without need fails."""
    named = {booking.public_id: way for booking, way in ways.items()}
    return call_off_sessions(since=since, until=until, ways=named, gateway=gateway, now=now)


def owed(booking: Booking) -> set[str]:
    return set(Effect.objects.filter(subject=booking.subject).values_list("kind", flat=True))


def nothing_was_called_off() -> bool:
    return not (
        Booking.objects.exclude(version=1).exists()
        or Booking.objects.filter(status="cancelled").exists()
        or Block.objects.exists()
        or Effect.objects.exists()
        or Refund.objects.exists()
    )


def test_a_cancelled_one_is_paid_back_in_full_and_its_client_told(session) -> None:
    booking = booked(session)
    (done,) = call_off({booking: Way.CANCEL})
    assert (done.status, done.cancelled_by, done.fee, done.version) == ("cancelled", "therapist", "waived", 2)
    assert [(refund.payment.booking, refund.amount_minor) for refund in Refund.objects.all()] == [(booking, 7000)]
    assert owed(booking) == set(ON_HER_CHANGE)
    assert Effect.objects.filter(kind="refund").count() == 1


def test_one_that_is_offered_anew_keeps_its_row_its_time_and_its_payment_and_its_client_is_told(session) -> None:
    booking = booked(session)
    (done,) = call_off({booking: Way.ANEW})
    assert (done.pk, done.status, done.starts_at) == (booking.pk, "confirmed", MONDAY)
    assert (done.awaits_new_time, done.version, done.changed_at) == (True, 2, NOW)
    assert not Refund.objects.exists()
    assert owed(booking) == set(ON_HER_CHANGE)


def test_what_costs_nothing_is_cancelled_without_a_word_of_money() -> None:
    call = booked(make_session_type(), paid=0)
    (done,) = call_off({call: Way.CANCEL})
    assert (done.status, done.fee) == ("cancelled", "")
    assert not Refund.objects.exists()


def test_what_was_paid_back_in_part_is_paid_back_to_the_rest(session) -> None:
    booking = booked(session)
    Refund.objects.create(payment=booking.payments.get(), amount_minor=2000, state="done")
    call_off({booking: Way.CANCEL})
    assert list(Refund.objects.order_by("pk").values_list("amount_minor", flat=True)) == [2000, 5000]


def test_a_client_who_was_asked_before_is_not_asked_twice_but_can_be_cancelled_now(session) -> None:
    booking = booked(session)
    call_off({booking: Way.ANEW})
    effects = Effect.objects.count()
    call_off({booking: Way.ANEW})
    booking.refresh_from_db()
    assert (booking.version, Effect.objects.count()) == (2, effects)
    call_off({booking: Way.CANCEL})
    booking.refresh_from_db()
    assert (booking.status, booking.awaits_new_time, booking.version) == ("cancelled", False, 3)


def test_the_span_is_blocked_once_from_now_on_and_nothing_is_offered_in_it(session) -> None:
    open_every_day()
    booking = booked(session)
    for _ in range(2):
        call_off({booking: Way.ANEW}, since=NOW - DAY)
    block = Block.objects.get()
    assert (block.starts_at, block.ends_at, block.source) == (NOW, UNTIL, "manual")
    with pytest.raises(SlotNotOffered):
        move_booking(public_id=booking.public_id, starts_at=MONDAY + 2 * HOUR, now=NOW)
    assert move_booking(public_id=booking.public_id, starts_at=MONDAY + DAY, now=NOW).awaits_new_time is False


def test_only_what_is_live_ahead_and_begins_within_the_span_is_called_off(session) -> None:
    within = booked(session, 1)
    others = [
        booked(session, -1),  # before it
        booked(session, 8),  # as it ends
        booked(session, 2, status="cancelled"),
        booked(session, 3, status="completed"),
    ]
    assert list(sessions_within(MONDAY, UNTIL, now=NOW)) == [within]
    assert call_off({within: Way.CANCEL}) == [within]
    for other in others:
        assert (Booking.objects.get(pk=other.pk).status, owed(other)) == (other.status, set())


def test_one_that_has_begun_is_not_called_off_any_more(session) -> None:
    begun, ahead = booked(session), booked(session, 2)
    now = MONDAY + timedelta(minutes=10)
    assert call_off({ahead: Way.CANCEL}, now=now) == [ahead]
    begun.refresh_from_db()
    assert begun.status == "confirmed"
    assert Block.objects.get().starts_at == now


def test_a_span_without_sessions_is_blocked_and_nobody_is_told() -> None:
    assert call_off({}) == []
    assert Block.objects.count() == 1
    assert not Effect.objects.exists()


@pytest.mark.parametrize("until", [NOW, NOW - HOUR], ids=["just over", "long over"])
def test_a_span_that_is_over_has_nothing_to_call_off(session, until) -> None:
    booking = booked(session)
    with pytest.raises(NothingToCallOff, match="That time is over"):
        call_off({booking: Way.CANCEL}, since=NOW - DAY, until=until)
    assert nothing_was_called_off()


@pytest.mark.parametrize("change", ["one more", "one less", "one unknown"])
def test_where_the_sessions_are_not_those_that_were_seen_none_is_called_off(session, change: str) -> None:
    first, second = booked(session), booked(session, 1)
    ways = {first.public_id: Way.CANCEL, second.public_id: Way.ANEW}
    if change == "one more":
        booked(session, 2)
    elif change == "one less":
        Booking.objects.filter(pk=second.pk).update(status="completed")
    else:
        ways[uuid4()] = Way.CANCEL
    with pytest.raises(SessionsChanged, match="have changed meanwhile"):
        call_off_sessions(since=MONDAY, until=UNTIL, ways=ways, gateway=None, now=NOW)
    assert nothing_was_called_off()


@pytest.mark.rule("R9")
def test_whose_it_is_not_known_can_be_cancelled_alone(session) -> None:
    call = booked(make_session_type(), paid=0, awaits_owner=True)
    kept = booked(session, 1)
    assert ways_for(call) == (Way.CANCEL,)
    assert ways_for(kept) == (Way.ANEW, Way.CANCEL)
    with pytest.raises(SessionsChanged):
        call_off({call: Way.ANEW, kept: Way.CANCEL})
    assert nothing_was_called_off()


# --- Times that are held unpaid: at Stripe first, then here -------------------------------------------------------


@pytest.fixture
def held(vendors, session) -> Iterator[Booking]:
    """Held, with a payment page of Stripe's open; its webhooks wait. Stripe judges by its own clock."""
    faults.set_delivery("hold")
    booking = booked(session, 1, paid=0, status="pending_payment", hold_expires_at=NOW + HOUR)
    back = ReturnAddresses("https://example.com/ok", "https://example.com/back")
    with time_machine.travel(NOW, tick=True):
        open_checkout(public_id=booking.public_id, gateway=payments.gateway(), back_to=back, now=NOW)
        yield booking


def at_stripe(booking: Booking) -> str:
    kept = store.all(stripe_sessions.KIND)[str(booking.payments.get().checkout_session_id)]
    status: str = kept["session"]["status"]
    return status


@pytest.mark.rule("R10")
@pytest.mark.django_db(transaction=True)
def test_a_held_time_is_let_go_at_stripe_and_here_before_the_rest_is_called_off(held, session) -> None:
    paid = booked(session)
    assert call_off({paid: Way.CANCEL}, gateway=payments.gateway()) == [paid]
    held.refresh_from_db()
    assert (held.status, held.payments.get().state, at_stripe(held)) == ("expired", "expired", "expired")
    assert owed(held) == set()


@pytest.mark.rule("R10")
@pytest.mark.django_db(transaction=True)
def test_a_list_that_is_out_of_date_lets_go_of_no_held_time_at_stripe(held, session) -> None:
    booked(session)
    with pytest.raises(SessionsChanged):
        call_off({}, gateway=payments.gateway())
    held.refresh_from_db()
    assert (held.status, at_stripe(held)) == ("pending_payment", "open")
    assert nothing_was_called_off()


@pytest.mark.rule("R10")
@pytest.mark.django_db(transaction=True)
def test_where_stripe_cannot_be_asked_no_session_is_called_off(vendors, held, session) -> None:
    paid = booked(session)
    vendors.down("stripe")
    with pytest.raises(VendorError):
        call_off({paid: Way.CANCEL}, gateway=payments.gateway())
    held.refresh_from_db()
    assert held.status == "pending_payment"
    assert nothing_was_called_off()
