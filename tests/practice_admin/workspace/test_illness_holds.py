"""I am ill, while times are being paid for."""

import pytest
import time_machine

from integrations import payments
from integrations.sandbox import faults, store, stripe_sessions
from practice_admin.domain.payments import ReturnAddresses, open_checkout
from practice_admin.models import Block, Booking, Refund
from tests.factories import MONDAY, NOW, make_session
from tests.practice_admin.workspace.calling_off import AWAY, DAY, HOUR, booked, chosen, nothing_happened

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R10")]


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session")


def test_a_time_that_is_being_paid_for_is_let_go(desk, session, text):
    eva = booked(session, "Eva", status="pending_payment", paid=0)
    alice = booked(session, "Alice", starts_at=MONDAY + HOUR)
    assert "Being paid for: it is let go" in text(desk.get(AWAY, DAY))
    desk.post(AWAY, chosen((alice, "anew")))
    eva.refresh_from_db()
    alice.refresh_from_db()
    assert (eva.status, alice.awaits_new_time) == ("expired", True)


def test_a_page_that_is_out_of_date_lets_go_of_nothing(desk, session):
    eva = booked(session, "Eva", status="pending_payment", paid=0)
    booked(session, "Alice", starts_at=MONDAY + HOUR)
    assert desk.post(AWAY, DAY).status_code == 409
    eva.refresh_from_db()
    assert eva.status == "pending_payment"


@pytest.fixture
def paying(vendors, session) -> Booking:
    """A time that is held, with a payment page of Stripe's open for it; its webhooks wait."""
    faults.set_delivery("hold")
    booking = booked(session, "Eva", status="pending_payment", paid=0, hold_expires_at=NOW + HOUR)
    back = ReturnAddresses("https://example.com/ok", "https://example.com/back")
    open_checkout(public_id=booking.public_id, gateway=payments.gateway(), back_to=back, now=NOW)
    return booking


def complete(booking: Booking, **at_stripe: str) -> None:
    """The payment page was left for good; `at_stripe` says what Stripe makes of it."""
    key = str(booking.payments.get().checkout_session_id)
    changes = {"status": "complete", "url": None, **at_stripe}
    store.update(stripe_sessions.KIND, key, lambda kept: kept | {"session": kept["session"] | changes})


@pytest.mark.django_db(transaction=True)
def test_while_stripe_does_not_answer_nothing_is_called_off(desk, paying, session, text):
    alice = booked(session, "Alice", starts_at=MONDAY + HOUR)
    faults.set_fault("stripe", "down")
    page = desk.post(AWAY, chosen((alice, "cancel")))
    assert page.status_code == 503
    assert "No session was called off, nobody was written to, nothing is blocked." in text(page)
    assert page.context["plan"].rows[0].way == "cancel"
    paying.refresh_from_db()
    assert paying.status == "pending_payment"
    assert nothing_happened()


@pytest.mark.django_db(transaction=True)
def test_a_payment_that_came_first_is_shown_before_anything_is_called_off(desk, paying):
    complete(paying, payment_status="paid", payment_intent="pi_1")
    page = desk.post(AWAY, DAY)
    assert page.status_code == 409
    [row] = page.context["plan"].rows
    assert (row.session, row.is_new, row.back) == (paying, True, 7000)
    assert not Block.objects.exists()
    desk.post(AWAY, chosen((paying, "cancel")))
    assert Refund.objects.get().amount_minor == 7000


@pytest.mark.django_db(transaction=True)
def test_money_that_is_on_its_way_does_not_keep_her_from_being_ill(desk, paying, session, text):
    alice = booked(session, "Alice", starts_at=MONDAY + HOUR)
    complete(paying)
    page = desk.post(AWAY, chosen((alice, "anew")), follow=True)
    assert "Eva has just paid for Mon 30 Nov, 09:00: that could not be stopped." in text(page)
    alice.refresh_from_db()
    paying.refresh_from_db()
    assert (alice.awaits_new_time, paying.status) == (True, "pending_payment")
