"""What axe can find on the pages of ours: nothing."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Stage
from content.domain.sharing import share_link
from practice_admin.domain.booking_links import booking_token
from practice_admin.domain.queries.diary import nearest_slots
from practice_admin.models import Practice, SessionType, StripeEvent
from tests.factories import (
    make_booking,
    make_client,
    make_note,
    make_session,
    make_session_type,
    open_every_day,
    therapist,
)
from tests.practice_admin.money.rows import dispute, payment, refund

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


@pytest.fixture
def alice(transactional_db):
    """A client with something on every page."""
    therapist()
    open_every_day()
    call = make_session_type("discovery", name="Discovery call")
    make_session(name="Session", words="Fifty minutes")
    client = make_client("alice@example.com", stage=Stage.ONGOING, name="Alice Example")
    now = timezone.now()
    make_booking(client, call, starts_at=now - timedelta(hours=1))
    make_note(client, "A word", signed_at=now)
    share_link(client=client, title="A link", url="https://example.com/", words="For you", now=now)
    return client


def violations_on(axe, paths: list[str], user=None) -> dict[str, dict[str, list[str]]]:
    """What axe finds, by page; pages on which it finds nothing are left out."""
    found = {path: axe(path, user) for path in paths}
    ours = {
        path: {rule: nodes for rule, nodes in wrong.items() if rule not in UNFOLDS_OWN} for path, wrong in found.items()
    }
    return {path: wrong for path, wrong in ours.items() if wrong}


def test_axe_finds_nothing_on_any_page_of_a_visitor(axe, alice) -> None:
    now, call = timezone.now(), SessionType.objects.get(slug="discovery")
    coming = f"/booking/{booking_token(make_booking(alice, call, starts_at=now + timedelta(days=3)))}/"
    free = nearest_slots(call, Practice.objects.get(), to=now, now=now)[0].starts_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    details = "/book/discovery/details/?start="
    paths = ["/", "/articles/", "/book/", "/book/discovery/", "/book/session/", "/sign-in/", "/sign-in/x/", "/nothing/"]
    paths += [f"{details}{free}", f"{details}2020-01-01T09:00:00Z"]
    paths += [f"{coming}{more}" for more in ("?new=1", "?ask=cancel", "join/")]
    assert violations_on(axe, paths) == {}


def test_axe_finds_nothing_on_any_page_of_a_client(axe, alice) -> None:
    paths = [f"/portal/{page}" for page in ("", "appointments/", "feed/", "messages/", "notifications/")]
    assert violations_on(axe, paths, alice.user) == {}


def test_axe_finds_nothing_on_any_page_of_the_therapist(axe, alice) -> None:
    record = f"/admin/clients/record/{alice.public_id}/"
    paths = ["/admin/", record, "/admin/clients/client/", "/admin/outbox/effect/"]
    assert violations_on(axe, paths, therapist()) == {}


def test_axe_finds_nothing_on_a_bookings_card_its_acts_and_booking_for_a_client(axe, alice) -> None:
    now, session = timezone.now(), SessionType.objects.get(slug="session")
    coming = nearest_slots(session, Practice.objects.get(), to=now + timedelta(days=3), now=now)[0].starts_at
    booking = make_booking(alice, session, starts_at=coming)
    begun = make_booking(alice, session, starts_at=now - timedelta(hours=3))
    card, book = f"/admin/bookings/{booking.public_id}/", f"/admin/clients/record/{alice.public_id}/book/"
    series = f"{book}session/series/?start={coming:%Y-%m-%dT%H:%M:%SZ}&every=1&count="
    paths = [card, *(f"{card}{act}/" for act in ("move", "cancel", "buffers", "came"))]
    paths += [f"/admin/bookings/{begun.public_id}/no-show/", "/admin/bookings/new/", book, f"{book}session/"]
    paths += [f"{series}3", f"{series}500", "/admin/practice_admin/booking/"]
    assert violations_on(axe, paths, therapist()) == {}


def test_axe_finds_nothing_on_the_pages_about_money(axe, alice) -> None:
    now, session = timezone.now(), SessionType.objects.get(slug="session")
    debt = make_booking(alice, session, starts_at=now - timedelta(days=2))
    paid, gone = (make_booking(alice, session, starts_at=now - timedelta(days=days)) for days in (3, 4))
    gone.status = "expired"
    gone.save(update_fields=["status"])
    failed = refund(payment(paid, paid_at=now), 700, state="failed", done_at=None, failed_at=now)
    dispute(failed.payment, 7000, answer_by=now + timedelta(days=5))
    kept = payment(gone, state="unplaced", paid_at=now)
    StripeEvent.objects.create(event_id="evt_1", kind="refund.failed", body="{}", state="failed", error="Stripe: down")
    card = f"/admin/bookings/{debt.public_id}/"
    paths = ["/admin/", card, *(f"{card}{act}/" for act in ("received", "pay-link"))]
    paths += [f"/admin/bookings/{paid.public_id}/", f"/admin/bookings/{paid.public_id}/refund/"]
    paths += [f"/admin/money/{page}" for page in ("", "events/", "stripe/", f"unplaced/{kept.public_id}/")]
    paths += [f"/admin/money/refunds/{failed.public_id}/again/", f"/admin/clients/{alice.public_id}/payments/"]
    paths += [f"/admin/clients/record/{alice.public_id}/", "/admin/practice_admin/practice/1/change/"]
    assert violations_on(axe, paths, therapist()) == {}
