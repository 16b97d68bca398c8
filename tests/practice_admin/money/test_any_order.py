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
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clients.domain.refusals import Refusal
from clients.models import Client, Stage
from integrations import payments
from integrations.errors import VendorError
from integrations.payments import stripe_gateway
from integrations.sandbox import faults, stripe_disputes, stripe_intents, stripe_refunds, stripe_sessions
from integrations.sandbox.stripe_forms import Refused
from practice_admin.domain.cancelling import cancel_by_link, cancel_by_therapist
from practice_admin.domain.holds import give_up_hold
from practice_admin.domain.queries.ledger import ledger_of
from practice_admin.domain.queries.money_needs import failed_refunds, money_to_place
from practice_admin.domain.queries.owed import with_money
from practice_admin.domain.refunds import left_of, retry_refund
from practice_admin.domain.unplaced import book_with_money, give_money_back, place_payment
from practice_admin.handlers.sweeps import ask_stripe, expire_holds
from practice_admin.models import Booking, Payment, Practice, Refund, SessionType
from tests.factories import make_client, make_session, open_every_day, therapist
from tests.practice_admin.money import till

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10"), pytest.mark.rule("R11")]

HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
TIMES = st.integers(0, 2)  # three times next to each other: there is always somebody to take them
PICK = st.integers(0, 30)  # one of whatever there is
WAYS = (Refusal, VendorError, Refused)  # what may be answered, and changes nothing
numbers = count()


def when(*what: str) -> Any:
    """Only where there is something of this kind to act on."""
    return precondition(lambda self: all(self.there.get(each) for each in what))


