"""Payers, events, sweeps, refunds, disputes and outages in any order that hypothesis can think of (R10, R11).

Stripe is its stand-in over real HTTP, with a clock that the machine moves for both sides. At the end of each run
everything that is still to be told is told; then no money may be without a booking or a visible task. `pytest
--hypothesis-profile=soak` runs it at full length.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import combinations, count
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from clients.domain.refusals import Refusal
from clients.models import Client, Stage
from integrations import payments
from integrations.errors import VendorError
from integrations.payments import stripe_gateway
from integrations.sandbox import faults, store, stripe_disputes, stripe_refunds, stripe_sessions
from integrations.sandbox.stripe_forms import Refused
from practice_admin.domain.cancelling import cancel_by_link, cancel_by_therapist
from practice_admin.domain.holds import give_up_hold
from practice_admin.domain.queries.ledger import ledger_of
from practice_admin.domain.queries.money_needs import failed_refunds, money_to_place
from practice_admin.domain.queries.owed import with_money
from practice_admin.domain.refunds import left_of, retry_refund
from practice_admin.domain.unplaced import book_with_money, give_money_back
from practice_admin.handlers.sweeps import ask_stripe, expire_holds
from practice_admin.models import Booking, Payment, Practice, Refund, SessionType
from tests.factories import make_client, make_session, open_every_day, therapist
from tests.practice_admin.money import till

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10"), pytest.mark.rule("R11")]

HOUR = timedelta(hours=1)
TIMES = st.integers(0, 2)  # three times next to each other: there is always somebody to take them
PICK = st.integers(0, 30)  # one of whatever there is
WAYS = (Refusal, VendorError, Refused)  # what may be answered, and changes nothing
numbers = count()


class Money(RuleBasedStateMachine):
    """Two clients, three times, one Stripe."""

    kind: SessionType

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime.now(timezone.get_current_timezone()), tick=True)
        self.traveller = self.clock.start()
        self.before = set(store.all(stripe_sessions.KIND))  # of earlier runs
        self.told_before = len(till.events())
        self.keys = [uuid4() for _ in range(2)]

    @initialize()
    def people(self) -> None:
        number = next(numbers)
        addresses = [f"p{number}-{each}@example.com" for each in "ab"]
        self.clients: list[Client] = [make_client(address, stage=Stage.ONGOING) for address in addresses]
        noon = (timezone.now() + timedelta(days=2 + number % 50)).replace(hour=12, minute=0, second=0, microsecond=0)
        self.day = noon - 3 * HOUR
        Booking.objects.filter(starts_at__date=self.day.date(), status__in=Booking.LIVE).update(status="expired")

    # --- at our own door

    @rule(who=st.integers(0, 1), at=TIMES)
    def book(self, who: int, at: int) -> None:
        self.attempt(lambda: till.checkout(till.book(self.clients[who], self.kind, self.day + at * HOUR)))

    @rule(who=st.integers(0, 1), at=TIMES)
    def she_books_and_sends_a_link(self, who: int, at: int) -> None:
        self.attempt(lambda: till.pay_link(till.arranged(self.clients[who], self.kind, self.day + at * HOUR)))

    @rule(which=PICK)
    def open_the_link_again(self, which: int) -> None:
        self.with_a_booking(which, till.pay_link)

    @rule(which=PICK)
    def come_back(self, which: int) -> None:
        self.with_a_booking(which, till.returned)

    @rule(which=PICK)
    def cancel_at_stripe(self, which: int) -> None:
        said = {"gateway": payments.gateway(), "now": timezone.now()}
        self.with_a_booking(which, lambda one: give_up_hold(public_id=one.public_id, **said))

    @rule(which=PICK)
    def client_cancels(self, which: int) -> None:
        self.with_a_booking(
            which, lambda one: cancel_by_link(public_id=one.public_id, is_owner=False, now=timezone.now())
        )

    @rule(which=PICK, fee=st.sampled_from(Booking.Fee.values))
    def she_cancels(self, which: int, fee: str) -> None:
        said = {"fee": Booking.Fee(fee), "by": Booking.Side.CLIENT, "now": timezone.now()}
        self.with_a_booking(which, lambda one: cancel_by_therapist(public_id=one.public_id, **said))

    @rule(which=PICK, minor=st.sampled_from([7000, 3500, 1]), key=st.integers(0, 1), owed=st.booleans())
    def she_refunds(self, which: int, minor: int, key: int, owed: bool) -> None:
        self.with_a_booking(which, lambda one: till.refund(one, minor, key=self.keys[key], is_still_owed=owed))

    @rule(which=PICK)
    def she_tries_a_refund_again(self, which: int) -> None:
        found = self.pick(which, Refund.objects.filter(payment__client__in=self.clients, state="failed"))
        if found:
            self.attempt(lambda: retry_refund(public_id=found.public_id, asked_by=therapist(), now=timezone.now()))

    @rule(which=PICK, minor=st.sampled_from([7000, 3000]))
    def she_records_cash(self, which: int, minor: int) -> None:
        self.with_a_booking(which, lambda one: till.settle(one, minor))

    @rule(which=PICK, at=TIMES, back=st.booleans())
    def money_finds_its_place(self, which: int, at: int, back: bool) -> None:
        found = self.pick(which, Payment.objects.filter(client__in=self.clients, state="unplaced"))
        if found and back:
            origin = Refund.Origin.CLIENT
            self.attempt(lambda: give_money_back(payment_id=found.public_id, origin=origin, now=timezone.now()))
        elif found:
            more = {"starts_at": self.day + at * HOUR, "now": timezone.now(), "gateway": payments.gateway()}
            self.attempt(lambda: book_with_money(payment_id=found.public_id, **more))

    # --- at Stripe

    @rule(which=PICK, way=st.sampled_from([stripe_sessions.pay, stripe_sessions.pay, stripe_sessions.pay_by_debit]))
    def pay(self, which: int, way: Any) -> None:
        self.with_a_session(which, way)

    @rule(which=PICK, is_paid=st.booleans())
    def the_bank_decides(self, which: int, is_paid: bool) -> None:
        self.with_a_session(which, lambda one: stripe_sessions.settle(one, is_paid=is_paid))

    @rule(which=PICK, ends=st.sampled_from(["won", "lost"]))
    def dispute(self, which: int, ends: str) -> None:
        self.with_a_session(
            which,
            lambda one: stripe_disputes.move(stripe_disputes.begin(one, "fraudulent", 7, is_inquiry=False)["id"], ends),
        )

    @rule(which=PICK, minor=st.sampled_from([7000, 2000]))
    def refund_in_the_dashboard(self, which: int, minor: int) -> None:
        def back(session_id: str) -> None:
            intent = stripe_sessions.look(session_id)["session"]["payment_intent"]
            if intent:
                stripe_refunds.create({"payment_intent": intent, "amount": minor})

        self.with_a_session(which, back)

    @rule(which=PICK, state=st.sampled_from(["succeeded", "failed"]))
    def a_refund_is_decided(self, which: int, state: str) -> None:
        refunds = [refund["id"] for one in self.sessions() for refund in till.refunds_at_stripe(one)]
        if refunds:
            self.attempt(lambda: stripe_refunds.settle(refunds[which % len(refunds)], state))

    @rule(mode=st.sampled_from(faults.REFUNDS))
    def refunds_go(self, mode: Any) -> None:
        faults.set_refunds(mode)

    @rule(is_down=st.booleans())
    def stripe_is(self, is_down: bool) -> None:
        faults.set_fault("stripe", "down" if is_down else "ok")

    # --- between the two

    @rule(which=PICK)
    def an_event_comes(self, which: int) -> None:
        events = till.events()[self.told_before :]
        if events:
            assert till.deliver(events[which % len(events)]) == 200

    @rule()
    def the_worker_works(self) -> None:
        till.work()

    @rule()
    def the_sweeps_come(self) -> None:
        expire_holds()
        ask_stripe()

    @rule(minutes=st.sampled_from([5, 40, 90]))
    def time_passes(self, minutes: int) -> None:
        self.traveller.shift(timedelta(minutes=minutes))
        stripe_sessions.close_overdue()

    # --- what holds always

    @invariant()
    def no_time_is_sold_twice(self) -> None:
        live = Booking.objects.filter(status__in=Booking.LIVE, client__in=getattr(self, "clients", []))
        assert not any(a.busy.lower < b.busy.upper and b.busy.lower < a.busy.upper for a, b in combinations(live, 2))

    @invariant()
    def no_more_goes_back_than_came_and_nothing_goes_back_twice_for_one_ask(self) -> None:
        for payment in self.payments():
            gone = [refund.amount_minor for refund in payment.refunds.all() if refund.state != "failed"]
            assert sum(gone) <= payment.amount_minor
        for session_id in self.sessions():
            ours = [each["metadata"].get("refund") for each in till.refunds_at_stripe(session_id)]
            named = [each for each in ours if each]
            assert len(named) == len(set(named))

    def the_ledger_adds_up(self) -> None:
        for client in self.clients:
            owed = sum(one.owed_minor for one in with_money(Booking.objects.filter(client=client)))
            unplaced = sum(left_of(each) for each in Payment.objects.filter(client=client, state="unplaced"))
            assert ledger_of(client, Practice.objects.get()).balances.get("EUR", 0) == owed - unplaced

    def teardown(self) -> None:
        try:
            if hasattr(self, "clients"):
                self.the_ledger_adds_up()
                self.let_it_all_come()
                self.the_ledger_adds_up()
                self.nothing_is_lost()
        finally:
            faults.set_fault("stripe", "ok")
            faults.set_refunds("normal")
            self.clock.stop()

    def let_it_all_come(self) -> None:
        """Stripe is up, its events have come, the worker and the sweeps have done what they can."""
        faults.set_fault("stripe", "ok")
        faults.set_refunds("normal")
        for _ in range(2):
            self.traveller.shift(timedelta(days=1))
            stripe_sessions.close_overdue()
            for event in till.events()[self.told_before :]:
                till.deliver(event)
            till.work()
            expire_holds()
            ask_stripe()
            till.work()

    def nothing_is_lost(self) -> None:
        to_place, failed = {each.pk for each in money_to_place()}, {each.payment_id for each in failed_refunds()}
        for session_id in self.sessions():
            kept = stripe_sessions.look(session_id)
            payment = Payment.objects.get(checkout_session_id=session_id)
            if kept["session"]["payment_status"] != "paid":
                assert payment.state not in Payment.CAME
                continue
            assert payment.state in Payment.CAME
            at_stripe = sum(each["amount"] for each in till.refunds_at_stripe(session_id) if each["status"] != "failed")
            here = sum(each.amount_minor for each in payment.refunds.all() if each.state != "failed")
            assert at_stripe == here
            if left_of(payment) and not self.has_a_booking(payment):
                assert payment.pk in to_place | failed
        held = Booking.objects.filter(client__in=self.clients, status="pending_payment")
        assert not held.exclude(payments__state="awaited").exists()

    def has_a_booking(self, payment: Payment) -> bool:
        """Whether the money counts for a session that is, was or is charged."""
        booking = with_money(Booking.objects.filter(pk=payment.booking_id)).get()
        return payment.state == "paid" and booking.fee_minor > 0

    # --- by what it does these

    def attempt(self, act: Any) -> None:
        """Whatever may be refused is refused, and changes nothing; anything else that is raised is a fault."""
        with suppress(*WAYS):
            act()

    def pick(self, which: int, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return found[which % len(found)] if found else None

    def with_a_booking(self, which: int, act: Any) -> None:
        booking = self.pick(which, Booking.objects.filter(client__in=self.clients))
        if booking:
            self.attempt(lambda: act(booking))

    def with_a_session(self, which: int, act: Any) -> None:
        sessions = self.sessions()
        if sessions:
            self.attempt(lambda: act(sessions[which % len(sessions)]))

    def sessions(self) -> list[str]:
        """The sessions of this run whose page somebody was given: the stand-in may know more, which nobody can pay."""
        known = Payment.objects.filter(client__in=getattr(self, "clients", [])).exclude(checkout_session_id=None)
        return [str(each) for each in known.order_by("pk").values_list("checkout_session_id", flat=True)]

    def payments(self) -> list[Payment]:
        return list(Payment.objects.filter(client__in=getattr(self, "clients", [])).prefetch_related("refunds"))


def test_no_order_of_things_loses_money_sells_a_time_twice_or_pays_back_twice(vendors, monkeypatch) -> None:
    therapist()
    open_every_day()
    faults.set_delivery("hold")
    monkeypatch.setattr(stripe_gateway, "NETWORK_RETRIES", 0)  # its library sleeps before each
    Money.kind = make_session(minimum_notice_minutes=0, step_minutes=60)
    is_soak = profile.get_current_profile_name() == "soak"
    examples, steps = (500, 60) if is_soak else (6, 22)
    run_state_machine_as_test(
        Money,
        settings=profile(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not is_soak,
            suppress_health_check=list(HealthCheck),
        ),
    )
