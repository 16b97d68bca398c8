"""The main job from the first page to the last, in a real browser, with the real worker running.

Time passes by moving what is in the database; nothing else is done behind the people's backs.
"""

import re
from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.care.models import Note, Thread
from clients.models import Client, Stage
from integrations.outbox.models import Effect
from integrations.sandbox import google_account, google_events, store
from practice_admin.models import Booking, CalendarConnection
from tests.factories import make_session, make_session_type, open_every_day, therapist
from tests.worker import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R1"), pytest.mark.rule("R12")]

PRIVATE = "He speaks of his brother for the first time."


@pytest.fixture(autouse=True)
def practice(vendors):
    therapist()
    open_every_day(time(8), time(20))
    make_session_type("discovery", name="Discovery call", minimum_notice_minutes=12 * 60)
    make_session("intake", name="First session", opens_at_stage=Stage.INTAKE, duration_minutes=80, price_minor=12000)
    CalendarConnection.objects.create(refresh_token=google_account.SAMPLE_REFRESH_TOKEN)


def sign_in(page: Page, vendors, email: str) -> None:
    """By the mail's link, as people do."""
    sent = len(vendors.mails(email))
    page.goto("/sign-in/")
    page.get_by_label("e-mail").fill(email)
    page.get_by_role("button", name=re.compile("link", re.I)).click()
    until(lambda: len(vendors.mails(email)) > sent)
    page.goto(vendors.link(email, "/sign-in/"))
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url(re.compile("/(portal|admin)/"))


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def choose_first_time(page: Page) -> None:
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Continue").click()


def visitor_books_a_call(page: Page) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=re.compile("book", re.I)).first.click()
    expect(page.get_by_text("Not open yet")).to_be_visible()
    page.get_by_role("link", name="Choose a time for: Discovery call").click()
    choose_first_time(page)
    page.get_by_label("Your name").fill("Alice Example")
    page.get_by_label("Your e-mail address").fill("alice@example.com")
    page.get_by_label("Your telephone number").fill("+351 912 345 678")
    page.get_by_label(re.compile("What brings you")).fill("I do not sleep")
    page.get_by_label(re.compile("I agree")).check()
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()


def effects_are_done(booking: Booking) -> bool:
    return Effect.objects.filter(subject=booking.subject, state="done").count() == 5


def therapist_closes_the_call(page: Page, vendors) -> None:
    sign_in(page, vendors, "therapist@example.com")
    news = page.locator("section", has_text="New since you last looked")
    expect(news.get_by_text("Alice Example")).to_be_visible()
    call = Booking.objects.get()
    began = timezone.now() - timedelta(minutes=30)
    Booking.objects.filter(pk=call.pk).update(starts_at=began, ends_at=began + timedelta(minutes=20))
    page.goto(f"/admin/bookings/{call.public_id}/close/")
    page.get_by_label(re.compile("We go on together")).check()
    page.get_by_role("button", name="Close the call").click()
    client = Client.objects.get()
    assert client.stage == Stage.INTAKE
    assert client.discovery_completed_at is not None


def client_pays_for_a_session(page: Page, vendors) -> Booking:
    sign_in(page, vendors, "alice@example.com")
    page.goto("/book/intake/")
    choose_first_time(page)
    expect(page.get_by_label(re.compile("I agree"))).to_have_count(0)  # she agreed when she booked the call
    page.get_by_role("button", name="Go on to payment, €120").click()
    page.wait_for_url(re.compile("/sandbox/stripe/pay/"))
    held = Booking.objects.get(session_type__slug="intake")
    assert held.status == Booking.Status.PENDING_PAYMENT
    page.get_by_role("button", name=re.compile("^Pay", re.I)).click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    expect(page.get_by_text("We received €120")).to_be_visible()
    until(lambda: effects_are_done(held))
    held.refresh_from_db()
    assert held.status == Booking.Status.CONFIRMED
    return held


def therapist_writes_and_shares(page: Page, vendors) -> None:
    sign_in(page, vendors, "therapist@example.com")
    page.goto(f"/admin/clients/record/{Client.objects.get().public_id}/")
    page.locator("#note").get_by_role("link", name=re.compile("^Note on")).click()  # on the call, which has none yet
    page.get_by_label("Note", exact=True).fill(PRIVATE)
    page.get_by_role("button", name="Keep draft").click()
    expect(page.get_by_text("Your draft is kept.")).to_be_visible()
    page.goto(f"/admin/clients/record/{Client.objects.get().public_id}/")
    expect(page.get_by_text(PRIVATE)).to_be_visible()
    page.locator("#share").get_by_label(re.compile("title", re.I)).fill("A breathing exercise")
    page.locator("#share").get_by_label(re.compile("link|address", re.I)).fill("https://example.com/breathe")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("A breathing exercise").first).to_be_visible()
    assert Note.objects.get().body == PRIVATE


def therapist_publishes_an_article(page: Page) -> None:
    page.goto("/cms/")
    from wagtail.models import Page as WagtailPage

    index = WagtailPage.objects.get(slug="articles")
    page.goto(f"/cms/pages/add/pages/articlepage/{index.pk}/")
    page.locator("[name=title]").fill("On sleeping badly")
    page.locator("[name=intro]").fill("Nights are long.")
    page.locator("#id_slug").evaluate("field => { field.value = 'on-sleeping-badly' }")
    with page.expect_navigation():
        page.locator("[name=action-publish]").evaluate("button => button.click()")
    expect(page.get_by_text(re.compile("published", re.I)).first).to_be_visible()


def test_from_the_first_page_to_the_last(page: Page, vendors, worker) -> None:
    visitor_books_a_call(page)
    call = Booking.objects.get()
    until(lambda: effects_are_done(call))
    assert [mail.subject for mail in vendors.mails("alice@example.com")] == ["You are booked"]
    assert len(store.all(google_events.KIND)) == 1

    sign_in(page, vendors, "alice@example.com")
    assert page.goto("/book/intake/").status == 403
    sign_out(page)

    therapist_closes_the_call(page, vendors)
    sign_out(page)

    client_pays_for_a_session(page, vendors)
    assert Thread.objects.count() == 1
    assert Thread.objects.get().messages.count() == 1
    sign_out(page)

    therapist_writes_and_shares(page, vendors)
    therapist_publishes_an_article(page)
    sign_out(page)

    sign_in(page, vendors, "alice@example.com")
    page.goto("/portal/feed/")
    expect(page.get_by_role("heading", name="A breathing exercise")).to_be_visible()
    for address in (
        "/portal/",
        "/portal/appointments/",
        "/portal/feed/",
        "/portal/messages/",
        "/portal/notifications/",
    ):
        assert PRIVATE not in page.goto(address).text()
    sign_out(page)

    page.goto("/articles/")
    page.get_by_role("link", name=re.compile("On sleeping badly")).click()
    expect(page).to_have_url(re.compile("/articles/on-sleeping-badly/"))
    expect(page.get_by_role("heading", name="On sleeping badly")).to_be_visible()


def test_without_javascript_up_to_the_booking(chromium, live_server, vendors) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    try:
        visitor_books_a_call(context.new_page())
    finally:
        context.close()
    booking = Booking.objects.get()
    assert booking.status == Booking.Status.CONFIRMED
    assert booking.client.user.email == "alice@example.com"
