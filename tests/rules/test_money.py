"""What PostgreSQL itself refuses of money, whoever writes it (R10, R11)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clients.models import Stage
from practice_admin.models import Booking, Payment, Refund, Settlement, StripeEvent
from tests.factories import NOW, make_booking, make_client, make_session, therapist
from tests.practice_admin.money.rows import payment, refund

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R10")]


@pytest.fixture
def held() -> Booking:
    booking = make_booking(make_client(stage=Stage.ONGOING), make_session(), status="completed")
    booking.refresh_from_db()
    return booking


def settlement(booking: Booking, minor: int = 7000, **fields) -> Settlement:
    return Settlement.objects.create(
        booking=booking,
        amount_minor=minor,
        currency="EUR",
        **{"manner": "cash", "paid_on": NOW.date(), "recorded_by": therapist()} | fields,
    )


def refused(constraint: str, write) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    diagnosis = caught.value.__cause__.diag
    assert constraint in {diagnosis.constraint_name, diagnosis.table_name}


def test_no_more_goes_back_than_came_by_insert_or_by_update(held) -> None:
    paid = payment(held)
    refund(paid, 4000)
    refused("practice_admin_refund_within_payment", lambda: refund(paid, 3001))
    rest = refund(paid, 3000)
    refused("practice_admin_refund_within_payment", lambda: Refund.objects.filter(pk=rest.pk).update(amount_minor=3001))
    refund(paid, 7000, state="failed", failed_at=NOW)  # which never went


@pytest.mark.parametrize(
    ("state", "further"),
    [
        ("asked", {"pending", "done", "failed"}),
        ("pending", {"done", "failed"}),
        ("done", {"failed"}),
        ("failed", set()),
    ],
)
def test_a_refund_goes_only_its_ways_and_the_model_names_the_same_ones(held, state, further) -> None:
    row = refund(payment(held), 1000, state=state)
    assert Refund.WAYS[state] == further
    for other in set(Refund.State.values) - {state}:
        change = Refund.objects.filter(pk=row.pk)
        if other not in further:
            refused("practice_admin_refund_ways", lambda change=change, other=other: change.update(state=other))
        else:
            with transaction.atomic():
                assert change.update(state=other) == 1
                transaction.set_rollback(True)


@pytest.mark.parametrize("state", ["open", "awaited", "failed", "expired", "unplaced"])
def test_money_that_came_stays_recorded(held, state) -> None:
    paid = payment(held)
    refused("practice_admin_payment_money_stays", lambda: Payment.objects.filter(pk=paid.pk).update(state=state))
    waiting = payment(held, state="unplaced")
    if state != "unplaced":
        refused("practice_admin_payment_money_stays", lambda: Payment.objects.filter(pk=waiting.pk).update(state=state))


@pytest.mark.parametrize(
    "change",
    [{"amount_minor": 1}, {"manner": "bank"}, {"paid_on": NOW.date() - timedelta(days=1)}, {"currency": "USD"}],
)
def test_what_she_recorded_is_not_changed(held, change) -> None:
    settlement(held)
    refused("practice_admin_settlement_kept", lambda: Settlement.objects.update(**change))


def test_nor_deleted(held) -> None:
    row = settlement(held)
    refused("practice_admin_settlement_kept", row.delete)
    assert Settlement.objects.count() == 1


def test_it_is_undone_by_its_opposite_once_and_by_nothing_else(held) -> None:
    row = settlement(held)
    other = make_booking(held.client, held.session_type, starts_at=NOW)
    refused("practice_admin_settlement_counter", lambda: settlement(held, -6999, undoes=row))
    refused("practice_admin_settlement_counter", lambda: settlement(held, -7000, undoes=row, manner="bank"))
    refused("practice_admin_settlement_counter", lambda: settlement(other, -7000, undoes=row))
    undone = settlement(held, -7000, undoes=row)
    refused("practice_admin_settlement", lambda: settlement(held, -7000, undoes=row))  # its one unique column
    refused("practice_admin_settlement_counter", lambda: settlement(held, 7000, undoes=undone))


def test_nought_is_recorded_of_nothing_and_less_than_nought_is_not_waived(held) -> None:
    refused("practice_admin_settlement_of_something", lambda: settlement(held, 0))
    refused("practice_admin_settlement_waives_something", lambda: settlement(held, -1, manner="waived"))
    refused("practice_admin_refund_of_something", lambda: refund(payment(held), 0))
    refused("practice_admin_refund_lowers_no_more", lambda: refund(payment(held), 100, lowers_fee_minor=101))


@pytest.mark.rule("R11")
def test_one_refund_of_stripes_is_one_row_and_one_event_is_one(held) -> None:
    paid = payment(held)
    refund(paid, 100, stripe_id="re_1")
    refused("practice_admin_refund_one_row", lambda: refund(paid, 100, stripe_id="re_1"))
    StripeEvent.objects.create(event_id="evt_1", kind="refund.updated", body="{}")
    refused(
        "practice_admin_stripeevent",
        lambda: StripeEvent.objects.create(event_id="evt_1", kind="refund.updated", body="{}"),
    )
    refused("practice_admin_stripeevent_state_known", lambda: StripeEvent.objects.update(state="lost"))
