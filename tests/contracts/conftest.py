"""The stand-ins for Stripe and Google, remembering nothing from other tests; and somebody who listens to events."""

import pytest
from django.conf import settings as global_settings
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from integrations.calendars import GoogleCalendar, calendar_client
from integrations.sandbox import faults, google_account
from tests.contracts.stripe_door import SECRET, Listener


def without_the_database() -> list[str]:
    """The middleware but for the one that looks for a redirect whenever a page is not found."""
    return [name for name in global_settings.MIDDLEWARE if "redirects" not in name]


@pytest.fixture(scope="session")
def stripe_server():
    """One server for every test of Stripe. Its stand-in needs no database, so none is emptied after each of them."""
    with override_settings(MIDDLEWARE=without_the_database()):
        server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture
def sandbox(stripe_server, settings, tmp_path):
    """The stand-in at the server, remembering nothing from other tests."""
    settings.MIDDLEWARE = without_the_database()
    settings.VAR_DIR = tmp_path
    settings.SITE_URL = stripe_server.url
    settings.STRIPE_API_BASE = f"{stripe_server.url}/sandbox/stripe"
    settings.STRIPE_SECRET_KEY = "sk_test_of_this_test"
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    faults.set_delivery("hold")  # nothing leaves unless the test listens
    return settings


@pytest.fixture
def listener(sandbox):
    """Where events go: to a listener instead of the practice, delivered as soon as they happen."""
    with Listener() as listening:
        sandbox.SITE_URL = listening.url
        faults.set_delivery("normal")
        yield listening


@pytest.fixture
def google_by_hand(settings, tmp_path) -> None:
    """The sandbox's Google with a memory of its own, for its pages and what lies behind them: no server."""
    settings.VAR_DIR = tmp_path
    settings.GOOGLE_API_BASE = settings.GOOGLE_OAUTH_BASE = "http://127.0.0.1:1"
    settings.GOOGLE_CLIENT_ID = "sandbox-client"
    settings.GOOGLE_CLIENT_SECRET = "sandbox-secret"


@pytest.fixture
def google(live_server, settings, google_by_hand) -> str:
    """The same at the live server; its base address."""
    base = f"{live_server.url}/sandbox/google"
    settings.GOOGLE_API_BASE = base
    settings.GOOGLE_OAUTH_BASE = f"{base}/oauth"
    return base


@pytest.fixture
def calendar(google) -> GoogleCalendar:
    """The adapter, with the sample practice's grant and no access token yet."""
    return calendar_client(google_account.SAMPLE_REFRESH_TOKEN)
