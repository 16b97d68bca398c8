"""The month, who owes what, money without a place, Stripe's events, a client's ledger, and what needs her of money."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from integrations.outbox.models import Effect
from practice_admin.domain.queries.ledger import ledger_of
from practice_admin.models import Booking, Dispute, Payment, Practice, Refund, Settlement, StripeEvent
from practice_admin.workspace.queries.money import balances_of
from tests.factories import MONDAY, NOW, make_booking, make_client, therapist
from tests.practice_admin.money.rows import dispute, payment, refund
from tests.practice_admin.workspace.diary_pages import UNKNOWN, page_of
from tests.practice_admin.workspace.money_pages import beside, owed

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R10")]

MONEY, EVENTS, ACCOUNT = "/admin/money/", "/admin/money/events/", "/admin/money/stripe/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


def over(minor: int = 7000, *, days: int = 1, **fields) -> Booking:
    return owed(minor, starts_at=NOW - days * DAY, **fields)


def kept(client=None, minor: int = 7000, days: int = 3) -> Payment:
    """Money that came for a time that was gone."""
    gone = over(days=days) if client is None else make_booking(client, starts_at=NOW - days * DAY)
    Booking.objects.filter(pk=gone.pk).update(status="expired")
    gone.refresh_from_db()
    return payment(gone, minor, state="unplaced")


def event(number: int = 1, **fields) -> StripeEvent:
    values = {"kind": "checkout.session.completed", "body": '{"secret": "payer@example.com"}', "received_at": NOW}
    return StripeEvent.objects.create(event_id=f"evt_{number}", **values | fields)


def unplaced_page(kept_money: Payment, way: str = "unplaced_money") -> str:
    return reverse(f"admin:{way}", args=[kept_money.public_id])


def titles(desk) -> list[str]:
    return [need.title for need in desk.get("/admin/").context["needs"]]


def test_the_month_shows_what_moved_and_who_owes_what(desk, text):
    paid, debt = over(days=2), over(5000, name="Bea Brandt")
    coming = owed(6000, name="Carla Costa")
    refund(payment(paid), 2000, lowers_fee_minor=2000)
    page = desk.get(MONEY)
    words = text(page)
    assert {line.what: line.sums for line in page.context["lines"]} == {
        "Payment, Stripe": {"EUR": 7000},
        "Refund, Stripe": {"EUR": -2000},
    }
    assert page.context["total"] == {"EUR": 5000}
    assert (page.context["debts"], page.context["to_come"]) == ([debt], [coming])
    assert "November 2026" in words
    assert f'href="{reverse("admin:received_booking", args=[debt.public_id])}"' in words
    assert 'href="/admin/money/2026/11.csv"' in words
    earlier = desk.get(MONEY, {"month": "2026-10"})
    assert earlier.context["lines"] == []
    assert "October 2026" in text(earlier)


@pytest.mark.parametrize("month", ["2026-13", "1999-01", "x", "9999-12"])
def test_a_month_that_does_not_exist_is_not_found(desk, month):
    assert desk.get(MONEY, {"month": month}).status_code == 404


def test_the_month_as_a_file_holds_the_days_of_her_zone_and_no_formula(desk):
    Practice.objects.update(time_zone="Europe/Athens")
    late = payment(over(name="=1+1"), paid_at=NOW.replace(month=10, day=31, hour=23))  # the first of November in Athens
    page = desk.get("/admin/money/2026/11.csv")
    assert page["Content-Type"] == "text/csv; charset=utf-8"
    assert page["Content-Disposition"] == 'attachment; filename="money-2026-11.csv"'
    header, row = csv.reader(io.StringIO(page.getvalue().decode("utf-8-sig")))
    assert header[0] == "Date"
    assert (row[0], row[1], row[5], row[6]) == ("2026-11-01", "'=1+1", "70.00", "EUR")
    assert row[7] == late.payment_intent
    assert len(desk.get("/admin/money/2026/10.csv").getvalue().splitlines()) == 1


@pytest.mark.parametrize("path", ["2026/13.csv", "2026/0.csv", "1/1.csv", "99999/1.csv"])
def test_a_file_of_a_month_that_does_not_exist_is_not_found(desk, path):
    assert desk.get(f"{MONEY}{path}").status_code == 404


def fill(count: int) -> None:
    for number in range(count):
        debt = over(days=3 * number + 2)
        paid = payment(over(days=3 * number + 3))
        refund(paid, 100, state="failed", done_at=None, failed_at=NOW)
        dispute(paid, 7000)
        kept(days=3 * number + 4)
        owed(starts_at=MONDAY + number * DAY)
        settle(debt, 100)
        event(number, state="failed", error="Stripe: it is down")


def settle(booking: Booking, minor: int, **fields) -> Settlement:
    values = {"currency": "EUR", "manner": "cash", "paid_on": NOW.date(), "recorded_by": therapist()}
    return Settlement.objects.create(booking=booking, amount_minor=minor, **values | fields)


@pytest.mark.parametrize("count", [1, 12])
def test_the_pages_ask_the_same_number_of_questions_for_one_and_for_twelve(desk, count, django_assert_num_queries):
    fill(count)
    # Session, user, practice; payments, refunds, disputes and rows by hand of the month; debts; money without a place,
    # what went back of it and was disputed; disputes, failed refunds.
    with django_assert_num_queries(13):
        assert len(desk.get(MONEY).context["debts"]) == count
    # Session, user, practice; count, events.
    with django_assert_num_queries(5):
        assert len(desk.get(EVENTS).context["rows"]) == count


def test_what_needs_her_of_money_stands_in_its_order_and_debts_last(desk, text):
    fill(1)
    make_held_in_silence()
    shown = titles(desk)
    assert shown[:5] == [
        "€70 came for a time that was gone",
        "€70 is disputed",
        "€1 could not be paid back",
        "1 event from Stripe could not be acted on",
        "A time is still held: Stripe cannot be asked whether it was paid",
    ]
    assert shown[-1] == "€69 is owed to you"


def make_held_in_silence() -> None:
    kind = Booking.objects.first().session_type
    held = {"status": "pending_payment", "hold_expires_at": NOW - 3 * DAY}
    make_booking(make_client(stage="ongoing"), kind, starts_at=MONDAY + 30 * DAY, **held)


def test_a_dispute_says_by_when_to_answer_and_one_at_the_bank_that_it_waits(desk, text):
    dispute(payment(over()), 7000, answer_by=NOW + 5 * DAY, reason="fraudulent")
    assert "€70 is disputed: answer by Wed 2 Dec" in titles(desk)
    Dispute.objects.update(status="under_review")
    assert "€70 is disputed" in titles(desk)
    assert "It waits for the bank." in text(desk.get("/admin/"))


def test_an_event_that_failed_is_not_told_a_second_time_as_an_effect(desk):
    failed = event(state="failed", error="Stripe: it is down")
    Effect.objects.create(kind="stripe_event", subject=failed.subject, state="due", attempts=3)
    Effect.objects.create(kind="stripe_event", subject="stripe:evt_9", state="failed", attempts=13)
    assert titles(desk) == ["1 event from Stripe could not be acted on", "News from Stripe: did not work"]


def test_money_without_a_place_is_placed_on_a_session_for_which_as_much_is_owed(desk, text):
    money = kept()
    kinds = [owed(minor, starts_at=MONDAY + minor * timedelta(hours=1)).session_type for minor in (6000, 8000)]
    smaller, fitting = (
        make_booking(money.client, kind, starts_at=MONDAY + days * DAY) for days, kind in enumerate(kinds)
    )
    page = desk.get(unplaced_page(money))
    assert [each for each, _ in page.context["choices"]] == [fitting]
    assert "€80 is owed for it; €10 stays owed." in text(page)
    refused = desk.post(unplaced_page(money, "place_money"), {"booking": smaller.public_id})
    assert (refused.status_code, beside(refused, "booking")) == (409, "Less than that is owed for that session.")
    done = desk.post(unplaced_page(money, "place_money"), {"booking": fitting.public_id}, follow=True)
    assert "€70 counts for this session now." in text(done)
    money.refresh_from_db()
    assert (money.state, money.booking) == ("paid", fitting)
    again = desk.post(unplaced_page(money, "place_money"), {"booking": fitting.public_id})
    assert (again.status_code, "has found its place already" in text(again)) == (409, True)


@pytest.mark.rule("R16")
@pytest.mark.parametrize("chosen", ["", "x", UNKNOWN, "another client’s"])
def test_money_is_placed_on_nothing_else(desk, chosen):
    money, other = kept(), owed(name="Bea Brandt")
    typed = str(other.public_id) if chosen.startswith("another") else chosen
    page = desk.post(unplaced_page(money, "place_money"), {"booking": typed})
    assert page.status_code == (409 if typed == str(other.public_id) else 422)
    assert beside(page, "booking") in {"Please choose the session that it is for.", "That session is another client’s."}
    money.refresh_from_db()
    assert money.state == "unplaced"


def test_money_without_a_place_is_given_back_once(desk, text):
    money = kept()
    done = desk.post(unplaced_page(money, "return_money"), follow=True)
    assert "€70 goes back to Oscar Nunes" in text(done)
    again = desk.post(unplaced_page(money, "return_money"))
    assert (again.status_code, "has found its place already" in text(again)) == (409, True)
    assert [(each.amount_minor, each.origin, each.asked_by) for each in Refund.objects.all()] == [
        (7000, "therapist", therapist())
    ]
    assert "Give €70 back" not in text(desk.get(unplaced_page(money)))


def test_what_was_never_paid_has_no_page_of_money_without_a_place(desk):
    open_one = payment(owed(), state="open", paid_at=None)
    for way in ("unplaced_money", "place_money", "return_money"):
        method = desk.get if way == "unplaced_money" else desk.post
        assert method(unplaced_page(open_one, way)).status_code == 404
        assert method(reverse(f"admin:{way}", args=[UNKNOWN])).status_code == 404


@pytest.mark.rule("R11")
def test_events_are_shown_in_words_and_never_with_their_body(desk, text):
    event(1, state="done")
    event(2, state="failed", error="Unexpected: KeyError", kind="charge.dispute.created")
    words = text(desk.get(EVENTS))
    assert "A payment page was completed" in words
    assert "Something in the program went wrong (KeyError)." in words
    assert "payer@example.com" not in words
    assert [each.event_id for each in desk.get(EVENTS, {"state": "failed"}).context["rows"]] == ["evt_2"]


@pytest.mark.rule("R11")
def test_an_event_is_processed_again_by_post_alone(desk, text):
    event(state="failed", error="Stripe: it is down")
    again = reverse("admin:process_event", args=["evt_1"])
    assert desk.get(again).status_code == 405
    page = desk.post(again, {"state": "failed"}, follow=True)
    assert "It is processed again in a moment." in text(page)
    assert (StripeEvent.objects.get().state, Effect.objects.get().kind) == ("received", "stripe_event")
    Effect.objects.update(state="running")
    assert "This event is being processed just now." in text(desk.post(again, follow=True))
    assert desk.post(reverse("admin:process_event", args=["evt_7"])).status_code == 404
    assert Effect.objects.count() == 1


def test_the_ledger_and_the_balance_say_the_same(desk, text):
    debt = over(8000)
    client = debt.client
    settle(debt, 1000)
    page = desk.get(reverse("admin:client_payments", args=[client.public_id]))
    assert "Owes €70" in text(page)
    assert [entry.kind for entry in page.context["entries"]] == ["received", "charge"]
    kept(client, 9000)
    balances = balances_of([client])[client.pk]
    assert balances == ledger_of(client, Practice.objects.get()).balances == {"EUR": -2000}
    for place in (reverse("admin:client_record", args=[client.public_id]), "/admin/clients/client/"):
        assert "€20 in credit" in text(desk.get(place)), place


def test_settlements_refunds_and_disputes_stand_in_the_timeline_with_who_did_them(desk, text):
    booking = over()
    paid = payment(booking)
    settle(booking, 500)
    refund(paid, 2000, asked_by=therapist())
    dispute(paid, 7000)
    words = text(desk.get(reverse("admin:client_record", args=[booking.client.public_id])))
    assert "€5 received: cash" in words
    assert "recorded by Dr Helena Reis" in words
    assert "€20 back" in words
    assert "· by Dr Helena Reis" in words
    assert "€70 disputed by the payer’s bank" in words


def test_a_session_that_was_paid_by_hand_is_paid_wherever_it_is_shown(desk, text):
    booking = over()
    assert ">Not paid yet</span>" in text(desk.get(page_of(booking)))
    settle(booking, 7000)
    for place in (page_of(booking), "/admin/practice_admin/booking/"):
        assert ">Paid</span>" in text(desk.get(place)), place


def test_effects_about_money_are_told_in_words(desk, text):
    paid = payment(owed())
    told = dispute(paid, 7000)
    for kind, subject in (("dispute_email", told.subject), ("stripe_event", event().subject)):
        Effect.objects.create(kind=kind, subject=subject)
    words = text(desk.get("/admin/outbox/effect/"))
    for line in ("E-mail to you about a dispute", "Oscar Nunes", "News from Stripe", "A payment page was completed"):
        assert line in words, line


def test_what_stripe_has_to_be_told_is_shown_without_asking_it(desk, text, settings):
    settings.SITE_URL, settings.STRIPE_API_BASE = "https://example.com", "http://127.0.0.1:9"
    words = text(desk.get(ACCOUNT))
    assert 'value="https://example.com/webhooks/stripe/"' in words
    assert "checkout.session.async_payment_failed" in words
    silent = desk.post(ACCOUNT)
    assert silent.status_code == 503
    assert "Stripe answers" not in text(silent)
    assert 'href="/admin/money/stripe/"' in text(desk.get("/admin/practice_admin/practice/1/change/"))
