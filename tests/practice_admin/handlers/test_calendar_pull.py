"""Reading her calendars: what becomes blocked time, and what a cycle that goes wrong leaves (R13), over real HTTP."""

import contextlib
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.calendars import BlockedSpan
from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from integrations.sandbox import google_account, google_bulk, google_calendars, google_events, google_switches, store
from practice_admin.domain.calendar_connecting import disconnect_calendar
from practice_admin.domain.calendar_cycles import (
    LEASE,
    AlreadyReading,
    NoCalendar,
    Overtaken,
    begin_cycle,
    give_up,
    keep_page,
)
from practice_admin.domain.calendar_report import Report
from practice_admin.domain.live_calendar import blocks_now
from practice_admin.domain.mirror_age import watch_age
from practice_admin.domain.queries import diary
from practice_admin.domain.session_events import finish_cycle
from practice_admin.handlers.calendar import connected_calendar
from practice_admin.handlers.calendar_access import ensure_fresh
from practice_admin.handlers.calendar_pull import pull, pull_by_the_clock
from practice_admin.models import Block, CalendarConnection, KnownCalendar, Practice, PulledSpan, SessionType
from tests.contracts.google_door import lay
from tests.factories import MONDAY, NOW, make_session_type, open_every_day, therapist
from tests.practice_admin.calendar_door import CHOIR, FAMILY, HER_OWN, block_in, connected, down_from, lay_in, mirror
from tests.races.crowd import rush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R13")]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def practice(vendors):
    therapist()
    connected()
    with time_machine.travel(NOW, tick=True):
        yield


def read_at_last() -> CalendarConnection:
    return CalendarConnection.objects.get()


def test_personal_events_become_blocked_time_and_nothing_else_does() -> None:
    lay(MONDAY, MONDAY + HOUR, summary="Dentist")
    lay("2026-12-01", "2026-12-03", summary="Away")
    lay(MONDAY, MONDAY + HOUR, summary="Shown as free", transparency="transparent")
    declined = [{"email": HER_OWN, "self": True, "responseStatus": "declined"}]
    lay(MONDAY, MONDAY + HOUR, summary="Declined", attendees=declined)
    google_events.delete(lay(MONDAY, MONDAY + HOUR, summary="Deleted")["id"])
    open_every_day()
    kind = make_session_type("discovery")
    assert diary.is_offered(kind, Practice.objects.get(), starts_at=MONDAY, now=NOW)

    report = pull()

    assert mirror() == ["Away", "Dentist"]
    assert report.blocking == 2
    block = Block.objects.get(label="Dentist")
    assert (block.starts_at, block.ends_at, block.calendar_id) == (MONDAY, MONDAY + HOUR, HER_OWN)
    assert block.event_id
    assert not diary.is_offered(SessionType.objects.get(), Practice.objects.get(), starts_at=MONDAY, now=NOW)


def test_every_page_is_read_and_what_is_gone_from_google_is_gone_from_the_mirror() -> None:
    google_switches.turn(page_size=2)
    events = [lay(MONDAY + n * HOUR, MONDAY + (n + 1) * HOUR, summary=f"Event {n}") for n in range(5)]
    pull()
    assert len(mirror()) == 5
    google_events.delete(events[0]["id"])
    pull()
    assert mirror() == ["Event 1", "Event 2", "Event 3", "Event 4"]
    assert not PulledSpan.objects.exists()


def test_blocks_set_by_hand_are_left_alone() -> None:
    Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + HOUR, label="By hand")
    pull()
    assert Block.objects.get().label == "By hand"


def test_only_the_chosen_calendars_block_and_the_one_that_receives_sessions_need_not_be_among_them() -> None:
    for calendar, title in ((HER_OWN, "Mine"), (FAMILY, "Family"), (CHOIR, "Choir")):
        lay_in(calendar, MONDAY, MONDAY + HOUR, summary=title)
    block_in(FAMILY, CHOIR)
    pull()
    assert mirror() == ["Choir", "Family"]


