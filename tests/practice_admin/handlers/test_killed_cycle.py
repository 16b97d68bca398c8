"""SIGKILL for the real worker in the middle of a cycle: the mirror is the old one or the new one (R13)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.outbox.models import Effect
from integrations.outbox.operations import LEASE, run_due
from integrations.sandbox import faults, google_events, google_switches
from practice_admin.domain.calendar_cycles import ask_to_read
from practice_admin.handlers.calendar_pull import pull
from practice_admin.models import CalendarConnection, PulledSpan
from tests.contracts.google_door import lay
from tests.factories import make_booking, make_session_type, therapist
from tests.practice_admin.calendar_door import connected, mirror, places
from tests.worker import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R13")]


def test_a_worker_killed_between_two_pages_leaves_the_old_mirror_and_the_next_cycle_the_new_one(
    vendors, worker
) -> None:
    therapist()
    connected()
    now = timezone.now()
    booking = make_booking(session_type=make_session_type(place="room"), starts_at=now + timedelta(days=3))
    google_switches.turn(page_size=1)
    old = lay(now + timedelta(days=1), now + timedelta(days=1, hours=1), summary="Old")
    pull()
    google_events.delete(old["id"])
    for n in range(3):
        lay(now + timedelta(days=1), now + timedelta(days=1, hours=1), summary=f"New {n}")
    faults.set_fault("google", "slow", 0.5)  # some seconds for the whole cycle
    ask_to_read(now=timezone.now())
    until(lambda: PulledSpan.objects.count() in {1, 2})

    worker.kill()
    assert mirror() == ["Old"]
    assert CalendarConnection.objects.get().cycle_lease_until is not None
    vendors.up("google")
    dead = timezone.now() - 2 * LEASE
    CalendarConnection.objects.update(cycle_lease_until=dead, access_lease_until=dead)
    Effect.objects.filter(state="running").update(claimed_at=dead)
    run_due(timezone.now())

    assert mirror() == ["New 0", "New 1", "New 2"]
    assert not PulledSpan.objects.exists()
    assert len(places(booking)) == 1
    assert not Effect.objects.exclude(state="done").exists()
