"""A whole booking, moved and cancelled: by keyboard alone, and without JavaScript. And what axe finds: nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from clients.models import Stage
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Block, Booking, Practice, SessionType, WeeklyHours
from tests.browser.axe import Axe
from tests.factories import make_booking, make_client, make_session_type, open_every_day, therapist

pytestmark = pytest.mark.django_db(transaction=True)

NAME_OF_FOCUS = """() => {
    const one = document.activeElement;
    const label = one.labels?.[0]?.textContent ?? "";
    return (label || one.textContent).replace(/\\s+/g, " ").trim();
}"""


@pytest.fixture(autouse=True)
def practice(transactional_db) -> None:
    therapist()
    open_every_day()
    make_session_type("discovery", name="Discovery call", minimum_notice_minutes=60)
    Practice.objects.update(cancellation_notice_hours=0)


@contextmanager
def browsing(chromium: Browser, url: str, **how) -> Iterator[Page]:
    context = chromium.new_context(base_url=url, **how)
    context.set_default_timeout(10_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until what bears this name has the focus."""
    heard = []
    for _ in range(most):
        page.keyboard.press("Tab")
        heard.append(page.evaluate(NAME_OF_FOCUS))
        if re.search(name, heard[-1]):
            return
    raise AssertionError(f"{name} is not reached by Tab: {heard}")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def go_on(page: Page, name: str, to: str) -> None:
    """Press what bears this name; the next page has this heading."""
    press(page, name)
    expect(page.get_by_role("heading", name=to)).to_be_visible()


def choose(page: Page, time: str) -> None:
    """Past the other days to the times, the first of which is free."""
    press(page, "^To the times$")
    tab_to(page, time, most=3)
    page.keyboard.press("Space")


def write_details(page: Page) -> None:
    for field, text in (("name", "Alice Example"), ("e-mail", "alice@example.com"), ("telephone", "+351 912 345 678")):
        tab_to(page, f"^Your {field}", most=30)
        page.keyboard.type(text)
    tab_to(page, "^I agree")
    page.keyboard.press("Space")