def test_before_anything_is_chosen_her_own_calendar_blocks_and_all_are_listed() -> None:
    lay_in(FAMILY, MONDAY, MONDAY + HOUR, summary="Family")
    lay_in(HER_OWN, MONDAY, MONDAY + HOUR, summary="Mine")
    pull()
    assert mirror() == ["Mine"]
    assert set(KnownCalendar.objects.values_list("calendar_id", flat=True)) == {HER_OWN, FAMILY, CHOIR}
    assert read_at_last().account_email == read_at_last().calendar_id == HER_OWN


@pytest.mark.parametrize(("blocks", "titles"), [(True, ["Perhaps", "Surely"]), (False, ["Surely"])])
def test_tentative_events_block_where_she_wants_it(blocks, titles) -> None:
    CalendarConnection.objects.update(tentative_blocks=blocks)
    lay(MONDAY, MONDAY + HOUR, summary="Perhaps", status="tentative")
    lay(MONDAY, MONDAY + HOUR, summary="Surely")
    pull()
    assert mirror() == titles


def test_a_calendar_that_vanished_is_told_and_the_others_go_on() -> None:
    lay_in(FAMILY, MONDAY, MONDAY + HOUR, summary="Family")
    lay(MONDAY, MONDAY + HOUR, summary="Mine")
    block_in(HER_OWN, FAMILY)
    pull()
    google_calendars.delete(FAMILY)
    report = pull()
    assert mirror() == ["Mine"]
    assert "no longer there" in " ".join(report.problems)
    assert KnownCalendar.objects.get(calendar_id=FAMILY).is_gone


def test_with_every_chosen_calendar_gone_the_last_good_mirror_stays() -> None:
    lay_in(FAMILY, MONDAY, MONDAY + HOUR, summary="Family")
    block_in(FAMILY)
    pull()
    google_calendars.delete(FAMILY)
    with pytest.raises(VendorError, match="none of the calendars"):
        pull()
    assert mirror() == ["Family"]
    assert "none of the calendars" in read_at_last().last_error


@pytest.mark.parametrize(
    ("edges", "blocks"),
    [
        ({"start": {"dateTime": "2026-11-30T09:00:00", "timeZone": "Mars/Olympus"}}, 2),
        ({"start": None}, 2),
        ({"end": {"dateTime": "never"}}, 2),
        ({"start": {}, "end": {}}, 1),
        ({"start": {"dateTime": "2026-11-30T11:00:00Z"}, "end": {"dateTime": "2026-11-30T10:00:00Z"}}, 2),
    ],
)
def test_an_event_that_makes_no_sense_is_a_line_in_the_status_and_the_rest_goes_on(edges, blocks) -> None:
    lay(MONDAY, MONDAY + HOUR, summary="Dentist")
    odd = {"start": {"dateTime": "2026-11-30T09:00:00Z"}, "end": {"dateTime": "2026-11-30T10:00:00Z"}}
    google_events.lay({"id": "absurd00", "summary": "Absurd\x00"} | odd | edges)
    report = pull()
    assert len(mirror()) == blocks
    assert "Dentist" in mirror()
    assert report.unreadable == 1
    assert report.problems[0].startswith("Absurd")
    assert Report.of(read_at_last().report) == report


def test_a_cycle_that_fails_at_any_step_leaves_the_last_good_mirror_and_says_so(monkeypatch) -> None:
    google_switches.turn(page_size=1)
    block_in(HER_OWN, FAMILY)
    old = lay(MONDAY, MONDAY + HOUR, summary="Old")
    pull()
    google_events.delete(old["id"])
    for n in range(2):
        lay(MONDAY, MONDAY + HOUR, summary=f"New {n}")
        lay_in(FAMILY, MONDAY, MONDAY + HOUR, summary=f"Family {n}")
    CalendarConnection.objects.update(access_token="", access_expires_at=None)
    for step in range(3):  # the token is fetched once; then the list and the pages follow
        with down_from(monkeypatch, step), pytest.raises(VendorError):
            pull()
    failed = 0
    while read_at_last().last_error:
        with down_from(monkeypatch, failed), contextlib.suppress(VendorError):
            pull()
            break
        assert mirror() == ["Old"], failed
        assert read_at_last().last_error, failed
        assert not PulledSpan.objects.exists()
        failed += 1
    assert failed >= 5
    assert mirror() == ["Family 0", "Family 1", "New 0", "New 1"]
    assert read_at_last().last_error == ""


