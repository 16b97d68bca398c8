"""Her hours in a real browser: by keyboard, without a script, and to axe's liking."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import Page, expect

from practice_admin.models import Block, HoursOverride, WeeklyHours
from tests.browser.axe import Axe
from tests.browser.test_accessibility import UNFOLDS_OWN
from tests.factories import make_booking, make_session_type, therapist

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_her_desk(chromium, live_server, transactional_db) -> Iterator:
    """Opens the page as the therapist: `at_her_desk(java_script_enabled=False)`."""
    contexts = []

    def open_page(path: str = "/admin/hours/", **options) -> Page:
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
def monday(transactional_db) -> WeeklyHours:
    return WeeklyHours.objects.create(weekday=0, opens_at=time(9), closes_at=time(13))


def week() -> list[str]:
    return [str(row) for row in WeeklyHours.objects.all()]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_span_is_added_and_another_taken_away_by_keyboard_alone(at_her_desk, monday) -> None:
    page = at_her_desk()
    page.get_by_text("Change the week").focus()
    press(page, "Enter")
    page.get_by_role("button", name="Add hours on Saturday").focus()
    press(page, "Enter")
    expect(page.get_by_role("group", name="Hours on Saturday").get_by_label("Opens")).to_be_focused()
    page.locator(":focus").fill("10:00")
    page.get_by_role("group", name="Hours on Saturday").get_by_label("Closes").fill("11:00")
    page.get_by_role("group", name="Hours on Monday").get_by_role("button", name="Remove").focus()
    press(page, "Enter")
    expect(page.get_by_role("button", name="Add hours on Monday")).to_be_focused()
    page.get_by_role("button", name="Save the week").focus()
    press(page, "Enter")
    expect(page.get_by_text("Your week is saved.")).to_be_visible()
    assert week() == ["Saturday 10:00 to 11:00"]


def test_a_new_span_can_be_limited_and_says_so_at_once(at_her_desk, monday) -> None:
    call = make_session_type(name="Discovery call")
    page = at_her_desk()
    page.get_by_text("Change the week").click()
    page.get_by_role("button", name="Add hours on Monday").click()
    span = page.get_by_role("group", name="Hours on Monday").nth(1)
    span.get_by_label("Opens").fill("14:00")
    span.get_by_label("Closes").fill("15:00")
    span.get_by_text("For all sessions").click()
    span.get_by_label("Discovery call").check()
    expect(span.get_by_text("Only Discovery call")).to_be_visible()
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_text("Your week is saved.")).to_be_visible()
    assert week() == ["Monday 09:00 to 13:00", "Monday 14:00 to 15:00"]
    assert list(WeeklyHours.objects.get(opens_at=time(14)).session_types.all()) == [call]


def test_without_a_script_spans_are_added_and_taken_away_and_time_taken_off(at_her_desk, monday) -> None:
    page = at_her_desk(java_script_enabled=False)
    page.get_by_text("Change the week").click()
    page.get_by_role("group", name="Hours on Monday").first.get_by_label("Remove").check()
    spare = page.get_by_role("group", name="Hours on Friday")
    spare.get_by_label("Opens").fill("10:00")
    spare.get_by_label("Closes").fill("09:00")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_text("It has to close after it opens.")).to_be_visible()
    assert week() == ["Monday 09:00 to 13:00"]
    page.get_by_role("group", name="Hours on Friday").get_by_label("Closes").fill("12:00")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_text("Your week is saved.")).to_be_visible()
    assert week() == ["Friday 10:00 to 12:00"]
    page.get_by_role("link", name="Tomorrow off").click()
    page.get_by_role("button", name="Take it off").click()
    expect(page.get_by_text("Taken off:")).to_be_visible()
    assert Block.objects.count() == 1


def test_leaving_with_a_changed_week_is_asked_about(at_her_desk, monday) -> None:
    page = at_her_desk()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_text("Change the week").click()
    page.get_by_role("group", name="Hours on Monday").get_by_role("button", name="Remove").click()
    page.evaluate("location.assign('/admin/')")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/admin/hours/")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(at_her_desk, monday, options) -> None:
    now = timezone.now()
    monday.session_types.add(make_session_type(name="Discovery call", colour="ochre"))
    booking = make_booking(starts_at=now + timedelta(days=2))
    HoursOverride.objects.create(on=(now + timedelta(days=5)).date())
    Block.objects.create(starts_at=booking.starts_at, ends_at=booking.ends_at)
    Block.objects.create(starts_at=booking.starts_at, ends_at=booking.ends_at, source="google")
    page = at_her_desk("/admin/", bypass_csp=True, **options)
    for path in ("/admin/hours/", f"/admin/hours/?date={now:%Y-%m-%d}", "/admin/hours/time-off/?off=next-week"):
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found = Axe().run(page).response["violations"]
        assert {one["id"]: one["nodes"][0]["html"] for one in found if one["id"] not in UNFOLDS_OWN} == {}, path
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
