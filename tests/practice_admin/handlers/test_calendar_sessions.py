"""Sessions in her calendar: written when it is connected, moved with her choice, and what she changes there herself."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from clients.models import Stage
from integrations.calendars import GoogleCalendar, Grant, calendar_client, refresh_access
from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.outbox.operations import run, run_due
from integrations.sandbox import (
    google_account,
    google_calendars,
    google_conferences,
    google_events,
    google_switches,
    store,
)
from practice_admin.domain.calendar_connecting import (
    CannotReceive,
    Choices,
    NothingBlocks,
    UnknownCalendar,
    choose_calendars,
    connect_calendar,
    disconnect_calendar,
)
from practice_admin.domain.calendar_cycles import begin_cycle, give_up
from practice_admin.domain.cancelling import cancel_by_therapist
from practice_admin.domain.clashes import NoClash, ignore_clash
from practice_admin.domain.queries.clashes import clashes
from practice_admin.domain.session_events import NothingDiffers, differences, ignore_difference, owe_sessions, put_back
from practice_admin.handlers.calendar_pull import pull
from practice_admin.models import (
    Block,
    Booking,
    CalendarConnection,
    KnownCalendar,
    PendingRevocation,
    Practice,
    SessionEvent,
)
from practice_admin.workspace.queries.today import effects_in_trouble
from tests.contracts.google_door import lay
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, therapist
from tests.practice_admin.calendar_door import (
    CHOIR,
    FAMILY,
    HER_OWN,
    connected,
    down_from,
    drag,
    event_of,
    lay_in,
    mirror,
    places,
)

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + 3 * HOUR


@pytest.fixture(autouse=True)
def practice(vendors):
    therapist()
    with time_machine.travel(NOW, tick=True):
        yield


def connect() -> CalendarConnection:
    """As the callback does, with the sandbox's own grant."""
    token = google_account.SAMPLE_REFRESH_TOKEN
    listed = calendar_client(token).calendars()
    return connect_calendar(grant=Grant(token, refresh_access(token)), listed=listed, now=NOW)


def choose(**changed) -> CalendarConnection:
    as_it_is = {
        "receives": HER_OWN,
        "blocks": [HER_OWN],
        "tentative_blocks": True,
        "titles": "initials",
        "mirror_max_age_minutes": 60,
    }
    return choose_calendars(choices=Choices(**as_it_is | changed), now=NOW)


def session(starts_at=MONDAY, **fields) -> Booking:
    kind = make_session_type(place=fields.pop("place", "room"))
    return make_booking(make_client(name="Alice Maria Example"), kind, starts_at=starts_at, **fields)


def cancel(booking: Booking) -> None:
    cancel_by_therapist(public_id=booking.public_id, fee=Booking.Fee.WAIVED, by=Booking.Side.THERAPIST, now=NOW)


@pytest.mark.rule("R12")
def test_on_connecting_every_session_ahead_is_written_and_no_other() -> None:
    coming = [session(MONDAY + n * DAY) for n in range(3)]
    others = [session(NOW - DAY, status="completed"), session(LATER, status="cancelled")]
    others.append(session(MONDAY + 6 * HOUR, awaits_new_time=True))
    connect()
    run_due(NOW)
    assert [places(booking) for booking in coming] == [[HER_OWN]] * 3
    assert [places(booking) for booking in others] == [[]] * 3
    assert {event["summary"] for event in store.all(google_events.KIND).values()} == {"A. M. E."}


@pytest.mark.parametrize("ended", ["completed", "no_show"])
def test_the_event_of_a_session_that_took_its_time_stays_when_it_is_told_again(ended) -> None:
    booking = session()
    connect()
    run_due(NOW)
    Booking.objects.update(status=ended)
    with transaction.atomic():
        owe_sessions(now=NOW)
    assert run_due(NOW)[1] == 0
    assert places(booking) == [HER_OWN]
    assert SessionEvent.objects.get().booking == booking


def test_owing_many_sessions_takes_the_same_few_statements(django_assert_num_queries) -> None:
    for count in (1, 30):
        for n in range(count):
            session(MONDAY + (n + 40 * count) * DAY)
        with transaction.atomic(), django_assert_num_queries(3):
            owe_sessions(now=NOW)
        assert Effect.objects.filter(kind="calendar_event", state="due").count() >= count


def test_another_calendar_for_the_sessions_takes_the_coming_ones_with_it() -> None:
    booking = session()
    connect()
    run_due(NOW)
    choose(receives=FAMILY, blocks=[HER_OWN])
    run_due(NOW)
    assert places(booking) == [FAMILY]
    cancel(booking)
    run_due(NOW)
    assert places(booking) == []


