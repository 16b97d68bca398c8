"""Refunds, disputes, money without a place: each once, whatever Stripe tells, in whatever order (R10, R11, R19)."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from clients.care.models import Notification
from clients.models import Stage
from integrations import payments
from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from integrations.payments.stripe_gateway import RefundRequest
from integrations.sandbox import faults, store, stripe_api, stripe_disputes, stripe_refunds, stripe_sessions
from practice_admin.domain import settlements, unplaced
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.cancelling import cancel_by_link, cancel_by_therapist
from practice_admin.domain.diary import SlotNotOffered, SlotTaken
from practice_admin.domain.queries.ledger import ledger_of
from practice_admin.domain.queries.money_needs import disputes_to_answer, failed_refunds, money_to_place
from practice_admin.domain.queries.owed import owed_for
from practice_admin.domain.queries.payments import Standing, standing_of
from practice_admin.domain.refunds import NotRefundable, put_refund_aside, refundable, retry_refund
from practice_admin.domain.sending_refunds import send_refund
from practice_admin.domain.settlements import NotSettled, record_payback
from practice_admin.domain.unplaced import (
    NothingToPlace,
    NotPlaceable,
    book_with_money,
    give_money_back,
    place_payment,
)
from practice_admin.handlers.sweeps import ask_stripe
from practice_admin.models import Booking, Dispute, Payment, Practice, Refund
from tests.factories import make_booking, make_client, make_session, therapist
from tests.practice_admin.money.till import (
    arranged,
    book,
    checkout,
    dashboard_refund,
    debit,
    deliver,
    dispute,
    events,
    paid,
    pay,
    pay_link,
    receipt,
    refund,
    refunds_at_stripe,
    session_of,
    settle,
    told,
    work,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]
HOUR = timedelta(hours=1)


def balance(client) -> int:
    return ledger_of(client, Practice.objects.get()).balances.get("EUR", 0)


@pytest.fixture
def booking(alice, session_type, noon) -> Booking:
    return paid(alice, session_type, noon)


@pytest.fixture
def late(alice, session_type, noon) -> Payment:
    """Paid, as its time had been set free and sold to somebody else."""
    booking = book(alice, session_type, noon)
    checkout(booking)
    pay(booking)
    Booking.objects.filter(pk=booking.pk).update(status="expired")
    make_booking(make_client(stage=Stage.ONGOING), session_type, starts_at=noon)
    told()
    return Payment.objects.get()


def test_a_part_goes_back_and_the_fee_is_lowered_by_as_much(booking, alice) -> None:
    refund(booking, 2000)
    work()
    assert [each["amount"] for each in refunds_at_stripe(session_of(booking))] == [2000]
    assert (Refund.objects.get().state, refundable(booking), owed_for(booking), balance(alice)) == ("done", 5000, 0, 0)


def test_what_is_to_be_paid_otherwise_is_owed_anew(booking, alice) -> None:
    refund(booking, 2000, is_still_owed=True)
    work()
    assert (owed_for(booking), balance(alice)) == (2000, 2000)


def test_the_same_form_twice_pays_back_once(booking) -> None:
    key = uuid4()
    assert refund(booking, 2000, key=key) == refund(booking, 2000, key=key)
    work()
    assert len(refunds_at_stripe(session_of(booking))) == 1


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (0, "EUR", "above nought"),
        (-100, "EUR", "above nought"),
        (7001, "EUR", "more than the €70 that is left"),
        (7000, "USD", "was paid in EUR"),
    ],
)
def test_an_amount_that_makes_no_sense_is_refused_with_a_sentence(booking, minor, currency, words) -> None:
    with pytest.raises(NotRefundable, match=words):
        refund(booking, minor, currency=currency)
    work()
    assert not Refund.objects.exists()
    assert not Effect.objects.filter(kind="refund").exists()
    assert refunds_at_stripe(session_of(booking)) == []


def test_nothing_goes_back_to_a_card_that_paid_nothing(alice, session_type, noon) -> None:
    with pytest.raises(NotRefundable, match="Nothing was paid by card"):
        refund(arranged(alice, session_type, noon), 100)


def test_a_refund_that_stripe_refuses_has_failed_counts_for_nothing_and_can_be_tried_again(booking, alice) -> None:
    faults.set_refunds("fail")
    [first] = refund(booking, 7000)
    work()
    [failed] = failed_refunds()
    assert (failed, failed.failure_reason) == (first, "expired_or_canceled_card")
    assert refundable(booking) == 7000
    faults.set_refunds("normal")
    again = retry_refund(public_id=first.public_id, asked_by=therapist(), now=timezone.now())
    assert retry_refund(public_id=first.public_id, asked_by=therapist(), now=timezone.now()) == again
    work()
    assert [each["status"] for each in refunds_at_stripe(session_of(booking))] == ["failed", "succeeded"]
    assert list(failed_refunds()) == []
    assert (refundable(booking), balance(alice)) == (0, 0)
    with pytest.raises(NotRefundable):
        retry_refund(public_id=again.public_id, asked_by=therapist(), now=timezone.now())


def test_a_refusal_at_once_is_told_with_stripes_reason_and_parks_no_effect(booking) -> None:
    dispute(booking)  # no event of it has come yet
    refund(booking, 7000)
    work()
    [failed] = failed_refunds()
    assert "charge_disputed" in failed.failure_reason
    assert Effect.objects.get(kind="refund").state == "done"


def test_a_refund_that_takes_its_time_is_asked_about_until_it_is_decided(booking) -> None:
    faults.set_refunds("pending")
    [asked] = refund(booking, 7000)
    work()
    asked.refresh_from_db()
    assert asked.state == "pending"
    assert ask_stripe() == (0, 0)  # asked a moment ago
    stripe_refunds.settle(asked.stripe_id, "succeeded")  # and its event never comes
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=True):
        assert ask_stripe() == (1, 0)
    asked.refresh_from_db()
    assert asked.state == "done"


def test_money_that_a_bank_sends_back_days_later_has_not_gone_back(booking) -> None:
    [asked] = refund(booking, 7000)
    work()
    stripe_refunds.settle(refunds_at_stripe(session_of(booking))[0]["id"], "failed")
    told()
    asked.refresh_from_db()
    assert (asked.state, refundable(booking)) == ("failed", 7000)
    assert list(failed_refunds()) == [asked]
    for event in events():  # an older word about it comes late
        deliver(event)
    work(timezone.now() + timedelta(seconds=1))
    asked.refresh_from_db()
    assert asked.state == "failed"


def test_an_answer_that_was_lost_on_its_way_is_found_and_not_asked_for_twice(booking, monkeypatch) -> None:
    """Stripe has forgotten the key by then: it does after a day."""
    [asked] = refund(booking, 2000)
    gateway, real = payments.gateway(), payments.gateway()

    def lose(request):
        real.refund(request)
        raise VendorError("Stripe", "It could not be reached in time.", retryable=True)

    monkeypatch.setattr(gateway, "refund", lose)
    with pytest.raises(VendorError):
        send_refund(refund_id=asked.pk, gateway=gateway, now=timezone.now())
    for key in store.all(stripe_api.KEYS):
        store.delete(stripe_api.KEYS, key)
    sent = send_refund(refund_id=asked.pk, gateway=real, now=timezone.now() + timedelta(days=2))
    assert sent.state == "done"
    assert len(refunds_at_stripe(session_of(booking))) == 1


@pytest.mark.rule("R11")
def test_an_event_about_a_refund_that_comes_before_its_id_is_kept_finds_it(booking) -> None:
    [asked] = refund(booking, 2000)
    payments.gateway().refund(
        RefundRequest(asked.payment.payment_intent, 2000, f"refund/{asked.public_id}", {"refund": str(asked.public_id)})
    )
    told()
    asked.refresh_from_db()
    assert (asked.state, bool(asked.stripe_id)) == ("done", True)
    assert (Refund.objects.count(), len(refunds_at_stripe(session_of(booking)))) == (1, 1)


@pytest.mark.rule("R11")
def test_a_refund_made_in_stripes_dashboard_is_recorded_once_and_lowers_the_fee(booking, alice) -> None:
    dashboard_refund(booking, 2500)
    told()
    told()
    made = Refund.objects.get()
    assert (made.origin, made.state, made.amount_minor) == ("stripe", "done", 2500)
    assert (refundable(booking), balance(alice)) == (4500, 0)


@pytest.mark.rule("R11")
def test_events_about_a_payment_that_come_before_it_is_known_are_acted_on_once_it_is(alice, session_type, noon) -> None:
    booking = book(alice, session_type, noon)
    checkout(booking)
    pay(booking)
    intent = store.get(stripe_sessions.KIND, session_of(booking))["session"]["payment_intent"]
    stripe_refunds.create({"payment_intent": intent, "amount": 7000})
    for event in reversed(events()):
        deliver(event)
        work()
    work(timezone.now() + timedelta(seconds=5))
    assert Refund.objects.get().amount_minor == 7000
    assert refundable(booking) == 0


@pytest.mark.rule("R19")
def test_cancelling_in_time_pays_back_once_however_often_stripe_says_so(booking, alice) -> None:
    cancel_by_link(public_id=booking.public_id, is_owner=False, now=timezone.now())
    work()
    told()
    told()
    assert len(refunds_at_stripe(session_of(booking))) == 1
    assert balance(alice) == 0


@pytest.mark.rule("R19")
def test_a_fee_that_is_kept_is_no_debt_and_no_credit(booking, alice) -> None:
    late = booking.starts_at - timedelta(hours=1)
    cancel_by_therapist(public_id=booking.public_id, fee=Booking.Fee.CHARGED, by=Booking.Side.CLIENT, now=late)
    assert (balance(alice), Refund.objects.count()) == (0, 0)


def test_a_dispute_reaches_her_at_once_with_the_date_and_a_lost_one_takes_the_money(booking, alice, stripe) -> None:
    opened = dispute(booking, days=10)
    told()
    [waiting] = disputes_to_answer()
    assert (waiting.amount_minor, waiting.needs_answer) == (7000, True)
    assert waiting.answer_by - timezone.now() > timedelta(days=9)
    assert balance(alice) == 0  # not lost yet
    run_due(timezone.now() + timedelta(seconds=2))
    assert "answer by" in stripe.mails("therapist@example.com")[0].subject
    stripe_disputes.move(opened["id"], "lost")
    told()
    assert list(disputes_to_answer()) == []
    assert (Dispute.objects.get().standing, balance(alice), refundable(booking)) == ("lost", 7000, 0)
    told()
    run_due(timezone.now() + timedelta(seconds=3))
    assert stripe.mails("therapist@example.com")[0].subject == "A dispute is over"
    assert Effect.objects.filter(kind="dispute_email").count() == 2
    notices = Notification.objects.filter(key__startswith="dispute_notice").values_list("text", flat=True)
    assert [text.partition(" of ")[0].partition(" about ")[0] for text in notices.order_by("pk")] == [
        "A payment",
        "A dispute",
    ]


def test_she_hears_inside_the_house_of_money_that_did_not_go_back(booking) -> None:
    faults.set_refunds("fail")
    refund(booking, 7000)
    run_due(timezone.now())
    run_due(timezone.now() + timedelta(seconds=1))
    [notice] = Notification.objects.filter(key__startswith="refund_failed_notice")
    assert (notice.text, notice.recipient) == ("€70 could not be paid back", therapist())


def test_a_link_that_a_bank_refuses_leaves_the_session_and_says_so(alice, session_type, noon, stripe) -> None:
    owed = arranged(alice, session_type, noon)
    pay_link(owed)
    session_id = debit(owed)
    told()
    assert standing_of(owed) == Standing.AWAITED
    stripe_sessions.settle(session_id, is_paid=False)
    told()
    owed.refresh_from_db()
    assert (owed.status, owed_for(owed), standing_of(owed)) == ("confirmed", 7000, Standing.FAILED)
    run_due(timezone.now() + timedelta(seconds=2))
    [mail] = [mail for mail in stripe.mails("alice@example.com") if "did not arrive" in mail.subject]
    assert "Your session stands" in mail.text
    assert f"/booking/{booking_token(owed)}/pay/" in mail.text


def test_an_open_dispute_is_asked_about_once_an_hour_where_no_event_tells(booking) -> None:
    opened = dispute(booking)
    told()
    stripe_disputes.move(opened["id"], "lost")  # and its event never comes
    assert ask_stripe() == (0, 0)
    with time_machine.travel(timezone.now() + 2 * HOUR, tick=True):
        assert ask_stripe() == (1, 0)
        assert ask_stripe() == (0, 0)
    assert Dispute.objects.get().standing == "lost"


@pytest.mark.rule("R11")
def test_an_older_word_about_a_dispute_does_not_open_it_again(booking) -> None:
    opened = dispute(booking)
    stripe_disputes.move(opened["id"], "won")
    for event in reversed(events()):
        deliver(event)
    work()
    found = Dispute.objects.get()
    assert (found.standing, found.closed_at is not None) == ("won", True)


def test_money_for_a_time_that_is_gone_buys_another_of_the_same_kind_at_the_price_that_was_paid(
    late, alice, session_type, noon, stripe
) -> None:
    assert standing_of(late.booking) == Standing.UNPLACED
    type(session_type).objects.update(price_minor=9900)
    with pytest.raises(SlotTaken):
        book_with_money(payment_id=late.public_id, starts_at=noon, now=timezone.now())
    with pytest.raises(SlotNotOffered):
        book_with_money(payment_id=late.public_id, starts_at=noon + timedelta(minutes=67), now=timezone.now())
    assert [payment.pk for payment in money_to_place()] == [late.pk]
    gone = late.booking
    anew = book_with_money(payment_id=late.public_id, starts_at=noon + HOUR, now=timezone.now())
    late.refresh_from_db()
    assert (anew.status, anew.price_minor, late.booking, late.came_for) == ("confirmed", 7000, anew, gone)
    assert (money_to_place(), balance(alice)) == ([], 0)
    with pytest.raises(NothingToPlace):
        book_with_money(payment_id=late.public_id, starts_at=noon + 2 * HOUR, now=timezone.now())
    with pytest.raises(NothingToPlace):
        give_money_back(payment_id=late.public_id, origin=Refund.Origin.CLIENT, now=timezone.now())
    told()  # what Stripe says of the session again changes nothing
    late.refresh_from_db()
    assert (late.state, Booking.objects.filter(client=alice, status="confirmed").count()) == ("paid", 1)


def test_or_it_goes_back_once(late, alice) -> None:
    give_money_back(payment_id=late.public_id, origin=Refund.Origin.CLIENT, now=timezone.now())
    with pytest.raises(NothingToPlace):
        give_money_back(payment_id=late.public_id, origin=Refund.Origin.CLIENT, now=timezone.now())
    work()
    assert len(refunds_at_stripe(str(late.checkout_session_id))) == 1
    assert (money_to_place(), balance(alice), standing_of(late.booking)) == ([], 0, Standing.RETURNED)


def test_both_sides_hear_of_it_by_mail_and_inside_the_house(late, stripe) -> None:
    run_due(timezone.now() + timedelta(seconds=2))
    assert stripe.mails("therapist@example.com")[0].subject == "A payment needs you"
    [mail] = stripe.mails("alice@example.com")
    assert mail.subject == "Your payment is safe"
    assert "/booking/" in mail.text
    assert Notification.objects.filter(key__contains="payment_unplaced").count() == 2


def test_she_places_it_on_what_the_client_owes_and_on_nothing_else(late, alice, session_type, noon) -> None:
    owed = arranged(alice, session_type, noon + HOUR)
    dearer = arranged(alice, make_session("long", price_minor=9000), noon + 2 * HOUR)
    bobs = arranged(make_client(stage=Stage.ONGOING), session_type, noon + 4 * HOUR)
    dollars = arranged(alice, make_session("abroad", currency="USD"), noon + 6 * HOUR)
    gateway, now = payments.gateway(), timezone.now()
    for booking, words in [(bobs, "another client"), (dollars, "priced in USD")]:
        with pytest.raises(NotPlaceable, match=words):
            place_payment(payment_id=late.public_id, booking_id=booking.public_id, gateway=gateway, now=now)
    place_payment(payment_id=late.public_id, booking_id=owed.public_id, gateway=gateway, now=now)
    assert (owed_for(owed), owed_for(dearer), money_to_place()) == (0, 9000, [])


def test_she_places_it_on_a_time_that_the_client_holds_and_that_confirms_it(late, alice, session_type, noon) -> None:
    held = book(alice, session_type, noon + HOUR)
    checkout(held)
    place_payment(payment_id=late.public_id, booking_id=held.public_id, gateway=payments.gateway(), now=timezone.now())
    held.refresh_from_db()
    assert (held.status, owed_for(held)) == ("confirmed", 0)
    assert stripe_sessions.look(str(held.payments.get(attempt=1).checkout_session_id))["session"]["status"] == "expired"


def gone(booking: Booking) -> int:
    """What has gone back at Stripe, in minor units."""
    return sum(each["amount"] for each in refunds_at_stripe(session_of(booking)) if each["status"] == "succeeded")


def failing(booking: Booking, minor: int) -> Refund:
    """A refund that Stripe could not pay; the next ones work."""
    faults.set_refunds("fail")
    [failed] = refund(booking, minor)
    work()
    faults.set_refunds("normal")
    failed.refresh_from_db()
    assert failed.state == "failed"
    return failed


@pytest.mark.rule("R19")
def test_a_refund_asked_for_anew_settles_the_one_that_failed_which_is_not_paid_as_well(booking) -> None:
    failed = failing(booking, 3000)
    refund(booking, 3000)
    work()
    assert list(failed_refunds()) == []
    with pytest.raises(NotRefundable, match="settled otherwise"):
        retry_refund(public_id=failed.public_id, asked_by=therapist(), now=timezone.now())
    work()
    assert gone(booking) == 3000


def test_one_that_fails_again_is_the_only_one_to_see_to(booking) -> None:
    failing(booking, 3000)
    second = failing(booking, 3000)
    assert list(failed_refunds()) == [second]


@pytest.mark.rule("R19")
def test_a_part_given_back_by_hand_leaves_the_need_but_not_the_whole_to_be_paid_again(booking) -> None:
    faults.set_refunds("fail")
    cancel_by_link(public_id=booking.public_id, is_owner=False, now=timezone.now())
    work()
    faults.set_refunds("normal")
    record_payback(booking_id=booking.public_id, receipt=receipt(3000), now=timezone.now())
    [failed] = failed_refunds()
    with pytest.raises(NotRefundable, match="A part of it was given back"):
        retry_refund(public_id=failed.public_id, asked_by=therapist(), now=timezone.now())
    refund(booking, 4000)
    work()
    assert (list(failed_refunds()), gone(booking), owed_for(booking)) == ([], 4000, 0)


@pytest.mark.rule("R19")
def test_what_a_closed_card_cannot_take_is_given_back_by_hand_and_needs_her_no_longer(booking, alice) -> None:
    faults.set_refunds("fail")
    cancel_by_link(public_id=booking.public_id, is_owner=False, now=timezone.now())
    work()
    assert len(failed_refunds()) == 1
    with pytest.raises(NotSettled, match="more than the €70"):
        record_payback(booking_id=booking.public_id, receipt=receipt(7001), now=timezone.now())
    record_payback(booking_id=booking.public_id, receipt=receipt(7000), now=timezone.now())
    assert (list(failed_refunds()), owed_for(booking), balance(alice)) == ([], 0, 0)
    with pytest.raises(NotSettled):
        record_payback(booking_id=booking.public_id, receipt=receipt(1), now=timezone.now())


def test_one_that_was_settled_otherwise_is_put_aside_and_stays_so(booking) -> None:
    failed = failing(booking, 3000)
    for _ in range(2):
        put_refund_aside(public_id=failed.public_id, now=timezone.now())
    assert list(failed_refunds()) == []
    with pytest.raises(NotRefundable, match="settled otherwise"):
        retry_refund(public_id=failed.public_id, asked_by=therapist(), now=timezone.now())
    assert (gone(booking), refundable(booking)) == (0, 7000)


def test_a_refund_that_did_not_fail_is_not_put_aside(booking) -> None:
    [asked] = refund(booking, 3000)
    with pytest.raises(NotRefundable, match="has not failed"):
        put_refund_aside(public_id=asked.public_id, now=timezone.now())
    asked.refresh_from_db()
    assert asked.put_aside_at is None


def test_one_made_in_the_dashboard_after_it_failed_settles_it(booking) -> None:
    failing(booking, 2500)
    Refund.objects.update(failed_at=timezone.now() - HOUR)
    dashboard_refund(booking, 2500)
    told()
    assert list(failed_refunds()) == []


def test_unplaced_money_that_goes_back_at_the_second_try_needs_her_no_longer(late) -> None:
    faults.set_refunds("fail")
    give_money_back(payment_id=late.public_id, origin=Refund.Origin.CLIENT, now=timezone.now())
    work()
    assert len(failed_refunds()) == 1
    faults.set_refunds("normal")
    give_money_back(payment_id=late.public_id, origin=Refund.Origin.CLIENT, now=timezone.now())
    work()
    assert (list(failed_refunds()), money_to_place()) == ([], [])


@pytest.mark.parametrize("way", ["her word", "kept money"])
def test_a_page_that_is_opened_while_the_time_is_settled_otherwise_is_ended_at_stripe(
    late, alice, session_type, noon, monkeypatch, way
) -> None:
    held = book(alice, session_type, noon + HOUR)
    checkout(held)
    acting = settlements if way == "her word" else unplaced
    real = acting.end_sessions

    def and_then_the_client_opens_another(*args, **said):
        real(*args, **said)
        checkout(held)

    monkeypatch.setattr(acting, "end_sessions", and_then_the_client_opens_another)
    if way == "her word":
        settle(held, 7000)
    else:
        place_payment(
            payment_id=late.public_id, booking_id=held.public_id, gateway=payments.gateway(), now=timezone.now()
        )
    held.refresh_from_db()
    assert held.status == "confirmed"
    ask_stripe()
    begun = held.payments.exclude(state__in=Payment.CAME).values_list("checkout_session_id", flat=True)
    assert [stripe_sessions.look(each)["session"]["status"] for each in begun] == ["expired", "expired"]
    assert (owed_for(held), held.payments.filter(state="open").exists()) == (0, False)
