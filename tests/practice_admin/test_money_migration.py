"""Going back from 0005: only while no money is recorded, and told plainly otherwise."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.migrations.exceptions import IrreversibleError

from practice_admin.models import Payment, StripeEvent
from tests.factories import make_booking
from tests.practice_admin.money.rows import payment

pytestmark = pytest.mark.django_db
money = import_module("practice_admin.migrations.0005_money")


def go_back() -> None:
    """The first thing that migrating back to 0004 does; the whole of it would cost a minute."""
    first = money.Migration.operations[-1]
    first.reverse_code(apps, None)


@pytest.mark.parametrize("state", ["failed", "awaited", "expired"])
def test_with_a_payment_recorded_it_does_not_go_back_and_loses_nothing(state) -> None:
    payment(make_booking(status="expired"), state=state, paid_at=None)
    with pytest.raises(IrreversibleError, match="Restore a backup"):
        go_back()
    assert Payment.objects.get().state == state


def test_with_an_event_of_stripes_neither() -> None:
    StripeEvent.objects.create(event_id="evt_1", kind="refund.failed", body="{}", state="failed")
    with pytest.raises(IrreversibleError):
        go_back()


def test_without_any_it_goes_back() -> None:
    go_back()
