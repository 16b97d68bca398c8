"""A note written through a lost connection, a second window and a sign-out, in a real browser: nothing is lost."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.care.domain.messages import open_welcome_thread
from clients.care.domain.notes import amend_note, keep_private
from clients.care.models import Note
from tests.browser.axe import Axe
from tests.browser.test_accessibility import UNFOLDS_OWN
from tests.browser.test_hours import at_her_desk
from tests.factories import make_booking, make_client, make_note, make_session, therapist

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["at_her_desk"]  # a fixture


def words(page: Page):
    return page.get_by_label("Note", exact=True)


def unsent(page: Page) -> str:
    """All that this browser has stored of what was not sent."""
    ours = "Object.entries(localStorage).filter(([name]) => name.startsWith('threshold'))"
    return page.evaluate(f"JSON.stringify(Object.fromEntries({ours}))")


def is_kept(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"^Kept at \d\d:\d\d:\d\d$"))).to_be_visible()


def test_a_note_survives_a_lost_connection_a_second_window_and_a_sign_out(at_her_desk, transactional_db) -> None:
    alice = make_client(name="Alice Almeida", stage="ongoing")
    path = f"/admin/clients/{alice.public_id}/notes/{uuid4()}/"
    page = at_her_desk(path)
    context, home = page.context, page.url.partition("/admin/")[0]
    words(page).fill("Heights.")
    is_kept(page)
    assert Note.objects.get().body == "Heights."
    assert unsent(page) == "{}"  # wiped as soon as it was acknowledged

    context.set_offline(True)
    words(page).fill("Heights. Bridges.")
    expect(page.get_by_text("No connection.")).to_be_visible()
    assert path in unsent(page)
    assert "Bridges" not in unsent(page)  # what lies here is ciphertext
    assert Note.objects.get().body == "Heights."
    context.set_offline(False)
    is_kept(page)
    assert Note.objects.get().body == "Heights. Bridges."
    assert unsent(page) == "{}"

    second = context.new_page()
    second.goto(path)
    words(second).fill("Heights. Bridges. From the second window.")
    is_kept(second)
    words(page).fill("Heights. Bridges. From the first.")
    expect(page.get_by_text("Kept meanwhile in another window:")).to_be_visible()
    expect(page.locator("[data-other]")).to_have_text("Heights. Bridges. From the second window.")
    assert Note.objects.get().body == "Heights. Bridges. From the second window."
    page.get_by_role("button", name="Leave it").click()
    is_kept(page)
    assert Note.objects.get().body == "Heights. Bridges. From the first."
    second.close()

    context.clear_cookies()  # signed out, as after twelve hours
    words(page).fill("Heights. Bridges. Towers.")
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    page.goto("/sign-in/")  # the page is left, as by a closed lid
    assert path in unsent(page)
    assert "Towers" not in unsent(page)
    browser = Browser()
    browser.force_login(therapist())
    context.add_cookies([{"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": home}])
    page.goto("/admin/")
    page.get_by_role("link", name="Open it").click()
    expect(words(page)).to_have_value("Heights. Bridges. Towers.")
    is_kept(page)
    assert Note.objects.get().body == "Heights. Bridges. Towers."
    assert unsent(page) == "{}"
    page.get_by_role("button", name="Sign and lock").click()
    expect(page.get_by_role("heading", name="Amend it")).to_be_visible()
    assert Note.objects.get().is_locked
    assert unsent(page) == "{}"


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(at_her_desk, transactional_db, options) -> None:
    now, her = timezone.now(), therapist()
    alice = make_client(name="Alice Almeida", stage="ongoing")
    last = make_booking(alice, make_session(), starts_at=now - timedelta(days=7), status="completed")
    signed = make_note(alice, "Heights.\n\nPlan:\nA bridge", booking=last, signed_at=now - timedelta(days=7))
    amend_note(note=signed, reason="A date was wrong", body="It was May", actor=her, now=now)
    draft = make_note(alice, "Bridges")
    keep_private(client=alice, body="Mine", known_version=0, now=now)
    open_welcome_thread(client=alice, text="Welcome. https://example.com/", now=now)
    own = f"/admin/clients/{alice.public_id}/"
    paths = [f"{own}notes/{draft.public_id}/", f"{own}notes/{signed.public_id}/", f"{own}private/", "/admin/notes/"]
    paths += [f"/admin/clients/record/{alice.public_id}/", f"{own}messages/", "/admin/messages/", "/admin/"]
    page = at_her_desk("/admin/", bypass_csp=True, **options)
    for path in paths:
        page.goto(path)
        found = Axe().run(page).response["violations"]
        assert {one["id"]: one["nodes"][0]["html"] for one in found if one["id"] not in UNFOLDS_OWN} == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path
