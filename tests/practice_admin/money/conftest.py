"""A practice open every day, one client in care, and Stripe's stand-in, whose events wait until they are delivered."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from clients.models import Client, Stage
from integrations.sandbox import faults
from practice_admin.models import SessionType
from tests.factories import make_client, make_session, open_every_day, therapist


@pytest.fixture
def stripe(vendors):
    faults.set_delivery("hold")
    return vendors


@pytest.fixture
def session_type(stripe) -> SessionType:
    therapist()
    open_every_day()
    return make_session(minimum_notice_minutes=0)


@pytest.fixture
def alice(session_type) -> Client:
    return make_client("alice@example.com", name="Alice", stage=Stage.ONGOING)


@pytest.fixture
def noon() -> datetime:
    """Noon in three days, by the true clock: Stripe judges a session's end by its own."""
    return (timezone.now() + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)