def test_a_change_of_the_calendar_that_overtakes_a_push_leaves_one_event(monkeypatch) -> None:
    booking = session()
    connect()
    put = GoogleCalendar.put_event

    def overtaken(self, calendar_id, event):
        monkeypatch.setattr(GoogleCalendar, "put_event", put)
        choose(receives=FAMILY)
        return put(self, calendar_id, event)

    monkeypatch.setattr(GoogleCalendar, "put_event", overtaken)
    effect = Effect.objects.get(kind="calendar_event")
    run(effect.pk, NOW)
    run_due(NOW)
    assert places(booking) == [FAMILY]


def test_google_down_at_any_step_of_a_push_ends_with_one_event_where_it_belongs(monkeypatch) -> None:
    booking = session()
    connect()
    run_due(NOW)
    choose(receives=FAMILY)
    effect = Effect.objects.get(kind="calendar_event")
    CalendarConnection.objects.update(access_token="", access_expires_at=None)
    steps = 0
    while Effect.objects.get(pk=effect.pk).state != "done":
        with down_from(monkeypatch, steps):
            run(effect.pk, NOW + steps * DAY)
        steps += 1
        assert len(places(booking)) <= 1, steps
        assert steps < 10
    assert steps >= 2
    assert places(booking) == [FAMILY]


@pytest.mark.rule("R22")
def test_other_titles_reach_the_events_that_stand_already() -> None:
    booking = session()
    connect()
    choose(titles="names")
    run_due(NOW)
    assert event_of(booking)["summary"] == "Alice Maria Example"
    choose(titles="initials")
    run_due(NOW)
    assert event_of(booking)["summary"] == "A. M. E."
    assert "attendees" not in event_of(booking)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"receives": CHOIR}, CannotReceive),
        ({"receives": "nobody@example.com"}, CannotReceive),
        ({"blocks": []}, NothingBlocks),
        ({"blocks": [HER_OWN, "nobody@example.com"]}, UnknownCalendar),
    ],
)
def test_choices_that_cannot_be_are_refused_and_change_nothing(wrong, refusal) -> None:
    connect()
    with pytest.raises(refusal):
        choose(**{"titles": "names", "tentative_blocks": False} | wrong)
    kept = CalendarConnection.objects.get()
    assert (kept.calendar_id, kept.tentative_blocks) == (HER_OWN, True)
    assert Practice.objects.get().calendar_titles == "initials"
    assert [known.calendar_id for known in KnownCalendar.objects.filter(blocks_time=True)] == [HER_OWN]


def test_with_the_grant_withdrawn_the_effects_wait_and_connecting_again_does_them_all(vendors) -> None:
    kept, gone = session(), session(LATER)
    connect()
    run_due(NOW)
    google_account.revoke(google_account.SAMPLE_REFRESH_TOKEN)
    CalendarConnection.objects.update(access_token="", access_expires_at=None)
    cancel(gone)
    new = session(MONDAY + DAY)
    Effect.objects.create(kind="calendar_event", subject=new.subject, due_at=NOW)
    run_due(NOW)
    run_due(NOW + DAY)
    assert Effect.objects.filter(kind="calendar_event", state="failed").count() == 2
    assert effects_in_trouble() == []
    assert len(vendors.mails("therapist@example.com")) == 1
    store.put(
        "google_grant", google_account.SAMPLE_REFRESH_TOKEN, {"scope": google_account.SAMPLE_SCOPE, "revoked": False}
    )
    connect()
    run_due(NOW + DAY)
    assert [places(kept), places(gone), places(new)] == [[HER_OWN], [], [HER_OWN]]
    assert not Effect.objects.exclude(state="done").exists()
    assert len(vendors.mails("therapist@example.com")) == 1


def test_disconnecting_forgets_everything_at_once_and_leaves_the_sessions_events(vendors) -> None:
    booking = session()
    lay(LATER, LATER + HOUR, summary="Dentist")
    Block.objects.create(starts_at=MONDAY, ends_at=LATER, label="By hand")
    connect()
    run_due(NOW)
    pull()
    vendors.down("google")
    disconnect_calendar(now=NOW)
    assert [block.label for block in Block.objects.all()] == ["By hand"]
    assert not CalendarConnection.objects.exists()
    assert not KnownCalendar.objects.exists()
    assert places(booking) == [HER_OWN]
    run_due(NOW)
    pending = Effect.objects.get(kind="calendar_revocation")
    assert pending.state == "due"
    assert google_account.SAMPLE_REFRESH_TOKEN not in f"{pending.subject}{pending.last_error}"
    assert PendingRevocation.objects.get().token == google_account.SAMPLE_REFRESH_TOKEN

    vendors.up("google")
    run_due(NOW + HOUR)
    assert Effect.objects.get(kind="calendar_revocation").state == "done"
    assert not PendingRevocation.objects.exists()
    with pytest.raises(VendorError):
        refresh_access(google_account.SAMPLE_REFRESH_TOKEN)


