"""SIGKILL for the real worker between two effects: each ends done, once, and none is lost (R12)."""

import pytest
from django.utils import timezone

from clients.care.models import Message, Notification
from clients.domain.people import Visitor
from integrations.outbox.models import Effect
from integrations.outbox.operations import LEASE
from integrations.sandbox import faults, google_account, google_events, store
from practice_admin.domain.bookings import book_as_guest
from practice_admin.domain.queries.diary import nearest_slots
from practice_admin.models import CalendarConnection, Practice
from tests.factories import make_session_type, open_every_day, therapist
from tests.worker import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R12")]


def test_a_worker_killed_between_two_effects_loses_none_and_doubles_none(vendors, worker) -> None:
    therapist()
    open_every_day()
    CalendarConnection.objects.create(refresh_token=google_account.SAMPLE_REFRESH_TOKEN)
    session_type = make_session_type("discovery")
    now = timezone.now()
    slot = nearest_slots(session_type, Practice.objects.get(), to=now, now=now)[0]
    faults.set_fault("google", "slow", 5)  # holds the worker fast in one effect, with others before and after it
    who = Visitor("Alice Example", "alice@example.com", "+351 912 345 678", "Europe/Lisbon")
    book_as_guest(visitor=who, session_type=session_type, starts_at=slot.starts_at, now=now)
    until(lambda: Effect.objects.filter(kind="calendar_event", state="running").exists())
    assert 0 < Effect.objects.filter(state="done").count() < 5

    worker.kill()
    assert Effect.objects.filter(kind="calendar_event", state="running").exists()
    vendors.up("google")
    # The claim of a dead worker is taken over when its lease is over: here, by turning the clock of the row back.
    Effect.objects.filter(state="running").update(claimed_at=timezone.now() - 2 * LEASE)
    worker.start()
    until(lambda: Effect.objects.filter(state="done").count() == 5, seconds=90)

    assert len(vendors.mails("alice@example.com")) == 1
    assert len(vendors.mails("therapist@example.com")) == 1
    assert Notification.objects.count() == 2
    assert Message.objects.count() == 1
    assert len(store.all(google_events.KIND)) == 1
    assert Effect.objects.get(kind="calendar_event").attempts == 2
