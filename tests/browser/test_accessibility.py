"""What axe can find on the pages of ours: nothing."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Browser
from django.utils import timezone

from clients.care.domain.notes import write_note
from clients.models import Stage
from content.domain.sharing import share_link
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.queries.diary import nearest_slots
from practice_admin.models import Practice
from tests.factories import make_booking, make_client, make_session, make_session_type, open_every_day, therapist

pytestmark = pytest.mark.django_db(transaction=True)

# Two regions of unfold's scroll library bear one name; the page is unfold's, not ours.
UNFOLDS_OWN = {"landmark-unique"}


@pytest.fixture
def axe(chromium, live_server):
    """Finds the violations of a page as somebody sees it: `axe(path, user)`, by rule and element."""
    context = chromium.new_context(base_url=live_server.url, bypass_csp=True)
    page, checker = context.new_page(), Axe()

    def violations(path: str, user=None) -> dict[str, list[str]]:
        context.clear_cookies()
        if user is not None:
            browser = Browser()
            browser.force_login(user)
            value = browser.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": value, "url": live_server.url}])
        page.goto(path)
        found = checker.run(page).response["violations"]
        return {one["id"]: [node["html"][:120] for node in one["nodes"]] for one in found}

    yield violations
    context.close()


def test_axe_finds_nothing_on_any_page_of_ours(axe) -> None:
    desk = therapist()
    open_every_day()
    call = make_session_type("discovery", name="Discovery call")
    make_session(name="Session", words="Fifty minutes")
    alice = make_client("alice@example.com", stage=Stage.ONGOING, name="Alice Example")
    now = timezone.now()
    coming = make_booking(alice, call, starts_at=now + timedelta(days=3))
    make_booking(alice, call, starts_at=now - timedelta(hours=1))
    write_note(client=alice, body="A word", now=now)
    share_link(client=alice, title="A link", url="https://example.com/", words="For you", now=now)
    free = nearest_slots(call, Practice.objects.get(), to=now, now=now)[0].starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    token = booking_token(coming)
    pages = {
        None: [
            "/",
            "/articles/",
            "/book/",
            "/book/discovery/",
            "/book/session/",
            f"/book/discovery/details/?start={free}",
            "/book/discovery/details/?start=2020-01-01T09:00:00Z",
            f"/booking/{token}/?new=1",
            f"/booking/{token}/?ask=cancel",
            f"/booking/{token}/join/",
            "/sign-in/",
            "/sign-in/x/",
            "/nothing/",
        ],
        alice.user: [
            "/portal/",
            "/portal/appointments/",
            "/portal/feed/",
            "/portal/messages/",
            "/portal/notifications/",
        ],
        desk: [
            "/admin/",
            f"/admin/clients/record/{alice.public_id}/",
            "/admin/clients/client/",
            "/admin/outbox/effect/",
        ],
    }
    found = {
        path: wrong
        for user, paths in pages.items()
        for path in paths
        if (wrong := {rule: nodes for rule, nodes in axe(path, user).items() if rule not in UNFOLDS_OWN})
    }
    assert found == {}
