"""Closing the work with a client: sessions ahead, feed, and the stage, in one act."""

from datetime import timedelta

import pytest

from clients.domain.stages import StageRefused, StageStale
from clients.models import Client, Stage, StageChange
from content.domain.queries.feed import feed_of
from content.domain.sharing import share_link
from integrations import payments
from integrations.outbox.models import Effect
from practice_admin.domain.diary import is_open_to
from practice_admin.models import Booking, Refund
from practice_admin.workflows.closing_care import Fate, SessionsChanged, close_client
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, therapist
from tests.practice_admin.workspace.calling_off import pay

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R2")]

DAY = timedelta(days=1)


@pytest.fixture
def alice() -> Client:
    return make_client("alice@example.com", stage="ongoing")


def close(client: Client, fates: dict[Booking, Fate] | None = None, *, takes_feed: bool = False, **more):
    named = {booking.public_id: fate for booking, fate in (fates or {}).items()}
    asked = {"takes_feed": takes_feed, "actor": therapist(), "gateway": payments.gateway(), "now": NOW}
    return close_client(client=client, fates=named, **asked | more)


def stage_of(client: Client) -> str:
    return Client.objects.get(pk=client.pk).stage


def nothing_came_of_it(client: Client) -> bool:
    is_touched = Effect.objects.exists() or Refund.objects.exists() or StageChange.objects.exists()
    is_cancelled = Booking.objects.filter(status__in=["cancelled", "expired"]).exists()
    return stage_of(client) != Stage.CLOSED and not (is_touched or is_cancelled)


@pytest.mark.rule("R19")
def test_each_session_ahead_becomes_what_she_chose_and_the_stage_is_closed(alice) -> None:
    session = make_session()
    waived, charged, kept = (make_booking(alice, session, starts_at=MONDAY + n * DAY) for n in range(3))
    past = make_booking(alice, session, starts_at=NOW - 7 * DAY)
    anothers = make_booking(make_client(stage="ongoing"), session, starts_at=MONDAY + 5 * DAY)
    for booking in (waived, charged, kept):
        pay(booking, 7000)
    fates = {waived: Fate.WAIVE, charged: Fate.CHARGE, kept: Fate.KEEP}
    assert close(alice, fates, words="We ended well.") == [waived, charged]
    told = Booking.objects.in_bulk()
    assert [(told[b.pk].status, told[b.pk].fee) for b in (waived, charged, kept)] == [
        ("cancelled", "waived"),
        ("cancelled", "charged"),
        ("confirmed", ""),
    ]
    assert Refund.objects.get().payment.booking == waived
    assert {told[past.pk].status, told[anothers.pk].status} == {"confirmed"}
    assert set(Effect.objects.filter(kind="client_email").values_list("subject", "version")) == {
        (waived.subject, 2),
        (charged.subject, 2),
    }
    assert not Effect.objects.filter(kind="therapist_email").exists()
    change = StageChange.objects.get()
    assert (stage_of(alice), change.from_stage, change.how, change.words) == (
        "closed",
        "ongoing",
        "closed",
        "We ended well.",
    )


def test_a_closed_client_can_book_a_discovery_call_and_nothing_else(alice) -> None:
    session, call = make_session(), make_session_type()
    close(alice)
    alice.refresh_from_db()
    assert not is_open_to(alice, session)
    assert is_open_to(alice, call)


@pytest.mark.rule("R15")
@pytest.mark.parametrize(("takes", "left"), [(True, 0), (False, 1)])
def test_the_feed_stays_readable_or_is_taken_away_and_nothing_of_it_is_lost(alice, takes, left) -> None:
    share = share_link(client=alice, title="A link", url="https://example.com/", words="", now=NOW)
    other = make_client()
    share_link(client=other, title="A link", url="https://example.com/", words="", now=NOW)
    close(alice, takes_feed=takes)
    assert feed_of(alice).count() == left
    assert feed_of(other).count() == 1
    Client.objects.filter(pk=alice.pk).update(feed_taken_at=None)
    assert list(feed_of(alice)) == [share]


@pytest.mark.parametrize("fault", ["missing", "unknown", "not open to it"])
def test_sessions_that_are_not_those_she_saw_are_asked_about_once_more(alice, fault) -> None:
    paid = make_booking(alice, make_session())
    call = make_session_type()
    free = make_booking(alice, call, starts_at=MONDAY + DAY)
    anothers = make_booking(make_client(), call, starts_at=MONDAY + 2 * DAY)
    fates = {
        "missing": {paid: Fate.WAIVE},
        "unknown": {
            paid: Fate.WAIVE,
            free: Fate.KEEP,
            anothers: Fate.KEEP,
        },
        "not open to it": {paid: Fate.WAIVE, free: Fate.CHARGE},
    }[fault]
    with pytest.raises(SessionsChanged):
        close(alice, fates)
    assert nothing_came_of_it(alice)


def test_a_session_offered_anew_is_one_that_is_ahead(alice) -> None:
    anew = make_booking(alice, make_session(), starts_at=NOW - DAY, awaits_new_time=True)
    with pytest.raises(SessionsChanged):
        close(alice)
    close(alice, {anew: Fate.WAIVE})
    anew.refresh_from_db()
    assert (anew.status, anew.awaits_new_time) == ("cancelled", False)


@pytest.mark.rule("R10")
def test_a_time_that_is_held_unpaid_is_let_go(alice) -> None:
    held = make_booking(alice, make_session(), status="pending_payment")
    close(alice)
    held.refresh_from_db()
    assert (held.status, stage_of(alice)) == ("expired", "closed")
    assert not Effect.objects.exists()


def test_a_page_that_is_out_of_date_lets_go_of_nothing(alice) -> None:
    held = make_booking(alice, make_session(), status="pending_payment")
    make_booking(alice, make_session_type(), starts_at=MONDAY + DAY)
    with pytest.raises(SessionsChanged):
        close(alice)
    held.refresh_from_db()
    assert held.status == "pending_payment"
    assert nothing_came_of_it(alice)


def test_closing_twice_or_from_an_older_page_is_refused(alice) -> None:
    with pytest.raises(StageStale):
        close(alice, known=Stage.INTAKE)
    assert nothing_came_of_it(alice)
    close(alice)
    with pytest.raises(StageRefused, match="closed already"):
        close(alice)
    assert StageChange.objects.count() == 1


def test_a_newcomer_is_closed_without_a_discovery() -> None:
    newcomer = make_client()
    close(newcomer)
    newcomer.refresh_from_db()
    assert (newcomer.stage, newcomer.discovery_completed_at) == ("closed", None)
