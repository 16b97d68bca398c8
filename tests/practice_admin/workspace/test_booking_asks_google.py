"""Moving and booking at the desk ask Google first, over real HTTP (R14): what no cycle has seen is named."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from integrations.outbox.models import Effect
from integrations.sandbox import google_account
from practice_admin.models import Booking, CalendarConnection
from tests.contracts.google_door import lay
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, open_every_day
from tests.practice_admin.workspace.diary_pages import HOUR, REASON, WEEK, press, seen_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R14")]


def test_an_event_that_is_new_to_us_stands_against_a_move_a_booking_and_a_series(vendors, desk, text) -> None:
    open_every_day()
    CalendarConnection.objects.create(refresh_token=google_account.SAMPLE_REFRESH_TOKEN)
    kind = make_session(name="Session", step_minutes=60)
    oscar = make_client(name="Oscar Nunes", stage="ongoing")
    with time_machine.travel(NOW, tick=True):
        booking = make_booking(oscar, kind, starts_at=MONDAY + timedelta(days=1))
        booking.refresh_from_db()
        book = reverse("admin:book_time", args=[oscar.public_id, kind.slug])
        for number in range(3):
            lay(MONDAY + number * HOUR, MONDAY + (number + 1) * HOUR, summary=f"Dentist {number}")

        moved = press(desk, booking, "move", start=MONDAY.isoformat())
        assert moved.status_code == 422
        assert "“Dentist 0”, Mon 30 Nov, 09:00 to 10:00, from Google Calendar" in text(moved)

        booked = desk.post(book, {"every": "0", "start": (MONDAY + HOUR).isoformat()})
        assert booked.status_code == 422
        assert "“Dentist 1”" in text(booked)

        first = (MONDAY + 2 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
        series = f"{book}series/?start={first}&every=1&count=2"
        picks = {f"pick-{week}": (MONDAY + 2 * HOUR + week * WEEK).isoformat() for week in range(2)}
        planned = desk.post(series, picks)
        assert planned.status_code == 409
        assert planned.context["rows"][0].against == ["Blocked time"]
        assert (Booking.objects.count(), Effect.objects.count()) == (1, 0)

        press(desk, booking, "move", start=MONDAY.isoformat(), reason=REASON, seen=seen_on(moved))
    booking.refresh_from_db()
    assert (booking.starts_at, booking.overrides.get().rule) == (MONDAY, "blocks")
