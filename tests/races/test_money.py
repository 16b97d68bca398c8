"""Two hands on the same money in one moment: it is paid, recorded and given back once (R10)."""

import threading
from uuid import uuid4

import pytest

from clients.models import Stage
from integrations import payments
from practice_admin.domain import refunds, settlements
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.refunds import NotRefundable, refund_booking, refundable, retry_refund
from practice_admin.domain.settlements import NotSettled, Receipt, record_settlement
from practice_admin.domain.unplaced import NothingToPlace, give_money_back
from practice_admin.models import Booking, Practice, Refund, Settlement
from tests.factories import NOW, make_booking, make_client, make_session, therapist
from tests.practice_admin.money.rows import payment
from tests.races.crowd import rush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]

CROWD = 8


@pytest.fixture
def held() -> Booking:
    """A session of €70 that took place."""
    booking = make_booking(make_client(stage=Stage.ONGOING), make_session(), status="completed")
    booking.refresh_from_db()
    return booking


def refund(booking: Booking, minor: int, key=None) -> list[Refund]:
    return refund_booking(
        public_id=booking.public_id,
        amount_minor=minor,
        currency="EUR",
        ask_key=key or uuid4(),
        asked_by=therapist(),
        now=NOW,
    )


def settle(booking: Booking, key=None) -> Settlement:
    receipt = Receipt(7000, "EUR", Settlement.Manner.CASH, NOW.date(), therapist(), key or uuid4())
    return record_settlement(booking_id=booking.public_id, receipt=receipt, gateway=payments.gateway(), now=NOW)


def no_guard(monkeypatch, module) -> None:
    monkeypatch.setattr(module, "lock_diary", lambda: Practice.objects.get(pk=1))


def test_without_the_lock_a_debt_is_recorded_as_paid_twice(held, monkeypatch) -> None:
    """The race is real: everyone asks what is owed before anyone writes."""

    therapist()
    no_guard(monkeypatch, settlements)
    asked, record = threading.Barrier(CROWD), settlements._record
    monkeypatch.setattr(settlements, "_record", lambda *of: (asked.wait(30) and None) or record(*of))
    rush(CROWD, lambda _: settle(held))
    assert Settlement.objects.count() == CROWD


def test_of_many_records_at_once_one_is_kept(held) -> None:
    therapist()
    outcomes, _ = rush(CROWD, lambda _: settle(held))
    assert sum(isinstance(each, Settlement) for each in outcomes) == 1, outcomes
    assert sum(isinstance(each, NotSettled) for each in outcomes) == CROWD - 1, outcomes
    assert owed_for(held) == 0


def test_a_form_that_is_sent_many_times_at_once_records_once_and_says_so_to_each(held) -> None:
    therapist()
    key = uuid4()
    outcomes, _ = rush(CROWD, lambda _: settle(held, key))
    assert {each.pk for each in outcomes} == {Settlement.objects.get().pk}


def test_a_double_click_pays_back_once_and_two_hands_no_more_than_there_is(held) -> None:
    therapist()
    payment(held)
    key = uuid4()
    outcomes, _ = rush(CROWD, lambda _: refund(held, 2000, key))
    assert {each[0].pk for each in outcomes} == {Refund.objects.get().pk}
    outcomes, _ = rush(CROWD, lambda _: refund(held, 3000))
    assert sum(isinstance(each, NotRefundable) for each in outcomes) == CROWD - 1, outcomes
    assert refundable(held) == 2000


def test_even_without_the_lock_the_database_lets_no_more_go_back_than_came(held, monkeypatch) -> None:
    therapist()
    payment(held)
    no_guard(monkeypatch, refunds)
    rush(CROWD, lambda _: refund(held, 7000))
    assert Refund.objects.count() == 1


def test_trying_again_twice_at_once_tries_once(held) -> None:
    therapist()
    failed = Refund.objects.create(payment=payment(held), amount_minor=7000, state="failed", failed_at=NOW)
    outcomes, _ = rush(CROWD, lambda _: retry_refund(public_id=failed.public_id, asked_by=therapist(), now=NOW))
    assert len({each.pk for each in outcomes}) == 1
    assert Refund.objects.count() == 2


def test_money_without_a_place_goes_back_once(held) -> None:
    therapist()
    paid = payment(held, state="unplaced")
    outcomes, _ = rush(
        CROWD, lambda _: give_money_back(payment_id=paid.public_id, origin=Refund.Origin.CLIENT, now=NOW)
    )
    assert sum(isinstance(each, NothingToPlace) for each in outcomes) == CROWD - 1, outcomes
    assert Refund.objects.get().amount_minor == 7000
