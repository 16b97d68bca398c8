"""The commands that a person types, by what they print and leave."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clients.models import Client, FollowUp, SignInToken, StageChange, User
from integrations.outbox.models import Effect
from integrations.sandbox import google_account
from integrations.sandbox import google_switches as switches
from practice_admin.domain.queries.ledger import ledger_of
from practice_admin.domain.queries.owed import owing
from practice_admin.models import Booking, CalendarConnection, KnownCalendar, Practice, SessionType, WeeklyHours
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def said(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def everything() -> list[int]:
    models = (User, Client, StageChange, FollowUp, SessionType, WeeklyHours, Booking, CalendarConnection, Effect)
    return [model.objects.count() for model in models]


def test_the_sample_practice_is_made_once() -> None:
    assert "ready" in said("seed_demo")
    before = everything()
    assert "already" in said("seed_demo")
    assert everything() == before


def test_the_sample_practice_has_what_others_rely_on() -> None:
    said("seed_demo")
    facts = {
        kind.slug: (kind.price_minor == 0, kind.duration_minutes, kind.opens_at_stage)
        for kind in SessionType.objects.all()
    }
    assert facts == {
        "discovery": (True, 20, "discovery"),
        "intake": (False, 80, "intake"),
        "session": (False, 50, "ongoing"),
    }
    stages = dict(Client.objects.values_list("user__email", "stage"))
    assert stages["prospect@example.com"] == "discovery"
    assert stages["intake@example.com"] == "intake"
    assert stages["ongoing@example.com"] == "ongoing"
    assert set(stages.values()) == {"discovery", "intake", "ongoing", "closed"}
    assert not Booking.objects.filter(client__user__email="prospect@example.com").exists()
    assert User.objects.get(email="therapist@example.com").is_superuser
    connected = CalendarConnection.objects.get()
    assert (connected.account_email, connected.calendar_id) == ("therapist@example.com", "therapist@example.com")
    assert KnownCalendar.objects.get(blocks_time=True).calendar_id == "therapist@example.com"


def test_the_sample_practice_has_money_of_every_kind_that_adds_up() -> None:
    said("seed_demo")
    ongoing = Client.objects.get(user__email="ongoing@example.com")
    ledger = ledger_of(ongoing, Practice.objects.get())
    assert {entry.kind.value for entry in ledger.entries} == {"charge", "payment", "received", "refund"}
    assert ledger.balances == {"EUR": 4000}
    assert [booking.owed_minor for booking in owing()] == [4000]


def test_the_sample_practice_is_refused_in_production(settings) -> None:
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="development"):
        said("seed_demo")
    assert not User.objects.exists()


def test_a_sign_in_link_is_printed_and_works_once(client) -> None:
    make_user("alice@example.com")
    path = said("sign_in_link", " Alice@Example.com ").strip().partition("/sign-in/")[2]
    assert client.post(f"/sign-in/{path}").status_code == 303
    assert client.post(f"/sign-in/{path}").status_code == 410


def test_a_link_for_nobody_is_an_error_in_a_line() -> None:
    with pytest.raises(CommandError, match="no user with the address nobody"):
        said("sign_in_link", "nobody@example.com")
    assert not SignInToken.objects.exists()


def test_running_effects_prints_how_many_were_done() -> None:
    assert said("run_effects").strip() == "0 done, 0 failed"


def test_a_sweep_over_holds_prints_what_it_did() -> None:
    assert said("expire_holds").strip() == "0 released, 0 waiting for Stripe"


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("R13")
def test_reading_the_calendar_prints_what_it_counted_or_why_it_could_not(vendors) -> None:
    with pytest.raises(CommandError, match="No calendar is connected"):
        said("sync_calendar")
    connected = CalendarConnection.objects.create(refresh_token=google_account.SAMPLE_REFRESH_TOKEN)
    assert "0 events seen, 0 block time" in said("sync_calendar")
    switches.turn(refusal="quotaExceeded", refusals_left=9)
    with pytest.raises(CommandError, match="mirror stays as it was"):
        said("sync_calendar")
    switches.turn(refusals_left=0)
    CalendarConnection.objects.update(cycle_lease_until=timezone.now() + timedelta(minutes=1))
    with pytest.raises(CommandError, match="being read just now"):
        said("sync_calendar")
    CalendarConnection.objects.filter(pk=connected.pk).update(state="revoked")
    with pytest.raises(CommandError, match="connected again"):
        said("sync_calendar")
