"""Follow-ups, and the log of calls and letters."""

from datetime import date, timedelta

import pytest
from django.db import connection

from clients.domain.contact_log import ContactRefused, log_contact
from clients.domain.follow_ups import (
    AlreadyEnded,
    FollowUpRefused,
    finish_follow_up,
    hand_over,
    plan_follow_up,
    put_off,
)
from clients.models import Client, ContactEntry, FollowUp
from tests.factories import NOW, make_client, therapist

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 27)
KIND = ContactEntry.Kind


@pytest.fixture
def alice() -> Client:
    return make_client(name="Alice")


def plan(client: Client, line: str = "Ask about the letter", due_on: date = TODAY) -> FollowUp:
    return plan_follow_up(client=client, line=line, due_on=due_on, today=TODAY, actor=therapist(), now=NOW)


def log(client: Client, **more) -> ContactEntry:
    asked = {"kind": KIND.CALL_IN, "happened_at": NOW, "words": "She cannot come.", "actor": therapist(), "now": NOW}
    return log_contact(client=client, **asked | more)


def test_a_follow_up_is_kept_done_once_and_by_whom(alice) -> None:
    kept = plan(alice)
    finish_follow_up(follow_up=kept, actor=therapist(), now=NOW)
    with pytest.raises(AlreadyEnded):
        finish_follow_up(follow_up=kept, actor=therapist(), now=NOW + timedelta(hours=1))
    kept.refresh_from_db()
    assert (kept.line, kept.ending, kept.ended_at, kept.ended_by) == ("Ask about the letter", "done", NOW, therapist())


def test_one_is_put_off_unless_it_is_done(alice) -> None:
    kept, later = plan(alice), TODAY + timedelta(days=3)
    put_off(follow_up=kept, due_on=later, today=TODAY)
    kept.refresh_from_db()
    assert (kept.due_on, kept.ended_at) == (later, None)
    finish_follow_up(follow_up=kept, actor=therapist(), now=NOW)
    with pytest.raises(AlreadyEnded):
        put_off(follow_up=kept, due_on=later, today=TODAY)


@pytest.mark.parametrize("line", ["", "  ", "x" * 301, "two\nlines", "a\0b"])
def test_a_line_that_is_none_is_refused(alice, line) -> None:
    with pytest.raises(FollowUpRefused, match="one line"):
        plan(alice, line)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("due_on", [TODAY - timedelta(days=1), TODAY + timedelta(days=2000)])
def test_a_day_that_is_over_or_out_of_sight_is_refused(alice, due_on) -> None:
    with pytest.raises(FollowUpRefused, match="day"):
        plan(alice, due_on=due_on)
    kept = plan(alice)
    with pytest.raises(FollowUpRefused, match="day"):
        put_off(follow_up=kept, due_on=due_on, today=TODAY)
    assert FollowUp.objects.get().due_on == TODAY


@pytest.mark.rule("R22")
def test_what_is_handed_over_is_asked_once_and_overtaken_by_what_came_later(alice) -> None:
    def hand(origin: str) -> None:
        hand_over(client=alice, line=f"Tell them {origin}", due_on=TODAY, origin=origin, now=NOW)

    own = plan(alice)
    for origin in ("client_email/booking:a/1", "client_email/booking:a/1", "client_email/booking:b/1"):
        hand(origin)
    hand("client_email/booking:a/2")
    waiting = FollowUp.objects.filter(ended_at=None).exclude(pk=own.pk)
    assert {one.origin for one in waiting} == {"client_email/booking:b/1", "client_email/booking:a/2"}
    assert FollowUp.objects.get(origin="client_email/booking:a/1").ending == "superseded"
    hand("client_email/booking:a/1")
    assert FollowUp.objects.count() == 4
    own.refresh_from_db()
    assert own.ended_at is None


def test_what_is_sent_twice_is_kept_once(alice) -> None:
    plan(alice)
    log(alice)
    with pytest.raises(FollowUpRefused, match="planned for that day already"):
        plan(alice)
    with pytest.raises(ContactRefused, match="written down already"):
        log(alice)
    plan(alice, due_on=TODAY + timedelta(days=1))
    log(alice, words="Another one.")
    assert (FollowUp.objects.count(), ContactEntry.objects.count()) == (2, 2)


def test_a_call_is_written_down_with_who_and_when(alice) -> None:
    entry = log(alice, happened_at=NOW - timedelta(hours=2))
    entry.refresh_from_db()
    assert (entry.client, entry.kind, entry.words, entry.written_by) == (
        alice,
        "call_in",
        "She cannot come.",
        therapist(),
    )
    assert log(alice, words="").words == ""


@pytest.mark.parametrize(
    "wrong",
    [{"happened_at": NOW + timedelta(minutes=1)}, {"happened_at": NOW.replace(year=1850)}, {"words": "x" * 5001}],
)
def test_what_did_not_happen_yet_or_is_too_long_is_not_written_down(alice, wrong) -> None:
    with pytest.raises(ContactRefused):
        log(alice, **wrong)
    assert not ContactEntry.objects.exists()


@pytest.mark.rule("R18")
def test_both_are_encrypted_where_they_lie(alice) -> None:
    plan(alice)
    log(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT line FROM clients_followup UNION ALL SELECT words FROM clients_contactentry")
        kept = [bytes(value) for (value,) in cursor.fetchall()]
    assert len(kept) == 2
    assert all(b"letter" not in value and b"come" not in value for value in kept)
