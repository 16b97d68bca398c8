"""Her calendar in a real browser: connected, a personal event takes its slot away, a booking stands in it, let go."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import Page, expect

from integrations.outbox.operations import run_due
from integrations.sandbox import google_events
from practice_admin.domain.queries.diary import nearest_slots
from practice_admin.domain.session_events import owe_sessions
from practice_admin.handlers.calendar_pull import pull
from practice_admin.models import Block, Booking, CalendarConnection, Practice, SessionType
from tests.browser.axe import Axe
from tests.browser.test_accessibility import UNFOLDS_OWN
from tests.contracts.google_door import lay
from tests.factories import make_booking, make_client, make_session_type, open_every_day, therapist
from tests.practice_admin.calendar_door import HER_OWN, connected, drag, event_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R13"), pytest.mark.rule("R14")]

HOUR = timedelta(hours=1)


@pytest.fixture
def at_her_desk(chromium, live_server, vendors) -> Iterator[Any]:
    """Opens a page as the therapist."""
    contexts = []

    def open_page(path: str, **options: Any) -> Page:
        browser = Browser()
        browser.force_login(therapist())
        cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": live_server.url}
        context = chromium.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        context.add_cookies([cookie])
        contexts.append(context)
        page: Page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def visitor_books(page: Page) -> Booking:
    page.goto("/book/discovery/")
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Your name").fill("Alice Maria Example")
    page.get_by_label("Your e-mail address").fill("alice@example.com")
    page.get_by_label("Your telephone number").fill("+351 912 345 678")
    page.get_by_label(re.compile("I agree")).check()
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    return Booking.objects.get()


def test_connect_lose_a_slot_book_see_the_event_and_let_go(at_her_desk, page, vendors) -> None:
    open_every_day()
    kind: SessionType = make_session_type("discovery", name="Discovery call", place="meet", minimum_notice_minutes=60)
    hers = at_her_desk("/admin/calendar/")
    hers.get_by_role("button", name="Connect Google Calendar").click()
    hers.get_by_role("button", name="Allow").click()
    expect(hers.get_by_text(f"{HER_OWN} is connected")).to_be_visible()
    run_due(timezone.now())

    now = timezone.now()
    first = nearest_slots(kind, Practice.objects.get(), to=now, now=now)[0]
    page.goto("/book/discovery/")
    before = page.locator(".slot input").first.get_attribute("value")
    lay(first.starts_at, first.starts_at + HOUR, summary="Dentist")
    hers.get_by_role("button", name="Read it now").click()
    expect(hers.get_by_text("Your calendar is read in a moment")).to_be_visible()
    run_due(timezone.now())
    page.goto("/book/discovery/")
    assert page.locator(".slot input").first.get_attribute("value") != before

    booking = visitor_books(page)
    assert booking.starts_at >= first.starts_at + HOUR
    run_due(timezone.now())
    booking.refresh_from_db()
    event = event_of(booking)
    assert event["summary"] == "A. M. E."
    assert booking.meet_url == event["hangoutLink"]
    hers.goto(f"/sandbox/google/calendar/?week={booking.starts_at:%Y-%m-%d}")
    expect(hers.get_by_text("A. M. E.").first).to_be_visible()
    expect(hers.get_by_text("Dentist").first).to_be_visible()

    hers.goto("/admin/calendar/")
    hers.get_by_role("link", name="Disconnect").click()
    hers.get_by_role("button", name="Disconnect").click()
    expect(hers.get_by_role("heading", name="No calendar is connected")).to_be_visible()
    assert not Block.objects.exists()
    assert event_of(booking)


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(at_her_desk, options) -> None:
    open_every_day()
    now = timezone.now()
    starts_at = (now + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    kind = make_session_type(name="Discovery call", place="room")
    moved = make_booking(make_client(name="Alice Example"), kind, starts_at=starts_at)
    beneath = make_booking(make_client(name="Bob Example"), kind, starts_at=starts_at + timedelta(days=1))
    paths = ["/admin/calendar/"]
    look(at_her_desk, paths, options)
    connected()
    lay(beneath.starts_at, beneath.starts_at + HOUR, summary="A rather long title of a personal event")
    google_events.lay({"id": "absurd00", "summary": "Absurd", "start": {}, "end": {}})
    pull()
    with transaction.atomic():
        owe_sessions(now=now)
    run_due(timezone.now())
    drag(moved, moved.starts_at + HOUR, moved.ends_at + HOUR)
    pull()
    paths += ["/admin/", "/admin/calendar/disconnect/", f"/admin/calendar/sessions/{moved.public_id}/move/"]
    CalendarConnection.objects.update(last_error="Google Calendar: refused with 403", good_at=now - timedelta(days=2))
    look(at_her_desk, paths, options)
    CalendarConnection.objects.update(state="revoked")
    look(at_her_desk, ["/admin/calendar/", "/admin/"], options)


def look(at_her_desk, paths: list[str], options: dict[str, Any]) -> None:
    for path in paths:
        page = at_her_desk(path, bypass_csp=True, **options)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        import os

        if os.environ.get("SHOTS"):
            name = path.strip("/").replace("/", "_")[:40]
            page.screenshot(
                path=f"{os.environ['SHOTS']}/{name}_{len(paths)}_{page.viewport_size['width']}.png", full_page=True
            )
        found = Axe().run(page).response["violations"]
        assert {one["id"]: one["nodes"][0]["html"] for one in found if one["id"] not in UNFOLDS_OWN} == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
