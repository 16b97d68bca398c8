"""Money in a real browser: paid, declined and paid, left and taken up again, given back, and waited for (R10, R19).

The worker is not running: Stripe's events are kept back, so that what is seen is what the pages find out themselves.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.models import Client, Stage
from integrations.sandbox import faults
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking, Refund, SessionType
from tests.browser.axe import Axe
from tests.factories import make_booking, make_client, make_session, open_every_day, therapist
from tests.practice_admin.money import till
from tests.practice_admin.money.rows import dispute, payment, refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]


@pytest.fixture
def alice(vendors) -> Client:
    faults.set_delivery("hold")
    therapist()
    open_every_day()
    make_session(name="Fifty minutes", minimum_notice_minutes=3 * 24 * 60)
    return make_client("alice@example.com", name="Alice Example", stage=Stage.ONGOING)


@pytest.fixture
def page(chromium, live_server, alice) -> Iterator[Page]:
    """A window in which Alice has signed in."""
    context = chromium.new_context(base_url=live_server.url, bypass_csp=True)
    context.set_default_timeout(10_000)
    browser = Browser()
    browser.force_login(alice.user)
    value = browser.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
    yield context.new_page()
    context.close()


def take_a_time(page: Page) -> None:
    """The first one that is free, as far as Stripe's page."""
    page.goto("/book/session/")
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label(re.compile("I agree")).check()
    page.get_by_role("button", name="Go on to payment, €70").click()
    page.wait_for_url(re.compile("/sandbox/stripe/pay/"))


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=name, exact=True)


def at_stripe(page: Page, button: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{button}")).click()


def status() -> str:
    return str(Booking.objects.get().status)


@pytest.mark.rule("R19")
def test_declined_then_paid_then_cancelled_with_the_money_back(page: Page) -> None:
    take_a_time(page)
    at_stripe(page, "Decline")
    expect(page.get_by_text("Your card was declined.")).to_be_visible()
    assert status() == "pending_payment"
    at_stripe(page, "Pay")
    expect(heading(page, "You are booked")).to_be_visible()
    expect(page.get_by_text("We received €70")).to_be_visible()
    page.get_by_role("link", name="Cancel this booking").click()
    expect(page.get_by_text("You get €70 back, to the card you paid with")).to_be_visible()
    assert not Refund.objects.exists()
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("€70 is on its way back to you")).to_be_visible()
    till.work()
    page.reload()
    expect(page.get_by_text("€70 went back to the card you paid with.")).to_be_visible()
    page.goto("/portal/payments/")
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Receipt")).click()
    expect(page.get_by_text(re.compile("receipt", re.I)).first).to_be_visible()


def test_left_and_taken_up_again_then_given_up_at_stripe(page: Page) -> None:
    take_a_time(page)
    paying = page.url
    page.goto("/portal/")
    page.get_by_role("main").get_by_role("link", name="Go on to pay").first.click()
    page.get_by_role("button", name="Go on to pay €70").click()
    page.wait_for_url(paying)
    page.get_by_role("link", name="Cancel and go back").click()
    expect(heading(page, "This time is free again")).to_be_visible()
    assert status() == "expired"
    page.get_by_role("link", name="Choose another time").click()
    expect(heading(page, "Choose a time")).to_be_visible()


def test_a_debit_waits_and_the_page_tells_by_itself_when_the_bank_has_paid(page: Page) -> None:
    take_a_time(page)
    at_stripe(page, "Use a bank debit")
    expect(heading(page, "Your payment is on its way")).to_be_visible()
    assert status() == "pending_payment"
    page.get_by_role("link", name="Look again").focus()
    session_id = till.session_of(Booking.objects.get())
    till.stripe_sessions.settle(session_id, is_paid=True)
    expect(heading(page, "You are booked")).to_be_visible()
    assert status() == "confirmed"


BY_NIGHT = {"held", "kept", "payments"}  # all that has a colour of its own


def wrong(page: Page, name: str) -> dict[str, list[str]]:
    """What axe finds, by rule and element."""
    page.emulate_media(color_scheme="dark" if name in BY_NIGHT else "light")
    found = Axe().run(page).response["violations"]
    return {one["id"]: [node["html"][:120] for node in one["nodes"]] for one in found}


def everything(alice: Client) -> dict[str, str]:
    """Pages of each way that money can stand, by their names."""
    kind, noon = SessionType.objects.get(), timezone.now().replace(hour=12, minute=0) + timedelta(days=9)

    def page_of(booking: Booking, more: str = "") -> str:
        return f"/booking/{booking_token(booking)}/{more}"

    def gone(state: str) -> Booking:
        booking = make_booking(alice, kind, starts_at=noon, status="expired")
        payment(booking, state=state, paid_at=None)
        return booking

    held = make_booking(
        alice, kind, starts_at=noon, status="pending_payment", hold_expires_at=timezone.now() + timedelta(minutes=24)
    )
    owed = make_booking(alice, kind, starts_at=noon - timedelta(days=20), status="completed")
    paid = payment(make_booking(alice, kind, starts_at=noon - timedelta(days=27), status="completed"))
    refund(paid, 1000, lowers_fee_minor=1000)
    refund(paid, 500, state="failed", done_at=None)
    dispute(paid, 5500)
    kept = payment(gone("expired"), state="unplaced")
    money = f"&money={kept.public_id}"
    awaited = make_booking(
        alice, kind, starts_at=noon + timedelta(days=1), status="pending_payment", hold_expires_at=noon
    )
    payment(awaited, state="awaited", paid_at=None)
    return {
        "held": page_of(held),
        "pay: held": page_of(held, "pay/"),
        "owed": page_of(owed),
        "pay: owed": page_of(owed, "pay/"),
        "pay: nothing": page_of(paid.booking, "pay/"),
        "refunds": page_of(paid.booking),
        "awaited": page_of(awaited, "?paid=1"),
        "kept": page_of(kept.booking),
        "place": page_of(kept.booking, f"?ask=place{money}"),
        "back": page_of(kept.booking, f"?ask=back{money}"),
        "failed": page_of(gone("failed")),
        "stopped": page_of(gone("expired"), "?stopped=1"),
        "late": page_of(gone("awaited")),
        "home": "/portal/",
        "appointments": "/portal/appointments/",
        "payments": "/portal/payments/",
    }


def test_axe_finds_nothing_on_any_page_about_money(page: Page, alice: Client, vendors) -> None:
    found = {}
    for name, path in everything(alice).items():
        answer = page.goto(path)
        assert answer.status == 200, name
        found[name] = wrong(page, name)

    vendors.down("stripe")
    page.get_by_role("link", name="Go on to pay", exact=False).first.click()
    page.get_by_role("button", name=re.compile("^Go on to pay")).click()
    expect(page.get_by_text("The payment page does not answer just now.")).to_be_visible()
    found["pay: 503"] = wrong(page, "pay: 503")
    held = Booking.objects.get(status="pending_payment", payments=None)
    payment(held, state="open", paid_at=None, checkout_session_id="cs_test_1", payment_intent="")
    page.goto(f"/booking/{booking_token(held)}/?paid=1")
    expect(heading(page, "One moment, please")).to_be_visible()
    found["checking"] = wrong(page, "checking")
    assert {name: violations for name, violations in found.items() if violations} == {}
    assert len(found) == 18
