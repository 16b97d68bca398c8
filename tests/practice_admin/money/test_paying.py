"""Held, paid, waited for, refused, run out: by Stripe's own library against the stand-in (R10, R11)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clients.models import Stage
from integrations import payments
from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from integrations.sandbox import stripe_sessions
from practice_admin.domain import holds
from practice_admin.domain.hold_times import LONGEST_WAIT, SILENCE_LIMIT
from practice_admin.domain.holds import MoneyOnItsWay, give_up_hold
from practice_admin.domain.payments import NotByCard, NothingToPay
from practice_admin.domain.queries.diary import slots
from practice_admin.domain.queries.money_needs import money_to_place
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.queries.payments import Standing, standing_of
from practice_admin.domain.settlements import NotSettled
from practice_admin.domain.unplaced import give_money_back
from practice_admin.handlers import sweeps
from practice_admin.handlers.sweeps import ask_stripe, expire_holds
from practice_admin.models import Booking, Payment, Practice, Refund, Settlement
from tests.factories import make_client, make_session
from tests.practice_admin.money.till import (
    arranged,
    book,
    checkout,
    debit,
    paid,
    pay,
    pay_link,
    returned,
    session_of,
    settle,
    told,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]
HOUR = timedelta(hours=1)


def starts(session_type, client, noon):
    window = (noon - 4 * HOUR, noon + 4 * HOUR)
    found = slots(session_type, Practice.objects.get(), window=window, now=timezone.now(), client=client)
    return [slot.starts_at for slot in found]


def test_taking_another_time_gives_the_first_one_up_at_stripe_and_here(alice, session_type, noon) -> None:
    first = book(alice, session_type, noon)
    checkout(first)
    second = book(alice, session_type, noon + timedelta(minutes=30))  # overlaps the one that is held
    first.refresh_from_db()
    assert (first.status, second.status) == ("expired", "pending_payment")
    assert stripe_sessions.look(session_of(first))["session"]["status"] == "expired"
    assert Booking.objects.filter(status="pending_payment").count() == 1


def test_what_one_holds_oneself_is_offered_to_oneself_and_to_nobody_else(alice, session_type, noon) -> None:
    book(alice, session_type, noon)
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    assert noon in starts(session_type, alice, noon)
    assert noon not in starts(session_type, bob, noon)


def test_the_very_time_that_is_held_is_resumed(alice, session_type, noon) -> None:
    first = book(alice, session_type, noon)
    page = checkout(first)
    again = book(alice, session_type, noon)
    assert (again, checkout(again)) == (first, page)
    assert Payment.objects.count() == 1


def test_a_first_time_that_was_paid_meanwhile_is_kept_beside_the_second(alice, session_type, noon) -> None:
    first = book(alice, session_type, noon)
    checkout(first)
    pay(first)
    second = book(alice, session_type, noon + HOUR)
    first.refresh_from_db()
    assert (first.status, second.status) == ("confirmed", "pending_payment")


def test_a_time_that_cannot_be_had_costs_nobody_the_one_they_hold(alice, session_type, noon) -> None:
    first = book(alice, session_type, noon)
    checkout(first)
    with pytest.raises(Exception, match="not free"):
        book(alice, session_type, noon + timedelta(minutes=7))
    first.refresh_from_db()
    assert first.status == "pending_payment"
    assert stripe_sessions.look(session_of(first))["session"]["status"] == "open"


def test_with_stripe_silent_the_first_time_stays_and_the_second_is_not_taken(alice, session_type, noon, stripe) -> None:
    first = book(alice, session_type, noon)
    checkout(first)
    stripe.down("stripe")
    with pytest.raises(VendorError):
        book(alice, session_type, noon + HOUR)
    assert list(Booking.objects.values_list("pk", "status")) == [(first.pk, "pending_payment")]


def test_the_price_is_what_it_was_at_booking_and_the_page_speaks_the_clients_language(
    alice, session_type, noon
) -> None:
    booking = book(alice, session_type, noon)
    type(session_type).objects.update(price_minor=9900)
    checkout(booking)
    assert stripe_sessions.look(session_of(booking))["session"]["amount_total"] == 7000


def test_money_that_takes_days_keeps_the_time_until_it_is_there(alice, session_type, noon) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    session_id = debit(booking)
    assert returned(booking).status == "pending_payment"
    assert standing_of(booking) == Standing.AWAITED
    assert booking.hold_expires_at == noon  # before a week is over the session itself begins
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=True):
        assert expire_holds() == (0, 0)
        stripe_sessions.settle(session_id, is_paid=True)
        told()
    booking.refresh_from_db()
    assert booking.status == "confirmed"
    assert standing_of(booking) == Standing.SETTLED


def test_money_that_the_bank_refuses_sets_the_time_free_and_the_client_hears(alice, session_type, noon, stripe) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    session_id = debit(booking)
    returned(booking)
    stripe_sessions.settle(session_id, is_paid=False)
    told()
    booking.refresh_from_db()
    assert (booking.status, Payment.objects.get().state) == ("expired", "failed")
    assert standing_of(booking) == Standing.FAILED
    run_due(timezone.now() + timedelta(seconds=2))
    assert [mail.subject for mail in stripe.mails("alice@example.com")] == ["Your payment did not arrive"]
    assert not Effect.objects.filter(kind="client_email").exists()


def test_money_that_takes_too_long_is_waited_for_no_longer_than_a_week_and_then_has_no_place(
    alice, session_type, noon, stripe
) -> None:
    booking = book(alice, session_type, noon + timedelta(days=20))
    checkout(booking)
    session_id = debit(booking)
    returned(booking)
    assert booking.hold_expires_at - timezone.now() <= LONGEST_WAIT
    with time_machine.travel(timezone.now() + LONGEST_WAIT + HOUR, tick=True):
        assert expire_holds() == (1, 0)
        booking.refresh_from_db()
        assert (booking.status, Payment.objects.get().state) == ("expired", "awaited")
        run_due(timezone.now())
        assert [mail.subject for mail in stripe.mails("alice@example.com")] == ["Your payment has not arrived yet"]
        stripe_sessions.settle(session_id, is_paid=True)
        ask_stripe()  # no event came
        assert [payment.state for payment in money_to_place()] == ["unplaced"]
        run_due(timezone.now() + timedelta(seconds=1))
        assert stripe.mails("alice@example.com")[0].subject == "Your payment is safe"


def test_a_hold_for_which_a_bank_is_at_work_cannot_be_given_up(alice, session_type, noon) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    debit(booking)
    with pytest.raises(MoneyOnItsWay):
        give_up_hold(public_id=booking.public_id, gateway=payments.gateway(), now=timezone.now())
    booking.refresh_from_db()
    assert booking.status == "pending_payment"
    with pytest.raises(MoneyOnItsWay):
        checkout(booking)


def test_cancel_at_stripe_ends_the_session_there_and_frees_the_time_at_once(alice, session_type, noon) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    give_up_hold(public_id=booking.public_id, gateway=payments.gateway(), now=timezone.now())
    booking.refresh_from_db()
    assert booking.status == "expired"
    assert stripe_sessions.look(session_of(booking))["session"]["status"] == "expired"
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    assert book(bob, session_type, noon).starts_at == noon


def test_a_page_that_opens_after_its_time_was_given_up_is_ended_and_handed_to_nobody(
    alice, session_type, noon, monkeypatch
) -> None:
    """Two windows: one lets the time go while the other waits for Stripe's answer."""
    booking = book(alice, session_type, noon)
    gateway = payments.gateway()
    create = gateway.create_checkout

    def slow(request):
        session = create(request)
        give_up_hold(public_id=booking.public_id, gateway=gateway, now=timezone.now())
        return session

    monkeypatch.setattr(gateway, "create_checkout", slow)
    monkeypatch.setattr(payments, "gateway", lambda: gateway)
    with pytest.raises(NothingToPay):
        checkout(booking)
    assert stripe_sessions.look(session_of(booking))["session"]["status"] == "expired"


