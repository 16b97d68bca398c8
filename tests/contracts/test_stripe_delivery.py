"""How the stand-in's events travel: doubled, held back, late, out of order, sent again by hand."""

import time

import pytest

from integrations import payments
from integrations.payments.webhooks import read_event
from integrations.sandbox import faults, store, stripe_events
from tests.contracts.stripe_door import SECRET, a_payment, a_refund, a_request, pay_page, wait_until

IN_ORDER = ["checkout.session.completed", "refund.created", "charge.refunded", "refund.updated"]


def came(listener) -> list[str]:
    """The kinds of the events that were taken, in the order in which they came."""
    return [read_event(*one, SECRET).type for one in list(listener.received)]


@pytest.fixture
def held(listener, client):
    """A payment and its refund, every event about them held back."""
    faults.set_delivery("hold")
    payments.gateway().refund(a_refund(a_payment(client)))
    assert stripe_events.count_held() == 4
    assert not listener.received
    return listener


def test_an_event_can_come_twice(listener, client):
    faults.set_delivery("twice")
    pay_page(client, payments.gateway().create_checkout(a_request()), action="pay")
    wait_until(lambda: len(listener.received) == 2)
    assert len({read_event(*one, SECRET).id for one in listener.received}) == 1


def test_an_event_can_come_late(listener, client):
    assert client.post("/sandbox/control/", {"delivery": "late", "late": "0.4"}).status_code == 303
    began = time.monotonic()
    pay_page(client, payments.gateway().create_checkout(a_request()), action="pay")
    assert not listener.received
    wait_until(lambda: listener.received)
    assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize("late", ["121", "-1", "soon"])
def test_how_late_is_a_number_of_seconds_up_to_two_minutes(sandbox, client, late):
    assert client.post("/sandbox/control/", {"delivery": "late", "late": late}).status_code == 400
    assert faults.delivery() == "hold"


@pytest.mark.parametrize(("release", "order"), [("oldest", IN_ORDER), ("newest", IN_ORDER[::-1])])
def test_held_events_come_in_order_or_the_newest_first(held, client, release, order):
    assert client.post("/sandbox/control/", {"release": release}).status_code == 303
    wait_until(lambda: len(held.received) == 4)
    assert came(held) == order
    assert stripe_events.count_held() == 0


def test_one_that_is_not_taken_does_not_hold_up_those_behind_it(held, client):
    held.statuses = [500]
    client.post("/sandbox/control/", {"release": "oldest"})
    wait_until(lambda: len(held.received) == 5)
    assert came(held) == [*IN_ORDER, IN_ORDER[0]]


def test_one_held_event_can_be_sent_alone_and_one_that_came_again(held, client):
    refunded = next(
        event_id for event_id, kept in store.all("stripe_event").items() if kept["event"]["type"] == "charge.refunded"
    )
    for times in (1, 2):
        assert client.post(f"/sandbox/stripe/event/{refunded}/").status_code == 303
        wait_until(lambda times=times: len(held.received) == times)
    assert came(held) == ["charge.refunded"] * 2
    assert stripe_events.count_held() == 3


def test_an_event_that_nobody_made_is_not_sent(listener, client):
    assert client.post("/sandbox/stripe/event/evt_nobody/").status_code == 404
    assert not listener.received
