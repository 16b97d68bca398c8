"""Effects: owed with their cause, run apart, each once, whatever breaks (R12)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django_q.models import OrmQ

from integrations.errors import VendorError
from integrations.outbox import registry
from integrations.outbox.models import Effect
from integrations.outbox.operations import LEASE, owe, owe_again, retry, run, run_due
from integrations.outbox.tasks import MOST_AT_ONCE, call_for_each, run_effect, sweep
from tests.factories import NOW
from tests.races.crowd import rush

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R12")]


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """Handlers of a few kinds for this test alone: what they did, in order."""
    log: list[str] = []

    def works(turn: registry.Turn) -> str:
        log.append(turn.key)
        return ""

    def is_down(turn: registry.Turn) -> str:
        log.append(turn.key)
        raise VendorError("Stripe", "no answer", retryable=True)

    def is_wrong(_turn: registry.Turn) -> str:
        raise VendorError("Stripe", "no such thing", retryable=False)

    def breaks(_turn: registry.Turn) -> str:
        raise ValueError("Alice Example said something private")

    handlers = {"works": works, "also_works": works, "is_down": is_down, "is_wrong": is_wrong, "breaks": breaks}
    monkeypatch.setattr(registry, "_handlers", handlers)
    return log


def owe_now(*kinds: str, subject: str = "thing:1", version: int = 1) -> None:
    with transaction.atomic():
        owe(kinds, subject=subject, version=version, now=NOW)


def the(kind: str) -> Effect:
    return Effect.objects.get(kind=kind)


def test_an_effect_is_done_once(done) -> None:
    owe_now("works")
    assert run_due(NOW) == (1, 0)
    assert run_due(NOW + timedelta(days=1)) == (0, 0)
    assert done == ["works/thing:1/1"]
    assert (the("works").state, the("works").attempts) == ("done", 1)


def test_owing_the_same_again_changes_nothing_and_a_new_version_is_owed_anew(done) -> None:
    owe_now("works")
    run_due(NOW)
    owe_now("works")
    assert run_due(NOW) == (0, 0)
    owe_now("works", version=2)
    assert run_due(NOW) == (1, 0)


def test_nothing_is_owed_for_what_never_came_to_be(done) -> None:
    with transaction.atomic():
        owe(["works"], subject="thing:1", version=1, now=NOW)
        transaction.set_rollback(True)
    assert not Effect.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_owing_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        owe(["works"], subject="thing:1", version=1, now=NOW)


def test_the_failure_of_one_leaves_the_others_done_and_itself_due_again(done) -> None:
    owe_now("works", "is_down", "also_works")
    assert run_due(NOW) == (2, 1)
    failed = the("is_down")
    assert (failed.state, failed.attempts, failed.last_error) == ("due", 1, "Stripe: no answer")
    assert NOW < failed.due_at <= NOW + timedelta(minutes=1)
    assert run_due(NOW) == (0, 0)
    assert run_due(failed.due_at) == (0, 1)


def test_waits_grow_and_end_in_a_parked_effect_that_can_be_tried_by_hand(done) -> None:
    owe_now("is_down")
    moment = NOW
    waits = []
    while the("is_down").state == "due":
        run_due(moment)
        waits.append(round((the("is_down").due_at - moment).total_seconds()))
        moment = the("is_down").due_at
        assert len(waits) < 50
    assert waits[:-1] == sorted(waits[:-1])
    assert the("is_down").state == "failed"
    assert run_due(moment + timedelta(days=365)) == (0, 0)
    assert retry(the("is_down").pk, now=moment)
    assert the("is_down").state == "due"


def test_what_cannot_succeed_is_parked_at_once(done) -> None:
    owe_now("is_wrong", "nobody_knows_this")
    run_due(NOW)
    assert {effect.state for effect in Effect.objects.all()} == {"failed"}


def test_an_unexpected_error_is_kept_without_its_words(done) -> None:
    owe_now("breaks")
    run_due(NOW)
    assert the("breaks").last_error == "Unexpected: ValueError"


def test_a_crashed_workers_effect_is_taken_over_when_its_lease_is_over_and_not_before(done) -> None:
    owe_now("works")
    Effect.objects.update(state="running", claimed_at=NOW, attempts=1)
    assert run_due(NOW + LEASE) == (0, 0)
    assert run_due(NOW + LEASE + timedelta(seconds=1)) == (1, 0)
    assert the("works").attempts == 2


def test_an_error_of_a_handler_that_looks_like_a_missing_one_is_tried_again_and_not_quoted(done, monkeypatch) -> None:
    def stumbles(_turn: registry.Turn) -> str:
        raise KeyError("alice@example.com")

    monkeypatch.setitem(registry._handlers, "works", stumbles)
    owe_now("works")
    run_due(NOW)
    assert (the("works").state, the("works").last_error) == ("due", "Unexpected: KeyError")


def test_every_effect_is_a_task_of_its_own_so_that_a_slow_one_holds_up_no_other(done) -> None:
    owe_now("works", "is_down", "also_works")
    (first,) = OrmQ.objects.all()  # one row while somebody waits for their booking
    first.delete()
    call_for_each(*first.task["args"])
    called = [task.task["args"] for task in OrmQ.objects.all()]
    assert sorted(called) == [("also_works", "thing:1", 1), ("is_down", "thing:1", 1), ("works", "thing:1", 1)]
    with time_machine.travel(NOW):
        run_effect("works", "thing:1", 1)
    assert (the("works").state, the("is_down").state) == ("done", "due")


def test_the_sweep_calls_the_worker_for_what_is_due_and_does_nothing_itself(done) -> None:
    owe_now("works")
    OrmQ.objects.all().delete()
    with time_machine.travel(NOW):
        sweep()
    assert OrmQ.objects.count() == 1
    assert done == []


def test_one_sweep_calls_for_so_many_and_no_more_so_that_an_outage_does_not_fill_the_queue(done) -> None:
    waiting = [Effect(kind="works", subject=f"thing:{number}", due_at=NOW) for number in range(MOST_AT_ONCE + 20)]
    Effect.objects.bulk_create(waiting)
    with time_machine.travel(NOW + timedelta(seconds=1)):
        sweep()
    assert OrmQ.objects.count() == MOST_AT_ONCE


def test_retry_leaves_alone_what_is_done_or_running(done) -> None:
    owe_now("works")
    run_due(NOW)
    assert not retry(the("works").pk, now=NOW)
    Effect.objects.update(state="running")
    assert not retry(the("works").pk, now=NOW)
    assert the("works").state == "running"


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_one_effect_one_does_it(done) -> None:
    owe_now("works")
    effect_id = the("works").pk
    outcomes, _ = rush(8, lambda _number: run(effect_id, NOW))
    assert outcomes.count(Effect.State.DONE) == 1
    assert outcomes.count(None) == 7
    assert len(done) == 1


def test_what_was_done_can_be_owed_again_and_is_done_again(done):
    owe_now("works")
    run_due(NOW)
    with transaction.atomic():
        assert owe_again("works", [("thing:1", 1), ("thing:2", 1)], now=NOW) == 2
    run_due(NOW)
    assert done == ["works/thing:1/1", "works/thing:1/1", "works/thing:2/1"]
    assert Effect.objects.count() == 2


def test_one_that_is_running_while_it_is_owed_again_is_run_once_more_after_it(done, monkeypatch):
    owe_now("works")

    def owed_meanwhile(turn: registry.Turn) -> str:
        if not done:
            with transaction.atomic():
                owe_again("works", [(turn.subject, turn.version)], now=NOW)
        done.append(turn.key)
        return ""

    monkeypatch.setitem(registry._handlers, "works", owed_meanwhile)
    run_due(NOW)
    assert Effect.objects.get().state == Effect.State.DUE
    run_due(NOW)
    assert (Effect.objects.get().state, len(done)) == (Effect.State.DONE, 2)


@pytest.mark.parametrize("fails", [False, True])
def test_what_another_worker_took_up_after_it_was_owed_again_is_not_closed_by_the_run_before(done, monkeypatch, fails):
    owe_now("works")
    a_second_later = NOW + timedelta(seconds=1)

    def overtaken(turn: registry.Turn) -> str:
        with transaction.atomic():
            owe_again("works", [(turn.subject, turn.version)], now=NOW)
        Effect.objects.update(state="running", claimed_at=a_second_later, attempts=1)  # by the other worker
        if fails:
            raise VendorError("Stripe", "no answer", retryable=True)
        return ""

    monkeypatch.setitem(registry._handlers, "works", overtaken)
    run_due(NOW)
    assert (the("works").state, the("works").claimed_at, the("works").last_error) == ("running", a_second_later, "")


def test_owing_again_belongs_into_a_transaction(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        owe_again("works", [("thing:1", 1)], now=NOW)
    assert not Effect.objects.exists()
