"""Whether the process lives, and whether the practice can be relied on."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.outbox.models import WorkerHeartbeat
from integrations.outbox.tasks import HEARTBEAT_MAX_AGE, begin

pytestmark = pytest.mark.django_db


def test_the_process_answers_without_asking_the_database(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_without_a_worker_it_is_not_ready_and_says_so(client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["troubles"]) == ["worker"]


def test_a_worker_that_begins_makes_it_ready_at_once(client) -> None:
    begin()
    assert client.get("/readyz").json() == {"ready": True, "troubles": {}}


def test_a_worker_that_fell_silent_makes_it_unready(client) -> None:
    WorkerHeartbeat.objects.create(pk=1, beat_at=timezone.now() - HEARTBEAT_MAX_AGE - timedelta(seconds=1))
    assert client.get("/readyz").status_code == 503


def test_every_request_is_logged_with_an_id_and_without_the_person(client, caplog) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/healthz", HTTP_X_FORWARDED_FOR="203.0.113.9")
    finished = [record.msg for record in caplog.records if "request_finished" in str(record.msg)]
    assert finished
    assert finished[0]["request_id"]
    assert "203.0.113.9" not in str(finished)
    assert "127.0.0.1" not in str(finished)


def test_public_pages_carry_a_strict_policy_and_the_desk_its_own(client) -> None:
    strict = client.get("/book/")["Content-Security-Policy"]
    assert "unsafe" not in strict
    assert "default-src 'self'" in strict
    assert "'unsafe-eval'" in client.get("/admin/")["Content-Security-Policy"]
