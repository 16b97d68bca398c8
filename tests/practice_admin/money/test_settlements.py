"""What was paid otherwise, in her own record: in parts, waived, given back, undone; never more than is owed (R10)."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from clients.models import Stage
from integrations import payments
from practice_admin.domain.queries.ledger import ledger_of, own_ledger
from practice_admin.domain.queries.money_needs import credits_by_hand, debts
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.settlements import (
    NotSettled,
    Receipt,
    record_payback,
    record_settlement,
    undo_settlement,
    waive_debt,
)
from practice_admin.models import Booking, Practice, Settlement
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R10")]
Manner = Settlement.Manner


@pytest.fixture
def owed() -> Booking:
    """A session of €70 that she arranged, and that took place."""
    booking = make_booking(make_client(stage=Stage.ONGOING), make_session(), status="completed")
    booking.refresh_from_db()
    return booking


def receipt(minor: int, **more: Any) -> Receipt:
    said = {"currency": "EUR", "manner": Manner.CASH, "paid_on": NOW.date(), "form_key": uuid4()}
    return Receipt(amount_minor=minor, recorded_by=therapist(), **said | more)


def record(booking: Booking, minor: int, **more: Any) -> Settlement:
    return record_settlement(
        booking_id=booking.public_id, receipt=receipt(minor, **more), gateway=payments.gateway(), now=NOW
    )


def waive(booking: Booking, minor: int | None = None) -> Settlement:
    return waive_debt(
        booking_id=booking.public_id, recorded_by=therapist(), form_key=uuid4(), now=NOW, amount_minor=minor
    )


def test_a_debt_is_paid_in_parts_and_is_then_no_debt(owed) -> None:
    assert [booking.owed_minor for booking in debts(MONDAY + timedelta(days=1))] == [7000]
    record(owed, 3000, manner=Manner.BANK, note="Transfer of the 24th")
    assert owed_for(owed) == 4000
    record(owed, 4000)
    assert (owed_for(owed), list(debts(MONDAY + timedelta(days=1)))) == (0, [])
    assert ledger_of(owed.client, Practice.objects.get()).balances == {"EUR": 0}


def test_the_same_form_twice_records_once(owed) -> None:
    said = receipt(3000)
    for _ in range(2):
        record_settlement(booking_id=owed.public_id, receipt=said, gateway=payments.gateway(), now=NOW)
    assert Settlement.objects.count() == 1
    assert owed_for(owed) == 4000


@pytest.mark.parametrize(
    ("minor", "more", "words"),
    [
        (0, {}, "above nought"),
        (-1, {}, "above nought"),
        (7001, {}, "more than the €70"),
        (7000, {"currency": "USD"}, "priced in EUR"),
        (7000, {"paid_on": NOW.date() + timedelta(days=1)}, "still to come"),
        (7000, {"manner": Manner.WAIVED}, "how the money came"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_and_recorded_nowhere(owed, minor, more, words) -> None:
    with pytest.raises(NotSettled, match=words):
        record(owed, minor, **more)
    assert (Settlement.objects.count(), owed_for(owed)) == (0, 7000)


@pytest.mark.parametrize(
    ("status", "fee"), [("cancelled", "waived"), ("cancelled", ""), ("expired", ""), ("no_show", "waived")]
)
def test_for_what_is_not_charged_nothing_is_owed_and_nothing_recorded(owed, status, fee) -> None:
    Booking.objects.update(status=status, fee=fee)
    with pytest.raises(NotSettled, match="Nothing is owed"):
        record(owed, 7000)
    with pytest.raises(NotSettled, match="Nothing is owed"):
        waive(owed)
    assert not Settlement.objects.exists()


@pytest.mark.rule("R19")
@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_a_late_cancellation_that_is_charged_is_owed_until_it_is_waived(owed, status) -> None:
    Booking.objects.update(status=status, fee="charged")
    assert owed_for(owed) == 7000
    waive(owed)
    assert owed_for(owed) == 0


def test_a_waiver_for_a_fee_that_falls_away_later_is_no_credit(owed) -> None:
    waive(owed, 2000)
    assert owed_for(owed) == 5000
    Booking.objects.update(status="cancelled", fee="waived")
    assert owed_for(owed) == 0
    assert ledger_of(owed.client, Practice.objects.get()).balances.get("EUR", 0) == 0


def test_a_mistake_is_undone_by_a_row_that_says_the_opposite_once(owed) -> None:
    mistake = record(owed, 7000, paid_on=date(2026, 10, 1))
    undone = undo_settlement(settlement_id=mistake.public_id, recorded_by=therapist(), now=NOW, note="Another client's")
    assert (undone.amount_minor, undone.paid_on, owed_for(owed)) == (-7000, NOW.date(), 7000)
    for row in (mistake, undone):
        with pytest.raises(NotSettled, match="undone already"):
            undo_settlement(settlement_id=row.public_id, recorded_by=therapist(), now=NOW)
    assert Settlement.objects.count() == 2
    practice = Practice.objects.get()
    assert len(ledger_of(owed.client, practice).entries) == 3
    assert [entry.kind for entry in own_ledger(owed.client, practice).entries] == ["charge"]


def test_what_was_received_by_hand_is_given_back_by_hand_and_no_more(owed) -> None:
    record(owed, 7000)
    Booking.objects.update(status="cancelled", fee="waived")
    assert owed_for(owed) == -7000
    assert [booking.owed_minor for booking in credits_by_hand()] == [-7000]
    with pytest.raises(NotSettled, match="more than the €70"):
        record_payback(booking_id=owed.public_id, receipt=receipt(7001), now=NOW)
    record_payback(booking_id=owed.public_id, receipt=receipt(7000), now=NOW)
    assert (owed_for(owed), list(credits_by_hand())) == (0, [])
    with pytest.raises(NotSettled, match="€0"):
        record_payback(booking_id=owed.public_id, receipt=receipt(1), now=NOW)


def test_the_client_reads_none_of_her_notes(owed) -> None:
    record(owed, 3000, note="Was short of money, poor soul")
    practice = Practice.objects.get()
    assert "poor soul" in [entry.note for entry in ledger_of(owed.client, practice).entries][-1]
    assert not any(entry.note for entry in own_ledger(owed.client, practice).entries)