def test_a_grant_revoked_in_the_middle_leaves_the_mirror_and_asks_her_once(vendors, monkeypatch) -> None:
    google_switches.turn(page_size=1)
    lay(MONDAY, MONDAY + HOUR, summary="Old")
    pull()
    for n in range(3):
        lay(MONDAY, MONDAY + HOUR, summary=f"New {n}")
    revoked = []

    def revoke() -> None:
        if not revoked:
            revoked.append(google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN))

    with down_from(monkeypatch, 3, then=revoke), pytest.raises(VendorError):
        pull()
    assert mirror() == ["Old"]
    assert read_at_last().state == "revoked"
    pull_by_the_clock()
    run_due(NOW + HOUR)
    (mail,) = vendors.mails("therapist@example.com")
    assert mail.subject == "Your calendar has to be connected again"
    assert "/admin/calendar/" in mail.text
    assert "Old" not in mail.text + mail.html


def test_two_cycles_at_once_are_impossible_and_a_dead_ones_place_is_taken_over() -> None:
    lay(MONDAY, MONDAY + HOUR, summary="Dentist")
    dead = begin_cycle(now=NOW)
    keep_page(dead, [BlockedSpan(MONDAY, MONDAY + HOUR, "half", "Half")], now=NOW)
    with pytest.raises(AlreadyReading):
        pull()
    assert mirror() == []
    with time_machine.travel(NOW + 2 * LEASE, tick=True):
        pull()
    assert mirror() == ["Dentist"]
    with pytest.raises(Overtaken):
        keep_page(dead, [], now=NOW)
    with pytest.raises(Overtaken):
        finish_cycle(dead, Report(), [], now=NOW)
    assert mirror() == ["Dentist"]
    assert not PulledSpan.objects.exists()


def test_of_several_cycles_that_begin_at_one_moment_one_reads() -> None:
    lay(MONDAY, MONDAY + HOUR, summary="Dentist")
    outcomes, _ = rush(4, lambda _number: pull())
    read = [outcome for outcome in outcomes if isinstance(outcome, Report)]
    late = [outcome for outcome in outcomes if isinstance(outcome, AlreadyReading)]
    assert len(read) >= 1
    assert len(read) + len(late) == 4
    assert CalendarConnection.objects.get().cycle == len(read)  # one after the other, if more than one
    assert mirror() == ["Dentist"]


def test_what_google_answers_while_a_cycle_is_under_way_stays_until_the_next_one() -> None:
    cycle = begin_cycle(now=NOW)
    keep_page(cycle, [BlockedSpan(MONDAY, MONDAY + HOUR, "known", "Known", HER_OWN)], now=NOW)
    new = lay(MONDAY + 2 * HOUR, MONDAY + 3 * HOUR, summary="Just now")
    assert blocks_now(connected_calendar(), MONDAY + 2 * HOUR, MONDAY + 3 * HOUR)
    finish_cycle(cycle, Report(), [], now=NOW)
    assert mirror() == ["Just now", "Known"]
    google_events.delete(new["id"])
    pull()
    assert mirror() == []


