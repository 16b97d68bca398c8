"""Money at the desk in a real browser, with Stripe's stand-in: refunded by a double click, recorded, given back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Stage
from practice_admin.models import Booking, Payment, Refund, Settlement
from tests.browser.test_booking_by_hand import go_on, press
from tests.browser.test_sessions_at_the_desk import at_her_desk, wrong
from tests.factories import make_booking, make_client, make_session, open_every_day, therapist
from tests.practice_admin.money import till

__all__ = ["at_her_desk"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]


@pytest.fixture
def noon(vendors):
    therapist()
    open_every_day()
    return (timezone.now() + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)


def test_a_part_goes_back_once_a_payment_is_recorded_and_money_without_a_place_goes_back(at_her_desk, noon) -> None:
    kind = make_session(name="Session", minimum_notice_minutes=0)
    oscar = make_client(name="Oscar Nunes", stage=Stage.ONGOING)
    paid = till.paid(oscar, kind, noon)
    page = at_her_desk(f"/admin/bookings/{paid.public_id}/", bypass_csp=True)

    # A part, by a double click, of which Stripe hears once.
    go_on(page, "^Refund$", "Pay back to the card")
    page.get_by_label("Amount").fill("twenty")
    press(page, "^Pay it back$")
    expect(page.get_by_text("Please write an amount like 70.00.")).to_be_visible()
    expect(page.get_by_label("Amount")).to_have_value("twenty")
    assert wrong(page) == {}
    page.get_by_label("Amount").fill("20")
    page.get_by_role("button", name="Pay it back").dblclick()
    expect(page.get_by_text("€20 goes back.")).to_be_visible()
    till.work()
    assert [(each.amount_minor, each.state) for each in Refund.objects.all()] == [(2000, Refund.State.DONE)]
    assert [each["amount"] for each in till.refunds_at_stripe(till.session_of(paid))] == [2000]

    # What another session costs comes by bank.
    owed = make_booking(oscar, kind, starts_at=noon - timedelta(days=9))
    page.goto("/admin/money/")
    assert wrong(page) == {}
    page.get_by_role("link", name="Record a payment").first.click()
    page.get_by_text("Bank transfer", exact=True).click()
    press(page, "^Keep it$")
    expect(page.get_by_text("Kept: €70 received.")).to_be_visible()
    assert Settlement.objects.get().booking == owed

    # Paid after all when its time was gone.
    late = till.book(oscar, kind, noon + timedelta(days=1))
    till.checkout(late)
    Booking.objects.filter(pk=late.pk).update(status=Booking.Status.EXPIRED, hold_expires_at=None)
    till.pay(late)
    till.returned(late)
    page.goto("/admin/")
    page.get_by_role("link", name="Place it or give it back").click()
    assert wrong(page) == {}
    press(page, "^Give €70 back$")
    expect(page.get_by_text("€70 goes back to Oscar Nunes")).to_be_visible()
    till.work()
    assert [each["amount"] for each in till.refunds_at_stripe(till.session_of(late))] == [7000]
    assert Payment.objects.get(booking=late).state == Payment.State.UNPLACED
