"""Today: the day, what needs her, and what is new."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.care.models import Note
from integrations.outbox.models import Effect
from practice_admin.domain.looking import MOST_AT_FIRST
from practice_admin.models import Booking, CalendarConnection, Payment, Practice
from tests.factories import make_booking, make_client, make_session, make_session_type

pytestmark = pytest.mark.django_db

TODAY = "/admin/"


@pytest.fixture
def now():
    return timezone.now()


def see(desk, **changed):
    """Press "I have seen these" on the page as it stands, or on one changed so."""
    page = desk.get(TODAY).context
    form = {"rendered_at": page["now"].isoformat(), "shown": " ".join(str(row.public_id) for row in page["news"])}
    return desk.post(reverse("admin:mark_seen"), form | changed, follow=True)


def test_a_new_booking_is_shown_whatever_its_date(desk, now, text):
    soon = make_booking(make_client(name="Alice Almeida"), starts_at=now + timedelta(days=2))
    far = make_booking(make_client(name="Bob Brandt"), starts_at=now + timedelta(days=400))
    past = make_booking(make_client(name="Charlie Costa"), starts_at=now - timedelta(days=30))
    page = desk.get(TODAY)
    assert set(page.context["news"]) == {soon, far, past}
    assert all(name in text(page) for name in ("Alice Almeida", "Bob Brandt", "Charlie Costa"))


def test_a_cancelled_booking_is_news_too(desk, now, text):
    booking = make_booking(starts_at=now + timedelta(days=2))
    see(desk)
    Booking.objects.update(status="cancelled", changed_at=timezone.now())
    page = desk.get(TODAY)
    assert page.context["news"] == [booking]
    assert "Cancelled" in text(page)


def test_a_booking_under_somebody_elses_address_is_marked(desk, now, text):
    make_booking(starts_at=now + timedelta(days=2), awaits_owner=True, guest_name="Somebody Else")
    words = text(desk.get(TODAY))
    assert "Booked by someone not signed in, under this client’s address" in words
    assert "Somebody Else" in words


def test_what_she_has_seen_is_no_longer_new(desk, now):
    make_booking(starts_at=now + timedelta(days=2))
    page = see(desk)
    assert page.context["news"] == []
    assert Practice.objects.get().looked_at is not None


def test_seen_leaves_what_came_after_the_page_was_made(desk, now):
    make_booking(starts_at=now + timedelta(days=2))
    page = desk.get(TODAY).context
    later = make_booking(starts_at=now + timedelta(days=3), changed_at=timezone.now())
    shown = " ".join(str(row.public_id) for row in page["news"])
    desk.post(reverse("admin:mark_seen"), {"rendered_at": page["now"].isoformat(), "shown": shown})
    assert desk.get(TODAY).context["news"] == [later]


def test_seen_leaves_a_booking_that_was_on_its_way_while_the_page_was_made(desk, now):
    """Its stamp is older than the page, but it was committed after it."""
    make_booking(starts_at=now + timedelta(days=2), changed_at=now - timedelta(hours=1))
    page = desk.get(TODAY).context
    slow = make_booking(starts_at=now + timedelta(days=3), changed_at=page["now"] - timedelta(seconds=1))
    shown = " ".join(str(row.public_id) for row in page["news"])
    desk.post(reverse("admin:mark_seen"), {"rendered_at": page["now"].isoformat(), "shown": shown})
    assert desk.get(TODAY).context["news"] == [slow]


@pytest.mark.parametrize(
    "rendered_at",
    [
        "",
        "yesterday",
        "2026-11-01T10:00:00",
        "2999-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:00:00-23:00",
    ],
)
def test_seen_refuses_an_instant_that_no_page_bore(desk, now, rendered_at, text):
    make_booking(starts_at=now + timedelta(days=2))
    page = see(desk, rendered_at=rendered_at)
    assert "too old to tell" in text(page)
    assert len(page.context["news"]) == 1
    assert Practice.objects.get().looked_at is None


def test_an_older_tab_does_not_bring_back_what_was_seen(desk, now):
    make_booking(starts_at=now + timedelta(days=2))
    older = desk.get(TODAY).context["now"]
    see(desk)
    mark = Practice.objects.get().looked_at
    see(desk, rendered_at=older.isoformat())
    assert Practice.objects.get().looked_at == mark


def test_the_first_look_shows_the_newest_bookings_alone_and_seeing_them_is_enough(desk, now):
    """What a first page left out is history, not missed."""
    client, count = make_client(), MOST_AT_FIRST + 2
    for number in range(count):
        begins, changed = now - timedelta(hours=count - number), now - timedelta(days=count - number)
        make_booking(client, starts_at=begins, changed_at=changed)
    newest = desk.get(TODAY).context["news"]
    assert len(newest) == MOST_AT_FIRST
    assert newest == list(Booking.objects.order_by("-changed_at")[:MOST_AT_FIRST])
    assert see(desk).context["news"] == []


def test_a_first_look_at_few_bookings_still_leaves_an_older_one_that_was_on_its_way(desk, now):
    make_booking(starts_at=now + timedelta(days=2), changed_at=now - timedelta(hours=1))
    page = desk.get(TODAY).context
    slow = make_booking(starts_at=now + timedelta(days=3), changed_at=now - timedelta(hours=2))
    shown = " ".join(str(row.public_id) for row in page["news"])
    desk.post(reverse("admin:mark_seen"), {"rendered_at": page["now"].isoformat(), "shown": shown})
    assert slow in desk.get(TODAY).context["news"]


def test_seen_by_get_changes_nothing(desk):
    assert desk.get(reverse("admin:mark_seen")).status_code == 405
    assert Practice.objects.get().looked_at is None


def test_the_agenda_is_the_practices_day(desk, time_machine):
    """23:30 UTC on the last of June is half past midnight in Lisbon: tomorrow."""
    time_machine.move_to("2026-06-30T20:00:00+00:00", tick=False)
    now = timezone.now()
    tonight = make_booking(starts_at=now + timedelta(hours=1))
    make_booking(starts_at=now + timedelta(hours=3, minutes=30))
    make_booking(starts_at=now + timedelta(hours=2), status="cancelled")
    assert desk.get(TODAY).context["agenda"] == [tonight]


def test_what_needs_her_stands_in_its_order(desk, now):
    session, call = make_session(), make_session_type()
    alice = make_client(stage="ongoing")
    unheld = make_booking(alice, session, starts_at=now - timedelta(days=9), status="expired")
    Payment.objects.create(
        booking=unheld, client=alice, amount_minor=7000, currency="EUR", state="unplaced", expires_at=now
    )
    CalendarConnection.objects.create(state="revoked")
    Effect.objects.create(kind="client_email", subject=unheld.subject, state="failed", attempts=1)
    make_booking(session_type=call, starts_at=now - timedelta(hours=1))
    make_booking(alice, session, starts_at=now - timedelta(days=2), status="completed")
    titles = [need.title for need in desk.get(TODAY).context["needs"]]
    assert titles == [
        "€70 came for a time that was gone",
        "Google Calendar needs to be connected again",
        "E-mail to the client: did not work",
        "A discovery call to close",
        "A note to write",
        "€70 is owed to you",
    ]


def test_what_is_in_order_does_not_need_her(desk, now):
    session = make_session()
    alice = make_client(stage="ongoing")
    done = make_booking(alice, session, starts_at=now - timedelta(days=2), status="completed")
    Note.objects.create(client=alice, booking=done, body="Written.", signed_at=now)
    paid = {"amount_minor": 7000, "currency": "EUR", "state": "paid", "expires_at": now, "paid_at": now}
    Payment.objects.create(booking=done, client=alice, **paid)
    make_booking(alice, session, starts_at=now + timedelta(days=2))
    make_booking(starts_at=now + timedelta(days=3), session_type=make_session_type())
    Effect.objects.create(kind="client_email", subject=done.subject, state="done", attempts=1)
    Effect.objects.create(kind="notifications", subject=done.subject, state="due", attempts=0)
    CalendarConnection.objects.create()
    assert desk.get(TODAY).context["needs"] == []


def test_a_name_is_shown_as_it_is_and_never_as_markup(desk, now, text):
    make_booking(make_client(name="<script>alert(1)</script>"), starts_at=now, guest_name="<i>x</i>", awaits_owner=True)
    words = text(desk.get(TODAY))
    assert "<script>alert(1)" not in words
    assert "<i>x</i>" not in words
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in words


def test_the_clients_time_stands_beside_hers_only_where_it_differs(desk, now, text):
    make_booking(make_client(name="Alice", time_zone="Europe/Lisbon"), starts_at=now + timedelta(days=2))
    assert not re.search(r"\d in Lisbon", text(desk.get(TODAY)))
    make_booking(make_client(name="Bob", time_zone="Asia/Tokyo"), starts_at=now + timedelta(days=3))
    assert " in Tokyo" in text(desk.get(TODAY))


def test_a_call_can_be_joined_until_it_is_over(desk, now, text, time_machine):
    begins = now.replace(hour=12, minute=0)
    make_booking(session_type=make_session_type(place="meet"), starts_at=begins, meet_url="https://meet.example/abc")
    ends = begins + timedelta(minutes=20)
    for moment, is_joinable in ((begins, True), (ends - timedelta(seconds=1), True), (ends, False)):
        time_machine.move_to(moment, tick=False)
        assert ("Join on Meet" in text(desk.get(TODAY))) is is_joinable


def test_the_zone_is_named_as_everywhere_else(desk, text, time_machine):
    for moment, words in (("2026-12-01T10:00:00Z", "Lisbon time (UTC)."), ("2026-07-01T10:00:00Z", "(UTC+1).")):
        time_machine.move_to(moment, tick=False)
        assert words in text(desk.get(TODAY))


def test_an_empty_practice_says_so(desk, text):
    words = text(desk.get(TODAY))
    assert all(line in words for line in ("No sessions today", "Nothing waits for you", "No bookings yet"))


def fill(count: int, now) -> None:
    """So many of everything that Today shows."""
    session, call = make_session(f"session-{count}"), make_session_type()
    for number in range(count):
        client = make_client(stage="ongoing")
        before = now - timedelta(hours=2 * number + 3)
        lapsed = make_booking(client, session, starts_at=before, status="expired")
        Payment.objects.create(
            booking=lapsed, client=client, amount_minor=1, currency="EUR", state="unplaced", expires_at=now
        )
        make_booking(client, call, starts_at=before)
        make_booking(client, session, starts_at=before + timedelta(minutes=40), status="completed")
        Effect.objects.create(kind="client_email", subject=lapsed.subject, state="failed", attempts=1)
        Effect.objects.create(kind="payment_unplaced", subject=f"payment:{number}", state="failed", attempts=1)


@pytest.mark.parametrize("count", [1, 30])
def test_today_asks_the_same_number_of_questions_for_one_and_for_thirty(desk, now, count, django_assert_num_queries):
    fill(count, now)
    with django_assert_num_queries(QUERIES):
        page = desk.get(TODAY)
    assert len(page.context["news"]) == 3 * count


# Session, user, practice; agenda; failed events, payments without a place, what went back of them and was disputed,
# disputes, failed refunds, silent holds; calendar, effects, their bookings, payments; calls, new times, notes,
# drafts, messages, follow-ups, debts; news.
QUERIES = 23