def test_an_event_that_was_moved_since_the_cycle_is_mirrored_once_at_its_new_time() -> None:
    event = lay(MONDAY, MONDAY + HOUR, summary="Dentist")
    pull()
    edges = {"start": {"dateTime": (MONDAY + HOUR).isoformat()}, "end": {"dateTime": (MONDAY + 2 * HOUR).isoformat()}}
    google_events.patch(event["id"], edges, conference=False)
    assert blocks_now(connected_calendar(), MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert Block.objects.get().starts_at == MONDAY + HOUR


def test_disconnected_while_it_reads_it_leaves_nothing(monkeypatch) -> None:
    lay(MONDAY, MONDAY + HOUR, summary="Dentist")
    gone: list[str] = []

    def disconnect() -> None:
        if not gone:
            gone.append(disconnect_calendar(now=NOW))

    with down_from(monkeypatch, 2, then=disconnect), pytest.raises(Overtaken):
        pull()
    assert mirror() == []
    assert not PulledSpan.objects.exists()
    with pytest.raises(NoCalendar):
        pull()


def test_an_account_that_was_let_go_while_it_was_asked_for_its_calendars_leaves_none(monkeypatch) -> None:
    gone: list[str] = []

    def disconnect() -> None:
        if not gone:
            gone.append(disconnect_calendar(now=NOW))

    with down_from(monkeypatch, 1, then=disconnect), pytest.raises(Overtaken):
        pull()
    assert gone
    assert not KnownCalendar.objects.exists()  # else the next account's primary calendar would not block


def test_a_cycle_under_an_account_that_was_let_go_takes_nothing_from_that_of_the_next_one() -> None:
    old = begin_cycle(now=NOW)
    disconnect_calendar(now=NOW)
    connected()
    new = begin_cycle(now=NOW)
    keep_page(new, [BlockedSpan(MONDAY, MONDAY + HOUR, "dentist", "Dentist")], now=NOW)
    give_up(old, "overtaken")
    finish_cycle(new, Report(), [], now=NOW)
    assert (old.number, mirror()) == (new.number, ["Dentist"])


def test_five_thousand_events_take_a_bounded_number_of_statements() -> None:
    google_bulk.fill(HER_OWN, today=NOW.date(), count=5000)
    pull()
    with CaptureQueriesContext(
        connection,
    ) as few:
        pull()
    assert len(mirror()) > 4000
    assert len(few) < 60


@pytest.mark.rule("R14")
def test_a_mirror_that_grows_too_old_is_one_mail_for_each_time(vendors) -> None:
    pull()
    vendors.down("google")
    for minutes in (59, 61, 200):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=True):
            assert watch_age(now=NOW + timedelta(minutes=minutes)) is (minutes == 61)
    run_due(NOW + 4 * HOUR)
    (mail,) = vendors.mails("therapist@example.com")
    assert mail.subject == "Your calendar has not been heard for a while"
    vendors.up("google")
    with time_machine.travel(NOW + 5 * HOUR, tick=True):
        pull()
    assert watch_age(now=NOW + 5 * HOUR) is False
    assert watch_age(now=NOW + 7 * HOUR) is True
    assert Effect.objects.filter(kind="calendar_stale").count() == 2


def test_the_token_is_renewed_ahead_of_its_end_by_one_process_at_a_time() -> None:
    google_switches.turn(access_seconds=900)
    pull()
    first = read_at_last().access_token
    pull()
    second = read_at_last().access_token
    assert first != second
    CalendarConnection.objects.update(access_lease_until=NOW + HOUR)
    pull()
    assert read_at_last().access_token == second


def test_of_many_who_find_the_token_old_one_fetches_the_next() -> None:
    pull()
    nearly_over = timezone.now() + timedelta(minutes=5)
    CalendarConnection.objects.update(access_expires_at=nearly_over)
    before = len(store.all("google_access"))
    outcomes, _ = rush(6, lambda _number: ensure_fresh(CalendarConnection.objects.get(), now=timezone.now()))
    assert outcomes == [None] * 6
    assert len(store.all("google_access")) == before + 1
    assert CalendarConnection.objects.get().access_expires_at > nearly_over
