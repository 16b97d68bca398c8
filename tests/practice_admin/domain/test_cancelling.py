"""Cancelling with what becomes of the money; no show; paying back (R19)."""

from datetime import timedelta

import pytest

from clients.models import Stage
from integrations.outbox.models import Effect
from practice_admin.domain.cancelling import (
    NotCancellable,
    cancel_by_link,
    cancel_by_therapist,
    refund_on_cancelling,
)
from practice_admin.domain.closing import NotClosable, complete_session, mark_no_show
from practice_admin.domain.moving import Stale
from practice_admin.models import Booking, Payment, Practice, Refund
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R19")]

Fee, Side = Booking.Fee, Booking.Side
LATE = MONDAY - timedelta(hours=2)
AFTER = MONDAY + timedelta(hours=1)


@pytest.fixture
def paid() -> Booking:
    """A session of €70, paid."""
    booking = make_booking(make_client(stage=Stage.ONGOING), make_session(), starts_at=MONDAY, notice_hours=24)
    Payment.objects.create(
        booking=booking,
        client=booking.client,
        amount_minor=7000,
        currency="EUR",
        state="paid",
        expires_at=NOW,
        payment_intent="pi_1",
    )
    return booking


def refunds() -> list[int]:
    return list(Refund.objects.values_list("amount_minor", flat=True))


def test_within_the_notice_all_of_it_goes_back_as_was_said_before(paid) -> None:
    assert refund_on_cancelling(paid, Practice.objects.get(), NOW) == 7000
    cancelled = cancel_by_link(public_id=paid.public_id, is_owner=False, now=NOW)
    assert (cancelled.status, cancelled.cancelled_by, cancelled.fee) == ("cancelled", "client", "waived")
    assert refunds() == [7000]
    assert Effect.objects.get(kind="refund").subject == Refund.objects.get().subject


def test_after_the_notice_its_client_cannot_and_nothing_is_paid_back(paid) -> None:
    with pytest.raises(NotCancellable):
        cancel_by_link(public_id=paid.public_id, is_owner=False, now=LATE)
    assert (refunds(), Effect.objects.count()) == ([], 0)


def test_one_offered_anew_is_cancelled_at_any_time_with_all_its_money(paid) -> None:
    Booking.objects.update(awaits_new_time=True)
    cancel_by_link(public_id=paid.public_id, is_owner=False, now=AFTER)
    assert refunds() == [7000]


def test_cancelling_twice_pays_back_once(paid) -> None:
    cancel_by_link(public_id=paid.public_id, is_owner=False, now=NOW)
    with pytest.raises(NotCancellable, match="cancelled already"):
        cancel_by_link(public_id=paid.public_id, is_owner=False, now=NOW)
    assert refunds() == [7000]


def test_the_notice_is_kept_to_the_second(paid) -> None:
    last = MONDAY - timedelta(hours=24)
    with pytest.raises(NotCancellable, match="can no longer be cancelled here"):
        cancel_by_link(public_id=paid.public_id, is_owner=False, now=last + timedelta(seconds=1))
    assert refund_on_cancelling(paid, Practice.objects.get(), last + timedelta(seconds=1)) == 0
    assert cancel_by_link(public_id=paid.public_id, is_owner=False, now=last).status == "cancelled"
    assert refunds() == [7000]


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=7)], ids=["as it begins", "a week later"])
def test_one_that_has_begun_is_not_cancelled_by_its_client(paid, late) -> None:
    with pytest.raises(NotCancellable, match="has begun already"):
        cancel_by_link(public_id=paid.public_id, is_owner=True, now=MONDAY + late)
    assert Booking.objects.get().status == Booking.Status.CONFIRMED
    assert (refunds(), Effect.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("status", "said"),
    [("cancelled", "Cancelled"), ("expired", "Not paid"), ("completed", "Held"), ("no_show", "Did not come")],
)
def test_what_is_over_is_cancelled_by_nobody_and_says_what_it_is(paid, status: str, said: str) -> None:
    Booking.objects.update(status=status)
    with pytest.raises(NotCancellable, match=f"this booking is marked “{said.lower()}"):
        cancel_by_therapist(public_id=paid.public_id, fee=Fee.WAIVED, by=Side.THERAPIST, now=NOW)
    with pytest.raises(NotCancellable, match="cancelled already" if status == "cancelled" else "nothing to cancel"):
        cancel_by_link(public_id=paid.public_id, is_owner=True, now=NOW)
    assert (Booking.objects.get().status, Booking.objects.get().version) == (status, 1)
    assert (refunds(), Effect.objects.count()) == ([], 0)


@pytest.mark.parametrize(("fee", "back"), [(Fee.CHARGED, []), (Fee.WAIVED, [7000])])
def test_late_the_therapist_chooses_whether_it_is_charged(paid, fee, back) -> None:
    done = cancel_by_therapist(public_id=paid.public_id, fee=fee, by=Side.CLIENT, now=LATE)
    assert (done.status, done.cancelled_by, done.fee) == ("cancelled", "client", fee)
    assert refunds() == back
    assert not Effect.objects.filter(kind="therapist_email").exists()


def test_an_older_tab_of_hers_changes_nothing(paid) -> None:
    Booking.objects.update(version=2)
    with pytest.raises(Stale):
        cancel_by_therapist(public_id=paid.public_id, fee=Fee.WAIVED, by=Side.THERAPIST, now=NOW, known_version=1)
    assert Booking.objects.get().status == Booking.Status.CONFIRMED


@pytest.mark.parametrize(("fee", "back"), [(Fee.CHARGED, []), (Fee.WAIVED, [7000])])
def test_a_no_show_is_charged_or_waived_and_writes_to_nobody(paid, fee, back) -> None:
    done = mark_no_show(public_id=paid.public_id, fee=fee, now=AFTER)
    assert (done.status, done.fee) == (Booking.Status.NO_SHOW, fee)
    assert refunds() == back
    assert not Effect.objects.exclude(kind="refund").exists()


def test_a_session_that_was_held_is_closed_once_and_not_before_it_begins(paid) -> None:
    with pytest.raises(NotClosable, match="not begun"):
        complete_session(public_id=paid.public_id, now=NOW)
    assert complete_session(public_id=paid.public_id, now=AFTER).status == Booking.Status.COMPLETED
    with pytest.raises(NotClosable):
        mark_no_show(public_id=paid.public_id, fee=Fee.CHARGED, now=AFTER)
    assert Booking.objects.get().status == Booking.Status.COMPLETED