def test_a_hold_that_nobody_can_ask_about_is_told_once_and_its_time_stays_unsold(
    alice, session_type, noon, stripe
) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    stripe.down("stripe")
    with time_machine.travel(timezone.now() + SILENCE_LIMIT, tick=True):
        assert expire_holds() == (0, 1)
        assert not Effect.objects.filter(kind__in=holds.ON_SILENCE).exists()  # the hold itself outlived the session
    with time_machine.travel(timezone.now() + SILENCE_LIMIT + HOUR, tick=True):
        assert expire_holds() == expire_holds() == (0, 1)
        assert list(holds.silent_holds(timezone.now())) == [booking]
        run_due(timezone.now())
        assert [mail.subject for mail in stripe.mails("therapist@example.com")] == ["A time is still held unpaid"]
        bob = make_client("bob@example.com", stage=Stage.ONGOING)
        assert noon not in starts(session_type, bob, noon)
        stripe.up("stripe")
        assert expire_holds() == (1, 0)
    booking.refresh_from_db()
    assert booking.status == "expired"


def test_one_hold_that_stripe_refuses_to_know_keeps_no_other_from_being_released(alice, session_type, noon) -> None:
    odd, other = book(alice, session_type, noon), make_client("bob@example.com", stage=Stage.ONGOING)
    usual = book(other, session_type, noon + HOUR)
    for booking in (odd, usual):
        checkout(booking)
    Payment.objects.filter(booking=odd).update(checkout_session_id="cs_test_of_another_account")
    with time_machine.travel(timezone.now() + HOUR, tick=True):
        assert expire_holds() == (1, 1)
    odd.refresh_from_db()
    usual.refresh_from_db()
    assert (odd.status, usual.status) == ("pending_payment", "expired")


