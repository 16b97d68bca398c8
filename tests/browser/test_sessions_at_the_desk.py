"""At the desk in a real browser: a session moved, a series with a conflict booked, a session cancelled with charge."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.models import Stage
from practice_admin.models import Booking, RuleOverride
from tests.browser.axe import Axe
from tests.browser.test_accessibility import UNFOLDS_OWN
from tests.browser.test_booking_by_hand import go_on, press, tab_to
from tests.factories import make_booking, make_client, make_session, open_every_day, therapist

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_her_desk(chromium, live_server, transactional_db) -> Iterator:
    """Opens a page as the therapist: `at_her_desk("/admin/", java_script_enabled=False)`."""
    contexts = []

    def open_page(path: str, **options) -> Page:
        browser = Browser()
        browser.force_login(therapist())
        cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": live_server.url}
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        context.add_cookies([cookie])
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def booking(transactional_db) -> Booking:
    """Oscar's, in a week at noon; in the second week after it Bea has the hour."""
    open_every_day()
    kind = make_session(name="Session", step_minutes=60)
    noon = (timezone.now() + timedelta(days=7)).replace(hour=12, minute=0, second=0, microsecond=0)
    make_booking(
        make_client(name="Bea Brandt", stage=Stage.ONGOING), kind, starts_at=noon + timedelta(weeks=2, hours=1)
    )
    return make_booking(make_client(name="Oscar Nunes", stage=Stage.ONGOING), kind, starts_at=noon)


def wrong(page: Page) -> dict[str, str]:
    found = Axe().run(page).response["violations"]
    return {one["id"]: one["nodes"][0]["html"] for one in found if one["id"] not in UNFOLDS_OWN}


def test_a_session_is_moved_a_series_with_a_conflict_booked_and_a_session_cancelled(at_her_desk, booking) -> None:
    page = at_her_desk(f"/admin/bookings/{booking.public_id}/", bypass_csp=True)
    go_on(page, "^Move$", "Move this session")

    # Beyond the hours, by keyboard: the date that is typed chooses itself, and the page asks why.
    late = booking.starts_at + timedelta(hours=9)
    page.get_by_label("Date", exact=True).fill(f"{late:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill("21:00")
    expect(page.get_by_label("The date and time that I type")).to_be_checked()
    press(page, "^Move it there$")
    expect(page.get_by_role("alert")).to_contain_text("is not one of the times that are offered")
    assert wrong(page) == {}
    page.get_by_label("Why all the same").focus()
    page.keyboard.type("He works by day")
    press(page, "^Move it there all the same$")
    expect(page.get_by_text("Oscar Nunes is told by mail.")).to_be_visible()
    booking.refresh_from_db()
    assert booking.starts_at == late
    assert RuleOverride.objects.get().reason == "He works by day"

    # A series from one o'clock on, the third of which Bea has.
    go_on(page, "^Book another$", "Which kind of session?")
    go_on(page, "^Session$", "Session")
    first = booking.starts_at.replace(hour=13)
    page.get_by_label("Date", exact=True).fill(f"{first:%Y-%m-%d}")
    page.get_by_label("Time", exact=True).fill("13:00")
    page.get_by_label("Every week", exact=True).check()
    page.get_by_label("How many sessions").fill("4")
    press(page, "^Book$")
    expect(page.get_by_text("1 of them cannot be had just like that")).to_be_visible()
    press(page, "^Book the series$")
    expect(page.get_by_text("Please choose a time for this one, or leave it out.")).to_be_visible()
    assert wrong(page) == {}
    assert Booking.objects.filter(client=booking.client).count() == 1
    third = page.get_by_role("group", name="What becomes of").nth(2)
    third.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    press(page, "^Book the series$")
    expect(page.get_by_text("4 sessions are booked for Oscar Nunes")).to_be_visible()
    assert Booking.objects.filter(client=booking.client, booked_by="therapist").count() == 4

    page.goto(f"/admin/bookings/{booking.public_id}/")
    go_on(page, "^Cancel$", "Cancel this session")
    tab_to(page, "^The client")
    page.keyboard.press("Space")
    expect(page.get_by_label("Nothing is charged")).to_be_checked()
    press(page, "^Cancel the session$")
    expect(page.get_by_text("The fee is waived.")).to_be_visible()
    booking.refresh_from_db()
    assert (booking.status, booking.cancelled_by, booking.fee) == ("cancelled", "client", "waived")


def test_without_a_script_a_time_is_found_in_later_days_and_taken(at_her_desk, booking) -> None:
    narrow = {"width": 390, "height": 844}
    page = at_her_desk(f"/admin/bookings/{booking.public_id}/move/", java_script_enabled=False, viewport=narrow)
    page.get_by_role("link", name="Later").click()
    expect(page.get_by_role("heading", name="Move this session")).to_be_visible()
    page.locator(".times__day .time-chip").last.click()
    page.get_by_role("button", name="Move it there").click()
    expect(page.get_by_text("is told by mail.")).to_be_visible()
    moved = Booking.objects.get(pk=booking.pk)
    assert timedelta(days=7) <= moved.starts_at - booking.starts_at < timedelta(days=15)
    assert not RuleOverride.objects.exists()


def test_other_days_are_swapped_in_and_what_was_typed_stays(at_her_desk, booking) -> None:
    page = at_her_desk(f"/admin/bookings/{booking.public_id}/move/")
    page.get_by_label("Without buffers before and after it").check()
    before = page.locator(".times__date").first.inner_text()
    page.get_by_role("link", name="Later").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".times__date").first).not_to_have_text(before)
    expect(page.get_by_label("Without buffers before and after it")).to_be_checked()
    expect(page.get_by_role("link", name="Later")).to_be_focused()
    assert Booking.objects.get(pk=booking.pk).version == 1