class Money(RuleBasedStateMachine):
    """Two clients, three times, one Stripe. `there` says what there is, as it was after the last step."""

    kind: SessionType

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime.now(timezone.get_current_timezone()), tick=True)
        self.traveller = self.clock.start()
        self.told_before = len(till.events())  # of earlier runs
        self.keys = [uuid4() for _ in range(2)]
        self.there: dict[str, list[Any]] = {}
        self.is_later = False

    @initialize(is_paid=st.booleans(), is_hers=st.booleans())
    def begin(self, is_paid: bool, is_hers: bool) -> None:
        number = next(numbers)
        addresses = [f"p{number}-{each}@example.com" for each in "ab"]
        self.clients: list[Client] = [make_client(address, stage=Stage.ONGOING) for address in addresses]
        noon = (timezone.now() + timedelta(days=12 + number % 40)).replace(hour=12, minute=0, second=0, microsecond=0)
        self.day = noon - 3 * HOUR
        Booking.objects.filter(starts_at__date=self.day.date(), status__in=Booking.LIVE).update(status="expired")
        if is_hers:
            self.she_books_and_sends_a_link(0, 0)
        else:
            self.book(0, 0)
        if is_paid:
            stripe_sessions.pay(self.sessions()[0])

    # --- at our own door

    @rule(who=st.integers(0, 1), at=TIMES)
    def book(self, who: int, at: int) -> None:
        self.attempt(lambda: till.checkout(till.book(self.clients[who], self.kind, self.day + at * HOUR)))

    @rule(who=st.integers(0, 1), at=TIMES)
    def she_books_and_sends_a_link(self, who: int, at: int) -> None:
        self.attempt(lambda: till.pay_link(till.arranged(self.clients[who], self.kind, self.day + at * HOUR)))

    @when("confirmed")
    @rule(which=PICK)
    def open_the_link_again(self, which: int) -> None:
        self.with_one("confirmed", which, till.pay_link)

    @when("undecided")
    @rule(which=PICK)
    def come_back(self, which: int) -> None:
        self.with_one("undecided", which, lambda payment: till.returned(payment.booking))

    @when("held")
    @rule(which=PICK)
    def cancel_at_stripe(self, which: int) -> None:
        said = {"gateway": payments.gateway(), "now": timezone.now()}
        self.with_one("held", which, lambda one: give_up_hold(public_id=one.public_id, **said))

    @when("confirmed")
    @rule(which=PICK, fee=st.sampled_from(["", *Booking.Fee.values]))
    def it_is_cancelled(self, which: int, fee: str) -> None:
        """By the client, by its link, or by her."""
        if fee:
            said = {"fee": Booking.Fee(fee), "by": Booking.Side.CLIENT}  # late, so that either can be chosen
            self.with_one(
                "confirmed",
                which,
                lambda one: cancel_by_therapist(public_id=one.public_id, now=one.starts_at, **said),
            )
        else:
            said = {"is_owner": False, "now": timezone.now()}
            self.with_one("confirmed", which, lambda one: cancel_by_link(public_id=one.public_id, **said))

    @when("paid")
    @rule(which=PICK, minor=st.sampled_from([7000, 3500, 1]), key=st.integers(0, 1), owed=st.booleans())
    def she_refunds(self, which: int, minor: int, key: int, owed: bool) -> None:
        said = {"key": self.keys[key], "is_still_owed": owed}
        self.with_one("paid", which, lambda one: till.refund(one.booking, minor, **said))

    @when("failed_refunds")
    @rule(which=PICK)
    def she_tries_a_refund_again(self, which: int) -> None:
        said = {"asked_by": therapist(), "now": timezone.now()}
        self.with_one("failed_refunds", which, lambda one: retry_refund(public_id=one.public_id, **said))

    @when("bookings")
    @rule(which=PICK, minor=st.sampled_from([7000, 3000]))
    def she_records_cash(self, which: int, minor: int) -> None:
        self.with_one("bookings", which, lambda one: till.settle(one, minor))

    @when("unplaced")
    @rule(which=PICK, at=TIMES)
    def money_finds_another_time(self, which: int, at: int) -> None:
        more = {"starts_at": self.day + at * HOUR, "now": timezone.now(), "gateway": payments.gateway()}
        self.with_one("unplaced", which, lambda one: book_with_money(payment_id=one.public_id, **more))

    @when("unplaced", "bookings")
    @rule(which=PICK, other=PICK)
    def she_places_money(self, which: int, other: int) -> None:
        booking = self.there["bookings"][other % len(self.there["bookings"])]
        more = {"booking_id": booking.public_id, "gateway": payments.gateway(), "now": timezone.now()}
        self.with_one("unplaced", which, lambda one: place_payment(payment_id=one.public_id, **more))

    @when("unplaced")
    @rule(which=PICK)
    def money_goes_back(self, which: int) -> None:
        more = {"origin": Refund.Origin.CLIENT, "now": timezone.now()}
        self.with_one("unplaced", which, lambda one: give_money_back(payment_id=one.public_id, **more))

    # --- at Stripe

    @when("open_pages")
    @rule(which=PICK)
    def pay(self, which: int) -> None:
        self.with_one("open_pages", which, stripe_sessions.pay)

    @when("open_pages")
    @rule(which=PICK)
    def pay_by_debit(self, which: int) -> None:
        self.with_one("open_pages", which, stripe_sessions.pay_by_debit)

    @when("debits")
    @rule(which=PICK, is_paid=st.sampled_from([True, True, False]))
    def the_bank_decides(self, which: int, is_paid: bool) -> None:
        self.with_one("debits", which, lambda one: stripe_sessions.settle(one, is_paid=is_paid))

    @when("paid_pages")
    @rule(which=PICK, ends=st.sampled_from(["won", "lost"]))
    def dispute(self, which: int, ends: str) -> None:
        def take_up(session_id: str) -> None:
            begun = stripe_disputes.begin(session_id, "fraudulent", 7, is_inquiry=False)
            stripe_disputes.move(begun["id"], ends)

        self.with_one("paid_pages", which, take_up)

    @when("paid_pages")
    @rule(which=PICK, minor=st.sampled_from([7000, 2000]))
    def refund_in_the_dashboard(self, which: int, minor: int) -> None:
        def back(session_id: str) -> None:
            intent = stripe_sessions.look(session_id)["session"]["payment_intent"]
            stripe_refunds.create({"payment_intent": intent, "amount": minor})

        self.with_one("paid_pages", which, back)

    @when("refunds_at_stripe")
    @rule(which=PICK, state=st.sampled_from(["succeeded", "failed"]))
    def a_refund_is_decided(self, which: int, state: str) -> None:
        self.with_one("refunds_at_stripe", which, lambda one: stripe_refunds.settle(one["id"], state))

    @rule(mode=st.sampled_from(faults.REFUNDS))
    def refunds_go(self, mode: Any) -> None:
        faults.set_refunds(mode)

    @precondition(lambda self: faults.fault("stripe").mode == "ok")
    @rule()
    def stripe_goes_down(self) -> None:
        faults.set_fault("stripe", "down")

    @precondition(lambda self: faults.fault("stripe").mode == "down")
    @rule()
    def stripe_comes_back(self) -> None:
        faults.set_fault("stripe", "ok")

    # --- between the two

    @when("events")
    @rule(which=PICK)
    def an_event_comes(self, which: int) -> None:
        self.with_one("events", which, till.deliver)

    @when("events")
    @rule()
    def the_latest_event_comes_and_is_acted_on(self) -> None:
        till.deliver(self.there["events"][-1])
        till.work()

    @rule()
    def the_worker_works(self) -> None:
        till.work()

    @rule()
    def the_sweeps_come(self) -> None:
        expire_holds()
        ask_stripe()

    @rule(minutes=st.sampled_from([5, 40]))
    def time_passes(self, minutes: int) -> None:
        self.traveller.shift(timedelta(minutes=minutes))
        stripe_sessions.close_overdue()

    @precondition(lambda self: not self.is_later)
    @when("debits")
    @rule()
    def a_week_passes(self) -> None:
        self.is_later = True
        self.traveller.shift(8 * A_DAY)
        expire_holds()

    # --- what holds always

    @invariant()
    def no_time_is_sold_twice_and_nothing_goes_back_twice(self) -> None:
        if hasattr(self, "clients"):
            self.there = self.look_around()
            live = [one for one in self.there["bookings"] if one.status in Booking.LIVE]
            assert not any(
                a.busy.lower < b.busy.upper and b.busy.lower < a.busy.upper for a, b in combinations(live, 2)
            )
            for payment in self.there["payments"]:
                gone = [refund.amount_minor for refund in payment.refunds.all() if refund.state != "failed"]
                assert sum(gone) <= payment.amount_minor
            named = [each["metadata"]["refund"] for each in self.there["refunds_at_stripe"] if each["metadata"]]
            assert len(named) == len(set(named))

    def look_around(self) -> dict[str, list[Any]]:
        """Everything that there is in this run, by its kind."""
        bookings = list(Booking.objects.filter(client__in=self.clients).defer("reason").order_by("pk"))
        mine = Payment.objects.filter(client__in=self.clients).select_related("booking").prefetch_related("refunds")
        found = list(mine.order_by("pk"))
        pages = {
            str(one.checkout_session_id): stripe_sessions.look(str(one.checkout_session_id))
            for one in found
            if one.checkout_session_id
        }
        return {
            "bookings": bookings,
            "held": [one for one in bookings if one.status == "pending_payment"],
            "confirmed": [one for one in bookings if one.status == "confirmed"],
            "payments": found,
            "undecided": [one for one in found if one.state in Payment.UNDECIDED],
            "paid": [one for one in found if one.state == "paid"],
            "unplaced": [one for one in found if one.state == "unplaced"],
            "failed_refunds": [each for one in found for each in one.refunds.all() if each.state == "failed"],
            "open_pages": [key for key, kept in pages.items() if kept["session"]["status"] == "open"],
            "debits": [key for key, kept in pages.items() if stripe_intents.standing(kept) == "processing"],
            "paid_pages": [key for key, kept in pages.items() if kept["session"]["payment_status"] == "paid"],
            "refunds_at_stripe": [each for kept in pages.values() for each in stripe_refunds.made(kept)],
            "events": till.events()[self.told_before :],
        }

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

    def with_one(self, of: str, which: int, act: Any) -> None:
        self.attempt(lambda: act(self.there[of][which % len(self.there[of])]))

    def sessions(self) -> list[str]:
        """The sessions of this run whose page somebody was given: the stand-in may know more, which nobody can pay."""
        known = Payment.objects.filter(client__in=getattr(self, "clients", [])).exclude(checkout_session_id=None)
        return [str(each) for each in known.order_by("pk").values_list("checkout_session_id", flat=True)]


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