def focused_id(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_by_keyboard_alone_a_call_is_booked_moved_and_cancelled(chromium, live_server) -> None:
    phone = {"width": 390, "height": 700}
    with browsing(chromium, live_server.url, timezone_id="Asia/Tehran", viewport=phone) as page:
        page.goto("/book/discovery/")
        expect(page.get_by_text("Tehran time (UTC+3:30)", exact=True)).to_be_visible()
        this_month = page.locator("#month").inner_text()
        press(page, "^→ ?Later")
        expect(page.locator("#month")).not_to_have_text(this_month)
        expect(page.get_by_role("status")).to_contain_text("free times, Tehran time")
        assert focused_id(page) == "later"
        page.go_back()
        expect(page.locator("#month")).to_have_text(this_month)
        press(page, "^→ ?Later")
        day = page.get_by_role("link", name=re.compile("^[A-Z][a-z]+ 23 .* free times"))
        tab_to(page, "^[A-Z][a-z]+ 23 .* free times")
        looked_at = page.evaluate("scrollY")
        page.keyboard.press("Enter")
        expect(day).to_have_attribute("aria-current", "true")
        assert focused_id(page) == day.get_attribute("id")
        assert page.evaluate("scrollY") == looked_at
        choose(page, "^[0-9:]{5}$")
        go_on(page, "^Continue$", "Your details")
        write_details(page)
        go_on(page, "^Book this time$", "You are booked")
        first = Booking.objects.get()
        assert first.starts_at.day == 23

        go_on(page, "^Choose another time$", "Choose another time")
        choose(page, "^[0-9:]{5}$")
        go_on(page, "^Move it here$", "It is moved")
        assert Booking.objects.get().starts_at != first.starts_at

        go_on(page, "^Cancel this booking$", "Cancel this booking?")
        go_on(page, "^Yes, cancel it$", "This booking is cancelled")
    assert Booking.objects.get().status == Booking.Status.CANCELLED


def test_without_javascript_a_call_is_booked_moved_and_cancelled(chromium, live_server) -> None:
    with browsing(chromium, live_server.url, java_script_enabled=False) as page:
        page.goto("/book/discovery/")
        page.get_by_role("link", name=re.compile("^Later")).click()
        page.get_by_role("link", name=re.compile("free time")).last.click()
        page.get_by_text("Change the time zone").click()
        page.get_by_label("Your time zone").select_option("Asia/Kathmandu")
        page.get_by_role("button", name="Show times").click()
        expect(page.get_by_text("Kathmandu time (UTC+5:45)", exact=True)).to_be_visible()
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Your name").fill("Alice Example")
        page.get_by_label("Your e-mail address").fill("alice@example.com")
        page.get_by_label("Your telephone number").fill("+351 912 345 678")
        page.get_by_label(re.compile("I agree")).check()
        page.get_by_role("button", name="Book this time").click()
        expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
        first = Booking.objects.get()
        assert first.time_zone == "Asia/Kathmandu"

        page.get_by_role("link", name="Choose another time").click()
        page.get_by_role("link", name=re.compile("^Next free")).click()
        page.get_by_role("button", name="Move it here").click()  # it is chosen already
        expect(page.get_by_role("heading", name="It is moved")).to_be_visible()
        assert Booking.objects.get().starts_at < first.starts_at

        page.get_by_role("link", name="Cancel this booking").click()
        page.get_by_role("button", name="Yes, cancel it").click()
        expect(page.get_by_role("heading", name="This booking is cancelled")).to_be_visible()
    assert Booking.objects.get().status == Booking.Status.CANCELLED


def test_a_time_that_was_chosen_stays_chosen_when_the_zone_is_changed(chromium, live_server) -> None:
    with browsing(chromium, live_server.url) as page:
        page.goto("/book/discovery/?tz=Europe/Lisbon")
        page.locator(".slot").last.click()
        chosen = page.locator("input:checked").get_attribute("value")
        page.get_by_text("Change the time zone").click()
        page.get_by_label("Your time zone").select_option("Pacific/Auckland")
        page.get_by_role("button", name="Show times").click()
        expect(page.get_by_text(re.compile("Auckland time"))).to_have_count(2)  # as is announced
        expect(page.locator("#zone-change")).to_be_focused()  # once the swap has settled
        again = page.locator("input:checked").get_attribute("value")
        assert page.evaluate("([one, other]) => Date.parse(one) === Date.parse(other)", [chosen, again])


def wrong(page: Page) -> dict[str, list[str]]:
    """What axe finds in light and in dark, by scheme and rule, and the elements."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for one in Axe().run(page).response["violations"]:
            found[f"{scheme}: {one['id']}"] = [node["html"][:120] for node in one["nodes"]]
    return found


def test_axe_finds_nothing_on_any_page_of_a_booking(chromium, live_server) -> None:
    call, bob = SessionType.objects.get(), make_client("bob@example.com", stage=Stage.ONGOING)
    in_a_week = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=7)
    coming = make_booking(bob, call, starts_at=in_a_week)
    address = f"/booking/{booking_token(coming)}/"
    taken = f"/book/discovery/details/?start={quote(in_a_week.isoformat())}"
    found = {}
    with browsing(chromium, live_server.url, bypass_csp=True) as page:
        for path in ("/book/discovery/", taken, f"{address}?new=1", f"{address}?ask=move", f"{address}?ask=cancel"):
            page.goto(path)
            found[path] = wrong(page)

        page.goto(f"{address}?ask=move")
        page.locator(".slot").first.click()
        chosen = page.locator("input:checked").get_attribute("value")
        Block.objects.create(starts_at=chosen, ends_at=in_a_week - timedelta(days=6))
        page.get_by_role("button", name="Move it here").click()
        found["move: 409"] = wrong(page)
        page.locator(".nearest button").first.click()
        found["moved"] = wrong(page)

        Booking.objects.update(awaits_new_time=True)
        page.goto(address)
        found["offered anew"] = wrong(page)
        Booking.objects.update(status="cancelled")
        page.goto(address)
        found["cancelled"] = wrong(page)
        Block.objects.create(starts_at=timezone.now(), ends_at=timezone.now() + timedelta(days=45))
        page.goto(f"/book/discovery/?month={timezone.now():%Y-%m}")
        found["an empty month"] = wrong(page)
        WeeklyHours.objects.all().delete()
        page.goto("/book/discovery/")
        found["nothing at all"] = wrong(page)
    assert {name: violations for name, violations in found.items() if violations} == {}
    assert len(found) == 11
