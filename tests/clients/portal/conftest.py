"""The portal on the Friday before the Monday in question, with Alice signed in."""

import pytest
import time_machine

from clients.models import Stage
from tests.factories import NOW, make_client, make_session_type, therapist


@pytest.fixture
def practice():
    therapist()
    make_session_type("discovery", name="Discovery call")
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice():
    return make_client("alice@example.com", stage=Stage.ONGOING, name="Alice Example", time_zone="Europe/Lisbon")


@pytest.fixture
def browser(alice, client):
    client.force_login(alice.user)
    return client
