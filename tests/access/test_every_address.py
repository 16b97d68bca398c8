"""Who gets what at every address of the project (R15, R16). A new address without a row here fails the suite."""

from dataclasses import dataclass

import pytest
from django.test import Client as Browser

from clients.models import Client, Stage
from content.domain.sharing import share_link
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking
from tests.access.addresses import addresses
from tests.factories import NOW, make_booking, make_client, make_session_type, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R16")]

OK, SIGN_IN, NOBODY, REFUSED, METHOD = 200, 303, 404, 403, 405
EVERYONE = (OK, OK, OK, OK)
PORTAL = (SIGN_IN, OK, OK, NOBODY)
# pattern: what GET answers to a visitor, to Alice (whose things these are), to Bob (another client), to the therapist
TABLE: dict[str, tuple[int, int, int, int]] = {
    "healthz": EVERYONE,
    "readyz": (503, 503, 503, 503),  # no worker runs in this test
    "sign-in/": EVERYONE,
    "sign-in/<str:token>/": EVERYONE,  # a button; what the link is worth is found out by pressing it
    "sign-out/": (METHOD,) * 4,
    "portal/": PORTAL,
    "portal/appointments/": PORTAL,
    "portal/feed/": PORTAL,
    "portal/feed/<uuid:public_id>/": (SIGN_IN, 302, NOBODY, NOBODY),
    "portal/messages/": PORTAL,
    "portal/payments/": PORTAL,
    "portal/notifications/": PORTAL,
    "book/": EVERYONE,
    "book/<slug:slug>/": EVERYONE,
    "book/<slug:slug>/slots/": EVERYONE,
    "book/<slug:slug>/details/": (400,) * 4,  # without a time
    "booking/<str:token>/": EVERYONE,  # whoever holds the token
    "booking/<str:token>/calendar.ics": EVERYONE,
    "booking/<str:token>/join/": EVERYONE,
    "booking/<str:token>/pay/": EVERYONE,
    "booking/<str:token>/pay/stopped/": (303, 303, NOBODY, 303),  # where Stripe sends the one who was to pay
    "webhooks/stripe/": (METHOD,) * 4,
    "articles/feed/": EVERYONE,
    "podcast/feed.xml": (NOBODY,) * 4,  # until there is a show
    "podcast/transcripts/<uuid:guid>.<str:ending>": (NOBODY,) * 4,
    "listen/<uuid:public_id>.<str:ending>": (NOBODY,) * 4,
    "media/images/<path:name>": (NOBODY,) * 4,
    "search/": EVERYONE,
    "sitemap.xml": EVERYONE,
    "robots.txt": EVERYONE,
    "documents/^(\\d+)/(.*)$": (NOBODY,) * 4,
    "documents/authenticate_with_password/<int:restriction_id>/": (NOBODY,) * 4,
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": (NOBODY,) * 4,
    "_util/login/": (302, 302, 302, 302),
    "^((?:[\\w\\-]+/)*)$": EVERYONE,  # Wagtail's pages
}
STAFF_ONLY = ("admin/", "cms/")
DEVELOPMENT_ONLY = "sandbox/"
# Wagtail serves its icons and its script's words to anyone; nothing of the practice is in them.
HARMLESS = {"cms/sprite/", "cms/jsi18n/", "cms/login/", "cms/logout/", "admin/logout/", "admin/login/"}


@dataclass
class People:
    visitor: Browser
    alice: Browser
    bob: Browser
    therapist: Browser

    def all(self) -> tuple[Browser, Browser, Browser, Browser]:
        return self.visitor, self.alice, self.bob, self.therapist


def signed_in(user) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(user)
    return browser


@pytest.fixture
def alice() -> Client:
    return make_client("alice@example.com", stage=Stage.ONGOING)


@pytest.fixture
def people(alice: Client) -> People:
    bob = make_client("bob@example.com", stage=Stage.ONGOING)
    visitor = Browser(raise_request_exception=False)
    return People(visitor, signed_in(alice.user), signed_in(bob.user), signed_in(therapist()))


@pytest.fixture
def alices_things(alice: Client) -> dict[str, str]:
    """Arguments that make each address Alice's."""
    booking: Booking = make_booking(alice, make_session_type("discovery", place="meet"))
    Booking.objects.update(meet_url="")
    share = share_link(client=alice, title="A link", url="https://example.com/", words="", now=NOW)
    return {
        "portal/feed/<uuid:public_id>/": f"portal/feed/{share.public_id}/",
        "book/<slug:slug>/": "book/discovery/",
        "book/<slug:slug>/slots/": "book/discovery/slots/",
        "book/<slug:slug>/details/": "book/discovery/details/",
        "booking/<str:token>/": f"booking/{booking_token(booking)}/",
        "booking/<str:token>/calendar.ics": f"booking/{booking_token(booking)}/calendar.ics",
        "booking/<str:token>/join/": f"booking/{booking_token(booking)}/join/",
        "booking/<str:token>/pay/": f"booking/{booking_token(booking)}/pay/",
        "booking/<str:token>/pay/stopped/": f"booking/{booking_token(booking)}/pay/stopped/",
        "^((?:[\\w\\-]+/)*)$": "articles/",
    }


def ours() -> list[str]:
    return [
        address.pattern for address in addresses() if not address.pattern.startswith((*STAFF_ONLY, DEVELOPMENT_ONLY))
    ]


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ours()) == set(TABLE)


@pytest.mark.rule("R15")
def test_every_address_answers_each_person_as_the_table_says(people: People, alices_things: dict[str, str]) -> None:
    examples = {address.pattern: address.example for address in addresses()} | alices_things
    answered = {
        pattern: tuple(browser.get(f"/{examples[pattern]}").status_code for browser in people.all())
        for pattern in TABLE
    }
    assert answered == TABLE


def test_nobody_but_staff_gets_anything_in_the_workspace_or_the_editor(people: People) -> None:
    """Visitors and clients are sent to sign in or refused, by GET and by POST; nothing is ever shown."""
    answers = {
        (address.pattern, name, method): getattr(browser, method)(f"/{address.example}").status_code
        for address in addresses()
        if address.pattern.startswith(STAFF_ONLY) and address.pattern not in HARMLESS
        for name, browser in (("visitor", people.visitor), ("client", people.alice))
        for method in ("get", "post")
    }
    assert len(answers) > 400
    let_in = {key: status for key, status in answers.items() if status not in {301, 302, 303, 401, 403, 404, 405}}
    assert let_in == {}


def test_the_sandbox_is_mounted_by_its_setting_alone(settings) -> None:
    assert settings.SANDBOX
    assert any(address.pattern.startswith(DEVELOPMENT_ONLY) for address in addresses())
