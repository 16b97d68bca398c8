"""A time that is gone, a form that is not right, a limit, a locked door, a booking that is over: by hand and by axe."""

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client as Signed
from django.utils import timezone
from playwright.sync_api import Page, expect

from booking_public import limits
from clients.domain.rate_limits import seconds_to_wait
from clients.models import Stage
from practice_admin.domain.booking_links import booking_token, owner_tag
from practice_admin.models import Block, Booking, SessionType
from tests.browser.test_booking_by_hand import browsing, press, tab_to, write_details, wrong
from tests.factories import make_booking, make_client, make_session, make_session_type, open_every_day, therapist

pytestmark = pytest.mark.django_db(transaction=True)

DETAILS = "/book/discovery/details/"


@pytest.fixture(autouse=True)
def practice(transactional_db) -> None:
    therapist()
    open_every_day()
    make_session_type("discovery", name="Discovery call")
    make_session("session", name="Session")


@pytest.fixture
def in_a_week() -> datetime:
    return timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=7)


def details_of(starts_at: datetime) -> str:
    return f"{DETAILS}?start={quote(starts_at.isoformat())}"


def take(starts_at: datetime, **how) -> None:
    Block.objects.create(starts_at=starts_at, ends_at=starts_at + timedelta(**how or {"minutes": 20}))


@pytest.mark.rule("R5")
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_by_keyboard_a_time_that_was_just_taken_is_answered_and_the_nearest_one_booked(
    chromium, live_server, in_a_week, script: bool
) -> None:
    with browsing(chromium, live_server.url, java_script_enabled=script) as page:
        page.goto(details_of(in_a_week))
        write_details(page)
        take(in_a_week)
        press(page, "^Book this time$")
        expect(page.get_by_role("heading", name="That time is not free")).to_be_visible()
        expect(page.get_by_label("Your name")).to_have_value("Alice Example")
        assert not Booking.objects.exists()
        tab_to(page, "12:30$")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="You are booked")).to_be_visible()
    booking = Booking.objects.get()
    assert (booking.starts_at, booking.guest_name) == (in_a_week + timedelta(minutes=30), "Alice Example")


def submit(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail address").fill("alice@example.com")
    page.get_by_label("Your telephone number").fill("+351 912 345 678")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Book this time").click()


def test_axe_finds_nothing_where_a_booking_does_not_go_smoothly(chromium, live_server, in_a_week) -> None:
    found = {}
    with browsing(chromium, live_server.url, bypass_csp=True) as page:

        def look(name: str, heading: str) -> None:
            expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
            found[name] = wrong(page)

        page.goto(details_of(in_a_week))
        page.locator("form").evaluate_all("all => all.forEach(form => { form.noValidate = true })")
        submit(page, "https://example.com")
        look("422", "Your details")
        take(in_a_week)
        submit(page, "Alice Example")
        look("409 with what was typed", "That time is not free")
        take(timezone.now(), days=90)
        page.goto(details_of(in_a_week))
        look("409 with nothing close by", "That time is not free")
        Block.objects.all().delete()
        for status, path in ((400, f"{DETAILS}?start=tomorrow"), (403, "/book/session/")):
            assert page.goto(path).status == status
            look(str(status), "")
        for now in (timezone.now(), timezone.now() + timedelta(minutes=1)):
            while not seconds_to_wait(limits.BOOKING, who="127.0.0.1", now=now):
                pass
        page.goto(details_of(in_a_week))
        submit(page, "Alice Example")
        look("429", "Please wait a little")
    assert {name: violations for name, violations in found.items() if violations} == {}
    assert len(found) == 6
    assert not Booking.objects.exists()


def test_axe_finds_nothing_on_the_page_of_a_booking_whatever_became_of_it(chromium, live_server, in_a_week) -> None:
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    call, session = SessionType.objects.get(slug="discovery"), SessionType.objects.get(slug="session")
    mine = make_booking(bob, session, starts_at=in_a_week)
    guest = make_booking(bob, call, starts_at=in_a_week + timedelta(days=1), awaits_owner=True)
    address, found = f"/booking/{booking_token(mine)}/", {}
    states = {
        "held": {"status": "pending_payment", "hold_expires_at": in_a_week},
        "run out": {"status": "expired", "hold_expires_at": None},
        "called off late": {"status": "cancelled", "fee": "charged"},
        "missed": {"status": "no_show", "starts_at": timezone.now() - timedelta(hours=2), "ends_at": timezone.now()},
        "held and over": {"status": "completed", "fee": ""},
    }
    with browsing(chromium, live_server.url, bypass_csp=True) as page:
        page.goto(f"/booking/{booking_token(guest)}/?own={owner_tag(guest)}")
        expect(page.get_by_text("Was this you?")).to_be_visible()
        found["whose"] = wrong(page)
        for name, fields in states.items():
            Booking.objects.filter(pk=mine.pk).update(**fields)
            page.goto(address)
            found[name] = wrong(page)
        Booking.objects.filter(pk=guest.pk).update(awaits_owner=False)
        signed = Signed()
        signed.force_login(bob.user)
        value = signed.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page.goto(details_of(in_a_week + timedelta(days=2)))
        expect(page.get_by_role("heading", name="Nothing more to book just now")).to_be_visible()
        found["the limit"] = wrong(page)
        page.goto("/book/discovery/")
        found["the limit at the first screen"] = wrong(page)
    assert {name: violations for name, violations in found.items() if violations} == {}
    assert len(found) == len(states) + 3
