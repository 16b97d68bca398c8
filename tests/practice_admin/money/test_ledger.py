"""The ledger adds up, whatever the rows; and a month of it for the bookkeeper."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clients.models import Stage
from practice_admin.domain.money import read_amount
from practice_admin.domain.queries.ledger import ledger_of, own_ledger
from practice_admin.domain.queries.month import HEADER, month_rows, movements, safe_cell
from practice_admin.domain.queries.owed import with_money
from practice_admin.domain.refunds import left_of
from practice_admin.models import Booking, Payment, Practice, Settlement
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, therapist
from tests.practice_admin.money.rows import dispute, payment, refund

PRICE = 7000


def settlement(booking: Booking, minor: int, manner: str = "cash", **fields) -> Settlement:
    return Settlement.objects.create(
        booking=booking,
        amount_minor=minor,
        currency=booking.currency,
        manner=manner,
        recorded_by=therapist(),
        **{"paid_on": NOW.date()} | fields,
    )


def owed_altogether(client) -> int:
    """By the other way: what is owed for each booking, less the money that has none."""
    owed = sum(booking.owed_minor for booking in with_money(Booking.objects.filter(client=client)))
    return owed - sum(left_of(each) for each in Payment.objects.filter(client=client, state="unplaced"))


parts = st.integers(1, PRICE)
SESSION = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["confirmed", "completed", "no_show", "cancelled", "expired", "pending_payment"]),
        "fee": st.sampled_from(["", "charged", "waived"]),
        "paid": st.sampled_from(["", "paid", "unplaced", "awaited", "open", "failed"]),
        "back": st.lists(st.tuples(parts, st.sampled_from(["asked", "pending", "done", "failed"]), parts), max_size=2),
        "lost": st.booleans(),
        "waived": st.one_of(st.none(), parts),
        "received": st.lists(parts, max_size=2),
        "undone": st.booleans(),
    }
)


class TheLedger(TestCase):
    """Any rows that the database takes."""

    @profile(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(SESSION, max_size=3))
    def test_the_balance_is_the_sum_of_its_entries_and_of_what_is_owed_for_each_session(self, sessions) -> None:
        client = make_client(stage=Stage.ONGOING)
        kind = make_session(f"kind-{client.pk}")
        for number, each in enumerate(sessions):
            booking = make_booking(
                client, kind, starts_at=MONDAY + timedelta(days=number), status=each["status"], fee=each["fee"]
            )
            booking.refresh_from_db()
            self._write(booking, each)
        ledger = ledger_of(client, Practice.objects.get())
        assert ledger.balances.get("EUR", 0) == sum(entry.counts_minor for entry in ledger.entries)
        assert ledger.balances.get("EUR", 0) == owed_altogether(client)
        assert own_ledger(client, Practice.objects.get()).balances.get("EUR", 0) == owed_altogether(client)

    def _write(self, booking: Booking, each) -> None:
        if each["paid"]:
            paid, left = payment(booking, PRICE, state=each["paid"]), PRICE
            if each["paid"] in {"paid", "unplaced"}:
                for minor, state, lowers in each["back"]:
                    if state == "failed" or minor <= left:
                        refund(paid, minor, state=state, lowers_fee_minor=min(lowers, minor))
                        left -= minor if state != "failed" else 0
                if each["lost"] and left:
                    dispute(paid, left, closed_at=NOW)
        if each["waived"]:
            settlement(booking, each["waived"], "waived")
        for minor in each["received"]:
            row = settlement(booking, minor)
            if each["undone"]:
                settlement(booking, -minor, undoes=row)


@pytest.fixture
def practice(db) -> Practice:
    therapist()
    return Practice.objects.get()


@pytest.mark.parametrize("count", [1, 12])
def test_a_ledger_takes_as_many_questions_for_one_row_as_for_many(practice, count) -> None:
    client, kind = make_client(stage=Stage.ONGOING), make_session()
    for number in range(count):
        booking = make_booking(client, kind, starts_at=MONDAY + timedelta(days=number))
        booking.refresh_from_db()
        paid = payment(booking)
        refund(paid, 1000)
        dispute(paid, 6000, closed_at=NOW)
        settlement(booking, 500)
    with CaptureQueriesContext(connection) as asked:
        ledger = ledger_of(client, practice)
        assert [str(entry.booking.session_type) for entry in ledger.entries]
    assert (len(asked), len(ledger.entries)) == (5, 5 * count)


def test_the_client_finds_stripes_receipt(practice) -> None:
    booking = make_booking(make_client(stage=Stage.ONGOING), make_session())
    booking.refresh_from_db()
    payment(booking, receipt_url="https://pay.stripe.com/receipts/1")
    assert [entry.receipt_url for entry in own_ledger(booking.client, practice).entries][-1].endswith("receipts/1")


def test_money_of_another_currency_has_a_balance_of_its_own(practice) -> None:
    client = make_client(stage=Stage.ONGOING)
    make_booking(client, make_session("here"))
    make_booking(client, make_session("there", currency="JPY", price_minor=9000), starts_at=MONDAY + timedelta(hours=2))
    assert ledger_of(client, practice).balances == {"EUR": 7000, "JPY": 9000}


def booked(name: str = "Alice", **fields) -> Booking:
    booking = make_booking(make_client(name=name, stage=Stage.ONGOING), **fields)
    booking.refresh_from_db()
    return booking


def test_a_month_begins_and_ends_at_midnight_in_the_practices_zone(practice) -> None:
    """July in Lisbon begins an hour before July in UTC."""
    booking = booked(session_type=make_session())
    first = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    last = datetime(2026, 7, 31, 22, 59, 59, tzinfo=UTC)
    for at in (first - timedelta(seconds=1), first, last, last + timedelta(seconds=1)):
        payment(booking, paid_at=at)
    assert [str(moved.on) for moved in movements(2026, 7, practice)] == ["2026-07-01", "2026-07-31"]
    assert [len(movements(2026, month, practice)) for month in (6, 8, 12)] == [1, 1, 0]
    with pytest.raises(ValueError, match="month"):
        movements(2026, 13, practice)


def test_a_month_tells_what_moved_and_stays_as_it_was_handed_on(practice) -> None:
    booking = booked(session_type=make_session())
    paid = payment(booking, paid_at=NOW)
    refund(paid, 2050, stripe_id="re_1")
    settlement(booking, 2050, paid_on=NOW.date())
    settlement(booking, 100, "waived")
    handed_on = list(month_rows(2026, 11, practice))
    december = NOW + timedelta(days=10)
    paid.refunds.update(state="failed", failed_at=december)
    settlement(booking, -2050, undoes=Settlement.objects.get(manner="cash"), paid_on=december.date())
    assert list(month_rows(2026, 11, practice)) == handed_on
    assert [row[5] for row in handed_on[1:]] == ["70.00", "-20.50", "20.50"]
    assert [(moved.what, moved.amount_minor) for moved in movements(2026, 12, practice)] == [
        ("Refund that came back", 2050),
        ("Undone", -2050),
    ]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "|x"])
def test_no_name_is_a_formula_in_a_spreadsheet(practice, name) -> None:
    payment(booked(name=name, session_type=make_session()))
    written = io.StringIO()
    csv.writer(written).writerows(month_rows(2026, 11, practice))
    header, row = csv.reader(io.StringIO(written.getvalue()))
    assert tuple(header) == HEADER
    assert row[1].startswith("'")
    assert safe_cell("Alice") == "Alice"


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("70", "EUR", 7000),
        ("70.50", "EUR", 7050),
        ("70,5", "EUR", 7050),
        ("€ 1,070.50", "EUR", 107050),
        ("1.070,50", "EUR", 107050),
        ("1,070", "EUR", 107000),
        ("7,000", "JPY", 7000),
        ("70.5", "JPY", None),
        ("-5", "EUR", -500),
        ("12.345", "EUR", None),
        ("7.000", "JPY", None),
        ("12.345", "KWD", 12345),
        ("1.234.567", "EUR", 123456700),
        ("seventy", "EUR", None),
        ("1e3", "EUR", None),
        ("٧٠", "EUR", None),
        ("", "EUR", None),
    ],
)
def test_an_amount_is_read_as_it_is_typed(typed, currency, minor) -> None:
    assert read_amount(typed, currency) == minor
