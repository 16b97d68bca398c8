"""The work is closed while its client books: never a session that nobody decided on. Real threads."""

from datetime import timedelta

import pytest

from clients.models import Client, Stage
from integrations import payments
from practice_admin.domain.bookings import book_session
from practice_admin.domain.diary import GateClosed
from practice_admin.models import Booking
from practice_admin.workflows.closing_care import SessionsChanged, close_client
from tests.factories import MONDAY, NOW, make_client, make_session, open_every_day, therapist
from tests.races.crowd import rush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R2")]

ROUNDS = 6


def test_of_a_closing_and_a_booking_one_is_refused() -> None:
    open_every_day()
    session, her = make_session(horizon_days=120, price_minor=0, opens_at_stage=Stage.ONGOING), therapist()
    for number in range(ROUNDS):
        client, begins = make_client(stage=Stage.ONGOING), MONDAY + timedelta(days=number)
        asked = {"fates": {}, "takes_feed": False, "actor": her, "gateway": payments.gateway(), "now": NOW}
        acts = (
            lambda client=client, asked=asked: close_client(client=client, **asked),
            lambda client=client, begins=begins: book_session(
                client=client, session_type=session, starts_at=begins, now=NOW
            ),
        )
        (closed, booked), _ = rush(2, lambda which, acts=acts: acts[which]())
        is_closed = Client.objects.get(pk=client.pk).stage == Stage.CLOSED
        assert (is_closed, Booking.objects.filter(client=client).exists()) in {(True, False), (False, True)}
        assert isinstance(booked, GateClosed) if is_closed else isinstance(closed, SessionsChanged)
