"""Stages by her hand: on, back, over a discovery held elsewhere, and open again (R1, R2)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from clients.domain.stages import DayRefused, HeldElsewhere, StageRefused, StageStale, WordsRefused
from clients.models import Client, Stage, StageChange
from practice_admin.domain.closing import close_discovery
from practice_admin.domain.diary import is_open_to
from practice_admin.domain.stages import move_stage, record_discovery, reopen_client
from practice_admin.models import Booking
from tests.factories import NOW, make_booking, make_client, make_session, make_session_type, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R2")]

LISBON = ZoneInfo("Europe/Lisbon")
PHONE = StageChange.Manner.PHONE


def move(client: Client, to: str, **more) -> StageChange:
    return move_stage(client=client, to=Stage(to), actor=therapist(), now=NOW, **more)


def held(on: date) -> HeldElsewhere:
    return HeldElsewhere(on, PHONE, LISBON)


def record(client: Client, on: date = date(2026, 11, 3), **more) -> StageChange:
    return record_discovery(client=client, held=held(on), actor=therapist(), now=NOW, **more)


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        ("intake", "ongoing", "began"),
        ("ongoing", "intake", "moved"),
        ("intake", "discovery", "moved"),
        ("ongoing", "discovery", "moved"),
    ],
)
def test_a_move_is_made_and_kept_with_who_when_and_how(before, after, how) -> None:
    client = make_client(stage=before)
    move(client, after, words=" She asked for it. ")
    client.refresh_from_db()
    change = StageChange.objects.get()
    assert client.stage == after
    assert (change.client, change.from_stage, change.to_stage, change.how) == (client, before, after, how)
    assert (change.made_by, change.changed_at, change.words) == (therapist(), NOW, "She asked for it.")


def test_beginning_care_opens_the_sessions_of_care() -> None:
    client, session = make_client(stage="intake"), make_session()
    assert not is_open_to(client, session)
    move(client, "ongoing")
    client.refresh_from_db()
    assert is_open_to(client, session)


def test_moving_back_locks_what_is_booked_later_and_leaves_what_is_booked() -> None:
    client, session = make_client(stage="ongoing"), make_session()
    booked = make_booking(client, session)
    move(client, "intake")
    client.refresh_from_db()
    booked.refresh_from_db()
    assert not is_open_to(client, session)
    assert booked.status == Booking.Status.CONFIRMED


@pytest.mark.rule("R1")
@pytest.mark.parametrize("stage", ["intake", "ongoing"])
def test_nobody_is_moved_past_the_gate_before_a_discovery(stage) -> None:
    newcomer = make_client()
    with pytest.raises(StageRefused, match="The gate is shut"):
        move(newcomer, stage)
    with pytest.raises(IntegrityError, match="clients_client_stage_after_discovery"), transaction.atomic():
        Client.objects.filter(pk=newcomer.pk).update(stage=stage)
    newcomer.refresh_from_db()
    assert newcomer.stage == Stage.DISCOVERY
    assert not StageChange.objects.exists()


@pytest.mark.rule("R1")
def test_nobody_is_reopened_past_the_gate_before_a_discovery() -> None:
    declined = make_client(stage="closed", discovery_completed_at=None)
    with pytest.raises(StageRefused, match="The gate is shut"):
        reopen_client(client=declined, to=Stage.ONGOING, actor=therapist(), now=NOW)
    reopen_client(client=declined, to=Stage.DISCOVERY, actor=therapist(), now=NOW)
    declined.refresh_from_db()
    assert (declined.stage, declined.discovery_completed_at) == (Stage.DISCOVERY, None)


@pytest.mark.parametrize("to", ["discovery", "intake", "ongoing"])
def test_a_closed_client_is_reopened_where_she_says_and_reads_the_feed_again(to) -> None:
    client = make_client(stage="closed", feed_taken_at=NOW)
    reopen_client(client=client, to=Stage(to), actor=therapist(), now=NOW)
    client.refresh_from_db()
    assert (client.stage, client.feed_taken_at) == (to, None)
    assert StageChange.objects.get().how == "reopened"


def test_of_two_tabs_that_begin_care_the_second_is_told_that_it_is_so() -> None:
    client = make_client(stage="intake")
    move(client, "ongoing", known=Stage.INTAKE)
    with pytest.raises(StageStale):
        move(client, "ongoing", known=Stage.INTAKE)
    with pytest.raises(StageStale):
        reopen_client(client=client, to=Stage.INTAKE, actor=therapist(), now=NOW)
    client.refresh_from_db()
    assert client.stage == Stage.ONGOING
    assert StageChange.objects.count() == 1


@pytest.mark.parametrize(
    ("stage", "to", "words"),
    [
        ("intake", "intake", "where they stand now"),
        ("closed", "intake", "Reopen it first"),
        ("intake", "closed", "what becomes of their sessions"),
    ],
)
def test_a_move_that_is_none_is_refused_in_words(stage, to, words) -> None:
    client = make_client(stage=stage)
    with pytest.raises(StageRefused, match=words):
        move(client, to)
    client.refresh_from_db()
    assert client.stage == stage
    assert not StageChange.objects.exists()


@pytest.mark.parametrize("words", ["x" * 2001, "a\0b"])
def test_words_that_cannot_be_kept_move_nothing(words) -> None:
    client = make_client(stage="intake")
    with pytest.raises(WordsRefused):
        move(client, "ongoing", words=words)
    client.refresh_from_db()
    assert client.stage == Stage.INTAKE


@pytest.mark.rule("R1")
@pytest.mark.parametrize("stage", ["discovery", "closed"])
def test_a_discovery_held_elsewhere_opens_the_gate_and_the_intake(stage) -> None:
    client = make_client(stage=stage, discovery_completed_at=None)
    first = make_session(opens_at_stage=Stage.INTAKE)
    change = record(client)
    client.refresh_from_db()
    assert (client.stage, client.discovery_completed_at) == (Stage.INTAKE, datetime(2026, 11, 3, 12, tzinfo=LISBON))
    assert (change.how, change.held_on, change.manner) == ("elsewhere", date(2026, 11, 3), PHONE)
    assert is_open_to(client, first)


@pytest.mark.rule("R1")
def test_one_that_was_held_today_is_not_held_in_the_future() -> None:
    client = make_client()
    record_discovery(client=client, held=held(NOW.date()), actor=therapist(), now=NOW - timedelta(hours=3))
    client.refresh_from_db()
    assert client.discovery_completed_at == NOW - timedelta(hours=3)


@pytest.mark.rule("R1")
@pytest.mark.parametrize("on", [date(2026, 11, 28), date(1899, 1, 1)])
def test_a_day_that_has_not_come_or_never_was_meant_opens_nothing(on) -> None:
    client = make_client()
    with pytest.raises(DayRefused):
        record(client, on)
    client.refresh_from_db()
    assert (client.stage, client.discovery_completed_at) == (Stage.DISCOVERY, None)


def test_a_second_discovery_elsewhere_is_refused() -> None:
    client = make_client()
    record(client)
    with pytest.raises(StageRefused, match="open already"):
        record(client)
    assert StageChange.objects.count() == 1


@pytest.mark.parametrize(("outcome", "stage"), [("proceed", "intake"), ("refer", "closed"), ("decline", "closed")])
def test_the_outcome_of_a_call_is_kept_as_a_change_too(outcome, stage) -> None:
    therapist()
    call = make_booking(make_client(), make_session_type(), starts_at=NOW - timedelta(hours=1))
    close_discovery(public_id=call.public_id, outcome=Booking.Outcome(outcome), now=NOW)
    change = StageChange.objects.get()
    assert (change.from_stage, change.to_stage, change.how) == ("discovery", stage, "call")
    assert change.made_by == therapist()


def test_the_outcome_of_a_call_with_somebody_in_care_changes_nothing() -> None:
    call = make_booking(make_client(stage="ongoing"), make_session_type(), starts_at=NOW - timedelta(hours=1))
    close_discovery(public_id=call.public_id, outcome=Booking.Outcome.DECLINE, now=NOW)
    assert not StageChange.objects.exists()


@pytest.mark.rule("R18")
def test_her_words_are_encrypted_where_they_lie() -> None:
    move(make_client(stage="intake"), "ongoing", words="After the first session.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM clients_stagechange")
        assert b"first session" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"to_stage": "gone"}, "stages_known"),
        ({"from_stage": "intake", "to_stage": "intake"}, "is_a_change"),
        ({"how": "by form"}, "how_known"),
        ({"how": "elsewhere"}, "elsewhere_when"),
        ({"held_on": "2026-11-03"}, "day_and_manner"),
    ],
)
def test_the_database_keeps_no_change_that_makes_no_sense(fields, constraint) -> None:
    row = {"client": make_client(stage="intake"), "from_stage": "intake", "to_stage": "ongoing", "how": "moved"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StageChange.objects.create(**row | fields)