def test_connected_again_before_google_heard_of_it_the_grant_is_not_ended_and_each_session_has_one_event(
    vendors,
) -> None:
    booking = session()
    connect()
    choose(receives=FAMILY)
    run_due(NOW)
    vendors.down("google")
    disconnect_calendar(now=NOW)
    run_due(NOW)
    vendors.up("google")
    connect()
    run_due(NOW + HOUR)
    assert Effect.objects.get(kind="calendar_revocation").reason == "connected again since"
    assert refresh_access(google_account.SAMPLE_REFRESH_TOKEN).token
    assert places(booking) == [FAMILY]


def test_another_account_ends_the_earlier_grant_and_forgets_what_was_mirrored_from_it() -> None:
    booking = session()
    connected(account_email="other@example.com", refresh_token="1//other", calendar_id="other@example.com")
    KnownCalendar.objects.create(calendar_id="other@example.com", blocks_time=True, can_receive=True)
    Block.objects.create(starts_at=LATER, ends_at=LATER + HOUR, source="google", calendar_id="other", event_id="x")
    SessionEvent.objects.create(
        booking=booking,
        account_email="other@example.com",
        calendar_id="other@example.com",
        starts_at=MONDAY,
        ends_at=LATER,
    )
    connect()
    assert PendingRevocation.objects.get().token == "1//other"
    assert not Block.objects.exists()
    run_due(NOW)
    assert places(booking) == [HER_OWN]
    assert SessionEvent.objects.get().account_email == HER_OWN
    assert set(KnownCalendar.objects.values_list("calendar_id", flat=True)) == {HER_OWN, FAMILY, CHOIR}
    assert not PendingRevocation.objects.exists()
    assert refresh_access(google_account.SAMPLE_REFRESH_TOKEN).token


@pytest.mark.rule("R13")
def test_a_choice_made_while_a_cycle_reads_is_read_after_it() -> None:
    lay_in(FAMILY, MONDAY, MONDAY + HOUR, summary="Family")
    connect()
    run_due(NOW)
    under_way = begin_cycle(now=NOW)
    choose(blocks=[FAMILY])
    run_due(NOW)
    assert Effect.objects.filter(kind="calendar_pull", state="due").count() == 1
    assert effects_in_trouble() == []
    give_up(under_way, "")
    run_due(NOW + HOUR)
    assert mirror() == ["Family"]


def test_a_link_that_google_still_makes_is_no_trouble_at_first_and_comes_with_a_cycle_too() -> None:
    booking = session(place="meet")
    google_switches.turn(links_wait=True)
    connect()
    run_due(NOW)
    effect = Effect.objects.get(kind="calendar_event")
    assert effect.state == "due"
    assert effects_in_trouble() == []
    Effect.objects.filter(pk=effect.pk).update(attempts=5)
    assert effects_in_trouble() == [effect]
    google_conferences.finish()
    pull()
    booking.refresh_from_db()
    assert booking.meet_url.startswith("https://meet.google.com/")
    assert len(places(booking)) == 1


@pytest.fixture
def pushed() -> Booking:
    """A session whose event stands in her calendar, as a cycle has seen."""
    booking = session()
    connect()
    run_due(NOW)
    pull()
    assert list(differences(now=NOW)) == []
    return booking


def test_an_event_that_she_moves_is_noticed_and_the_session_stays(pushed) -> None:
    drag(pushed, LATER, LATER + HOUR)
    pull()
    (entry,) = differences(now=NOW)
    assert (entry.difference, entry.seen_starts_at, entry.seen_ends_at) == ("moved", LATER, LATER + HOUR)
    pushed.refresh_from_db()
    assert (pushed.starts_at, pushed.version) == (MONDAY, 1)
    assert not Block.objects.exists()


def test_an_event_that_she_deletes_is_noticed_and_put_back(pushed) -> None:
    google_events.delete(pushed.public_id.hex)
    pull()
    assert [entry.difference for entry in differences(now=NOW)] == ["deleted"]
    put_back(public_id=pushed.public_id, now=NOW)
    run_due(NOW)
    assert places(pushed) == [HER_OWN]
    pull()
    assert list(differences(now=NOW)) == []
    with pytest.raises(NothingDiffers):
        put_back(public_id=pushed.public_id, now=NOW)


def test_an_event_moved_beyond_what_is_read_counts_as_moved(pushed) -> None:
    drag(pushed, MONDAY + 200 * DAY, MONDAY + 200 * DAY + HOUR)
    pull()
    (entry,) = differences(now=NOW)
    assert (entry.difference, entry.seen_starts_at) == ("moved", MONDAY + 200 * DAY)