def test_one_hold_that_breaks_the_sweep_keeps_no_other_from_being_released_and_is_seen(
    alice, session_type, noon, monkeypatch
) -> None:
    odd, other = book(alice, session_type, noon), make_client("bob@example.com", stage=Stage.ONGOING)
    usual = book(other, session_type, noon + HOUR)
    real = sweeps.release_hold

    def broken(*, booking_id, **said):
        if booking_id == odd.pk:
            raise ZeroDivisionError
        real(booking_id=booking_id, **said)

    monkeypatch.setattr(sweeps, "release_hold", broken)
    with time_machine.travel(timezone.now() + HOUR, tick=True), pytest.raises(ExceptionGroup) as seen:
        expire_holds()
    assert [type(error) for error in seen.value.exceptions] == [ZeroDivisionError]
    odd.refresh_from_db()
    usual.refresh_from_db()
    assert (odd.status, usual.status) == ("pending_payment", "expired")


def test_a_link_opens_a_fresh_page_each_time_and_paying_marks_it_paid(alice, session_type, noon) -> None:
    booking = arranged(alice, session_type, noon)
    assert (booking.status, owed_for(booking)) == ("confirmed", 7000)
    first, second = pay_link(booking), pay_link(booking)
    assert first != second
    assert list(Payment.objects.values_list("attempt", "state")) == [(1, "expired"), (2, "open")]
    pay(booking)
    returned(booking)
    assert owed_for(booking) == 0
    assert standing_of(booking) == Standing.SETTLED
    with pytest.raises(NothingToPay):
        pay_link(booking)
    assert not Effect.objects.filter(subject=booking.subject, version=2).exists()


def test_a_link_that_runs_out_unpaid_takes_nothing_from_the_booking(alice, session_type, noon) -> None:
    booking = arranged(alice, session_type, noon)
    pay_link(booking)
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=True):
        assert (expire_holds(), ask_stripe()) == ((0, 0), (1, 0))
    booking.refresh_from_db()
    assert (booking.status, owed_for(booking), Payment.objects.get().state) == ("confirmed", 7000, "expired")


def test_a_link_asks_only_for_what_is_still_owed_and_is_ended_when_that_is_less(alice, session_type, noon) -> None:
    booking = arranged(alice, session_type, noon)
    settle(booking, 3000)
    pay_link(booking)
    assert stripe_sessions.look(session_of(booking))["session"]["amount_total"] == 4000
    settle(booking, 3990)
    assert ask_stripe() == (1, 0)
    assert stripe_sessions.look(session_of(booking))["session"]["status"] == "expired"
    with pytest.raises(NotByCard):  # ten cents are left, which Stripe does not take
        pay_link(booking)


def test_what_is_paid_a_second_time_is_not_taken_for_nothing_but_waits_to_be_placed(alice, session_type, noon) -> None:
    booking = arranged(alice, session_type, noon)
    pay_link(booking)
    pay(booking)
    settle(booking, 7000)  # she did not know
    told()
    assert [payment.amount_minor for payment in money_to_place()] == [7000]
    assert owed_for(booking) == 0
    assert standing_of(booking) == Standing.UNPLACED
    give_money_back(payment_id=money_to_place()[0].public_id, origin=Refund.Origin.CLIENT, now=timezone.now())
    assert standing_of(booking) == Standing.SETTLED


def test_of_what_is_paid_a_second_time_both_sides_hear(alice, session_type, noon, stripe) -> None:
    booking = arranged(alice, session_type, noon)
    pay_link(booking)
    pay(booking)
    settle(booking, 7000)
    told()
    run_due(timezone.now() + timedelta(seconds=2))
    assert stripe.mails("therapist@example.com")[0].subject == "A payment needs you"
    assert "perhaps you paid twice" in stripe.mails("alice@example.com")[0].text


def test_a_time_paid_by_bank_is_confirmed_by_her_record_and_its_page_is_ended_first(alice, session_type, noon) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    settle(booking, 7000)
    booking.refresh_from_db()
    assert (booking.status, owed_for(booking)) == ("confirmed", 0)
    assert stripe_sessions.look(session_of(booking))["session"]["status"] == "expired"
    assert Effect.objects.filter(subject=booking.subject).count() == 5


def test_her_record_does_not_come_on_top_of_a_payment_that_was_made_or_is_on_its_way(alice, session_type, noon) -> None:
    made = book(alice, session_type, noon)
    checkout(made)
    pay(made)
    with pytest.raises(NotSettled, match="Nothing is owed"):
        settle(made, 7000)
    made.refresh_from_db()
    assert made.status == "confirmed"
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    coming = book(bob, session_type, noon + HOUR)
    checkout(coming)
    debit(coming)
    with pytest.raises(NotSettled, match="on its way through Stripe"):
        settle(coming, 7000)
    coming.refresh_from_db()
    assert coming.status == "pending_payment"
    assert not Settlement.objects.exists()


def test_a_record_that_makes_no_sense_ends_no_page_of_stripes(alice, session_type, noon) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    with pytest.raises(NotSettled, match="more than the €70"):
        settle(booking, 7001)
    assert stripe_sessions.look(session_of(booking))["session"]["status"] == "open"


def test_a_yen_is_no_hundredth(alice, session_type, noon) -> None:
    yen = make_session("yen", price_minor=7000, currency="JPY", minimum_notice_minutes=0)
    booking = paid(alice, yen, noon)
    assert stripe_sessions.look(session_of(booking))["session"]["currency"] == "jpy"
    assert (booking.status, Payment.objects.get().amount_minor) == ("confirmed", 7000)
