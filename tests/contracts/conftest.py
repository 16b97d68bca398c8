"""The stand-in for Stripe, remembering nothing from other tests; and somebody who listens to its events."""

import pytest

from integrations.sandbox import faults
from tests.contracts.stripe_door import SECRET, Listener


@pytest.fixture
def sandbox(live_server, settings, tmp_path):
    """The stand-in at the live server, remembering nothing from other tests."""
    settings.VAR_DIR = tmp_path
    settings.SITE_URL = live_server.url
    settings.STRIPE_API_BASE = f"{live_server.url}/sandbox/stripe"
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
