"""A practice that is open every day, on the Friday before the Monday in question."""

import pytest
import time_machine

from tests.factories import NOW, make_session, make_session_type, open_every_day


@pytest.fixture
def practice():
    open_every_day()
    make_session_type("discovery", name="Discovery call")
    make_session("session", name="Fifty minutes")
    with time_machine.travel(NOW, tick=False):
        yield
