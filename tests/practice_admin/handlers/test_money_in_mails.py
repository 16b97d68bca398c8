"""What the mails about a booking say of its money: what this change sends back, and what is to be paid, and where."""

from collections.abc import Callable, Iterator

import pytest
import time_machine

from clients.models import Stage
from integrations.outbox.models import Effect
from integrations.outbox.operations import run
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking
from tests.factories import NOW, make_booking, make_client, make_session, therapist
from tests.practice_admin.money.rows import payment, refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]

LATE = {"status": "cancelled", "fee": "charged", "cancelled_by": "client"}
Told = Callable[..., tuple[Booking, str]]


@pytest.fixture
def told(vendors) -> Iterator[Told]:
    """A session of €70, and the text of the mail about it; with `back` it is paid, and that much went back."""
    therapist()
    client = make_client("alice@example.com", stage=Stage.ONGOING)

    def tell(*, back: dict[str, int] | None = None, **fields: object) -> tuple[Booking, str]:
        booking = make_booking(client, make_session(), **fields)
        money = payment(booking) if back is not None else None
        for origin, minor in (back or {}).items():
            assert money
            refund(money, minor, origin=origin, lowers_fee_minor=minor if origin == "therapist" else 0)
        effect = Effect.objects.create(kind="client_email", subject=booking.subject, version=1, due_at=NOW)
        run(effect.pk, NOW)
        mail = vendors.mails("alice@example.com")[0]
        assert (f"{booking_token(booking)}/pay/" in mail.html) == (f"{booking_token(booking)}/pay/" in mail.text)
        return booking, mail.text

    with time_machine.travel(NOW, tick=False):
        yield tell


@pytest.mark.rule("R19")
def test_a_cancellation_tells_what_it_sends_back_and_nothing_that_went_back_before(told: Told) -> None:
    free = {"status": "cancelled", "fee": "waived", "cancelled_by": "client"}
    _, text = told(back={"therapist": 3550, "policy": 3450}, **free)
    assert "€34.50 is on its way back to you" in text
    assert "€35.50" not in text
    assert "€70" not in text
    assert "/pay/" not in text


@pytest.mark.rule("R19")
def test_a_late_cancellation_says_that_what_was_paid_back_before_is_not_on_its_way_now(told: Told) -> None:
    _, text = told(back={"therapist": 3550}, **LATE)
    assert "on its way back" not in text
    assert "to be paid" not in text


@pytest.mark.rule("R19")
def test_a_late_cancellation_names_what_is_still_owed_with_the_way_to_pay(told: Told) -> None:
    booking, text = told(**LATE)
    assert "€70 of the fee is still to be paid." in text
    assert f"/booking/{booking_token(booking)}/pay/" in text
    assert "on its way back" not in text


@pytest.mark.rule("R22")
def test_a_session_that_she_booked_is_confirmed_with_its_price_and_the_way_to_pay(told: Told) -> None:
    booking, text = told(reason="what only she may read")
    assert "The session costs €70." in text
    assert f"/booking/{booking_token(booking)}/pay/" in text
    assert "what only she may read" not in text


def test_one_that_is_paid_is_confirmed_without_a_way_to_pay(told: Told) -> None:
    _, text = told(back={})
    assert "We received €70." in text
    assert "/pay/" not in text
    assert "costs" not in text