def test_what_she_ignores_is_not_shown_again_until_it_changes_again(pushed) -> None:
    drag(pushed, LATER, LATER + HOUR)
    pull()
    ignore_difference(public_id=pushed.public_id)
    pull()
    assert list(differences(now=NOW)) == []
    drag(pushed, LATER + HOUR, LATER + 2 * HOUR)
    pull()
    assert [entry.seen_starts_at for entry in differences(now=NOW)] == [LATER + HOUR]
    drag(pushed, pushed.starts_at, pushed.ends_at)
    pull()
    assert list(differences(now=NOW)) == []


def test_a_session_that_is_cancelled_or_told_anew_differs_from_nothing(pushed) -> None:
    drag(pushed, LATER, LATER + HOUR)
    pull()
    cancel(pushed)
    run_due(NOW)
    pull()
    assert list(differences(now=NOW)) == []
    assert not SessionEvent.objects.exists()


def test_a_push_in_the_middle_of_a_cycle_is_no_difference(pushed, monkeypatch) -> None:
    """The page is read; then the event is written at another time; then the cycle ends."""
    moved = []

    def move() -> None:
        if not moved:
            moved.append(True)
            Booking.objects.update(starts_at=LATER, ends_at=LATER + HOUR, version=2)
            Effect.objects.create(kind="calendar_event", subject=pushed.subject, version=2, due_at=NOW)
            run_due(NOW)

    keep = "practice_admin.handlers.calendar_pull.finish_cycle"
    from practice_admin.domain.session_events import finish_cycle

    def late(*args, **kwargs):
        move()
        return finish_cycle(*args, **kwargs)

    monkeypatch.setattr(keep, late)
    pull()
    assert list(differences(now=NOW)) == []
    monkeypatch.setattr(keep, finish_cycle)
    pull()
    assert list(differences(now=NOW)) == []


@pytest.mark.rule("R13")
def test_a_personal_event_over_a_session_is_a_clash_and_what_she_decides_outlives_the_mirror() -> None:
    connect()
    alice = make_client(name="Alice", stage=Stage.ONGOING)
    booking = make_booking(alice, make_session(), starts_at=MONDAY)
    session(LATER)
    event = lay(MONDAY + HOUR / 2, MONDAY + 2 * HOUR, summary="Dentist")
    lay(MONDAY + 50 * HOUR / 60, MONDAY + HOUR, summary="Right after it")
    pull()
    (clash,) = clashes(now=NOW)
    assert (clash.title, clash.client_name, clash.session_at) == ("Dentist", "Alice", MONDAY)
    booking.refresh_from_db()
    assert (booking.status, booking.starts_at) == ("confirmed", MONDAY)

    ignore_clash(booking_id=booking.public_id, key=clash.key, now=NOW)
    pull()
    assert clashes(now=NOW) == []
    with pytest.raises(NoClash):
        ignore_clash(booking_id=booking.public_id, key=clash.key, now=NOW)
    google_events.patch(event["id"], {"start": {"dateTime": MONDAY.isoformat()}}, conference=False)
    pull()
    assert [one.starts_at for one in clashes(now=NOW)] == [MONDAY]


def test_the_tokens_are_encrypted_and_outlive_a_rotation_of_the_keys(settings) -> None:
    from cryptography.fernet import Fernet, InvalidToken
    from django.db import connection

    connect()
    disconnect_calendar(now=NOW)
    connected()
    CalendarConnection.objects.update(access_token="an access token")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT refresh_token, access_token FROM practice_admin_calendarconnection"
            " UNION SELECT token, token FROM practice_admin_pendingrevocation"
        )
        stored = b"".join(bytes(value) for row in cursor.fetchall() for value in row)
    assert google_account.SAMPLE_REFRESH_TOKEN.encode() not in stored
    assert b"an access token" not in stored

    newer = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [newer, *settings.FIELD_KEYS]
    kept = CalendarConnection.objects.get()
    assert (kept.refresh_token, kept.access_token) == (google_account.SAMPLE_REFRESH_TOKEN, "an access token")
    kept.save()
    PendingRevocation.objects.get().save()
    settings.FIELD_KEYS = [newer]
    assert CalendarConnection.objects.get().access_token == "an access token"
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        CalendarConnection.objects.get()


def test_an_account_without_the_session_calendar_of_before_gets_them_into_its_own() -> None:
    booking = session()
    connect()
    choose(receives=FAMILY)
    run_due(NOW)
    google_calendars.delete(FAMILY)
    connect()
    run_due(NOW)
    assert event_of(booking, HER_OWN)
    assert CalendarConnection.objects.get().calendar_id == HER_OWN
