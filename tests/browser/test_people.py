"""A client's stage, details and follow-ups in a real browser, and to axe's liking."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.domain.contact_log import log_contact
from clients.domain.details import Details, write_details
from clients.domain.follow_ups import plan_follow_up
from clients.models import Client, ContactEntry, FollowUp, Stage, StageChange
from content.domain.sharing import share_link
from practice_admin.domain.stages import move_stage
from practice_admin.models import Booking
from tests.browser.axe import Axe
from tests.browser.test_accessibility import UNFOLDS_OWN
from tests.browser.test_hours import at_her_desk
from tests.factories import make_booking, make_client, make_session, make_session_type, therapist

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["at_her_desk"]  # a fixture


@pytest.fixture
def alice(transactional_db) -> Client:
    """A client with something on every page about her."""
    now, her = timezone.now(), therapist()
    client = make_client("alice@example.com", name="Alice Almeida", stage="intake", phone="+351 912 345 678")
    make_session_type("discovery", name="Discovery call")
    session = make_session(name="Regular session")
    kept = {"preferred_name": "Ally", "pronouns": "she/her", "tags": ("Evening", "English")}
    safe = {"contact_words": "After six.", "emergency_name": "Rui", "emergency_phone": "+351 911 111 111"}
    person = {"name": "Alice Almeida", "phone": "+351 912 345 678", "time_zone": "Asia/Tokyo"}
    write_details(client=client, details=Details(**person, **kept, **safe, emergency_relation="her brother"))
    move_stage(client=client, to=Stage.ONGOING, actor=her, now=now, words="After the first session.")
    client.refresh_from_db()
    make_booking(client, session, starts_at=now + timedelta(days=3))
    make_booking(client, session, starts_at=now + timedelta(days=10))
    share_link(client=client, title="Breathing", url="https://example.com/", words="", now=now)
    today = timezone.localdate()
    plan_follow_up(client=client, line="Ask about the letter", due_on=today, today=today, actor=her, now=now)
    call = {"kind": ContactEntry.Kind.CALL_IN, "happened_at": now, "words": "She comes later."}
    log_contact(client=client, actor=her, now=now, **call)
    return client


def test_the_work_is_closed_with_a_session_cancelled_and_taken_up_again(at_her_desk, alice) -> None:
    page = at_her_desk(f"/admin/clients/record/{alice.public_id}/")
    page.get_by_role("link", name=re.compile("^Ongoing care")).click()
    page.get_by_role("link", name="Close the work").click()
    sessions = page.get_by_role("group", name=re.compile("Regular session"))
    sessions.first.get_by_label("Cancel, and waive").check()
    sessions.nth(1).get_by_label("Keep").check()
    page.get_by_label("Take it away").check()
    page.get_by_role("button", name="Close the work").click()
    expect(page.get_by_text("The work with Alice Almeida is closed. 1 session cancelled.")).to_be_visible()
    assert list(Booking.objects.values_list("status", flat=True)) == ["cancelled", "confirmed"]
    page.get_by_role("link", name=re.compile("^Closed")).click()
    page.get_by_label("Intake").check()
    page.get_by_role("button", name="Take it up again").click()
    expect(page.locator(".desk-timeline").get_by_text("Closed → Intake")).to_be_visible()
    alice.refresh_from_db()
    assert (alice.stage, alice.feed_taken_at) == (Stage.INTAKE, None)
    assert list(StageChange.objects.values_list("how", flat=True)) == ["reopened", "closed", "began"]


def test_a_follow_up_stands_on_today_on_its_day_and_is_done_from_there(at_her_desk, alice) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = at_her_desk("/admin/")
    needs = page.get_by_role("region", name=re.compile("Needs you"))
    needs.get_by_role("link", name=re.compile("^Open.*Alice Almeida")).click()
    page.get_by_label("Put off until").fill(tomorrow.isoformat())
    page.get_by_role("button", name=re.compile("^Put off.*the letter")).click()
    expect(page.get_by_text("Put off. It stands")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_text("Ask about the letter")).to_have_count(0)
    FollowUp.objects.update(due_on=timezone.localdate())  # the day has come
    page.goto("/admin/")
    needs.get_by_role("link", name=re.compile("^Open.*Alice Almeida")).click()
    page.get_by_role("button", name=re.compile("^Done.*the letter")).click()
    expect(page.get_by_text("Done. It is kept in the record.")).to_be_visible()
    assert FollowUp.objects.get().ending == "done"
    page.goto("/admin/")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(at_her_desk, alice, options) -> None:
    newcomer = make_client(name="Eva")
    one, other = f"/admin/clients/{alice.public_id}/", f"/admin/clients/{newcomer.public_id}/"
    paths = [f"{one}{page}/" for page in ("stage", "stage/close", "details", "follow-ups", "contacts")]
    paths += [f"{other}stage/", f"{other}stage/discovery/", "/admin/clients/add/", "/admin/clients/client/"]
    paths += [f"/admin/clients/record/{alice.public_id}/"]
    page = at_her_desk("/admin/", bypass_csp=True, **options)
    for path in paths:
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
        found = Axe().run(page).response["violations"]
        assert {one["id"]: one["nodes"][0]["html"] for one in found if one["id"] not in UNFOLDS_OWN} == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
