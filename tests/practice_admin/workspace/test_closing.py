"""Closing a discovery call."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from practice_admin.models import Booking
from tests.factories import make_booking, make_client, make_session, make_session_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    """A discovery call that began ten minutes ago."""
    return make_booking(
        make_client(name="Alice Almeida"), make_session_type(), starts_at=timezone.now() - timedelta(minutes=10)
    )


def address(booking: Booking) -> str:
    return reverse("admin:close_discovery", args=[booking.public_id])


@pytest.mark.rule("R1")
def test_proceed_opens_the_gate(desk, call, text):
    assert "moves to intake" in text(desk.get(address(call)))
    answer = desk.post(address(call), {"outcome": "proceed"})
    call.refresh_from_db()
    call.client.refresh_from_db()
    assert answer.status_code == 302
    assert (call.status, call.outcome) == ("completed", "proceed")
    assert call.client.stage == "intake"
    assert call.client.discovery_completed_at is not None


@pytest.mark.rule("R1")
@pytest.mark.parametrize("outcome", ["refer", "decline"])
def test_any_other_outcome_keeps_it_shut(desk, call, outcome):
    desk.post(address(call), {"outcome": outcome})
    call.client.refresh_from_db()
    assert call.client.stage == "closed"
    assert call.client.discovery_completed_at is None


def test_before_its_time_it_is_refused_and_nothing_changes(desk, text):
    call = make_booking(session_type=make_session_type(), starts_at=timezone.now() + timedelta(hours=1))
    assert "has not begun yet" in text(desk.get(address(call)))
    answer = desk.post(address(call), {"outcome": "proceed"})
    call.refresh_from_db()
    call.client.refresh_from_db()
    assert answer.status_code == 409
    assert "has not begun yet" in text(answer)
    assert (call.status, call.outcome, call.client.stage) == ("confirmed", "", "discovery")


def test_a_second_closing_is_refused_and_the_first_stands(desk, call, text):
    desk.post(address(call), {"outcome": "proceed"})
    answer = desk.post(address(call), {"outcome": "decline"})
    call.refresh_from_db()
    call.client.refresh_from_db()
    assert answer.status_code == 409
    assert "closed already" in text(answer)
    assert (call.outcome, call.client.stage) == ("proceed", "intake")


def test_another_kind_of_session_has_no_outcome(desk, text):
    client = make_client(stage="ongoing")
    session = make_booking(client, make_session(), starts_at=timezone.now() - timedelta(hours=1))
    answer = desk.post(address(session), {"outcome": "proceed"})
    assert answer.status_code == 409
    assert "Only a discovery call" in text(answer)


@pytest.mark.parametrize("outcome", ["", "marry"])
def test_an_unknown_outcome_changes_nothing(desk, call, outcome):
    assert desk.post(address(call), {"outcome": outcome}).status_code == 422
    call.refresh_from_db()
    assert call.status == "confirmed"


def test_an_unknown_call_is_not_found(desk, call):
    assert desk.get(reverse("admin:close_discovery", args=[call.client.public_id])).status_code == 404
