"""*Book for a client*: whom, which kind, which time; confirmed at once (R2, R3, R4, R10)."""

import pytest
import time_machine
from django.urls import reverse

from integrations.outbox.models import Effect
from practice_admin.domain.confirming import ON_CONFIRMATION
from practice_admin.models import Booking, RuleOverride, SessionType, Waiver
from tests.factories import (
    MONDAY,
    NOW,
    make_booking,
    make_client,
    make_session,
    make_session_type,
    open_every_day,
    therapist,
)
from tests.practice_admin.workspace.diary_pages import HOUR, NIGHT, REASON, UNKNOWN, page_of, seen_on, typed_time

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R4")]


@pytest.fixture(autouse=True)
def friday():
    open_every_day()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session", buffer_after_minutes=10, step_minutes=60, is_shown=False)


@pytest.fixture
def oscar():
    return make_client("oscar@example.com", name="Oscar Nunes", stage="ongoing", time_zone="Europe/Athens")


def kinds_of(client) -> str:
    return reverse("admin:book", args=[client.public_id])


def time_of(client, kind) -> str:
    return reverse("admin:book_time", args=[client.public_id, kind.slug])


def book(desk, client, kind, follow: bool = True, **typed):
    return desk.post(time_of(client, kind), {"every": "0"} | typed, follow=follow)


def nothing_was_booked() -> bool:
    return not (Booking.objects.exists() or Effect.objects.exists() or RuleOverride.objects.exists())


def test_anybody_can_be_chosen_booked_or_not_and_found_by_a_part_of_the_name(desk, oscar, text):
    make_client("clara@example.com", name="Clara <b>Matos</b>", stage="closed")
    page = desk.get(reverse("admin:book_whom"))
    assert [str(one) for one in page.context["clients"]] == ["Clara <b>Matos</b>", "Oscar Nunes"]
    assert f'href="{kinds_of(oscar)}"' in text(page)
    assert "<b>Matos</b>" not in text(page)
    for words in ("nun", "OSCAR@", "oscar nunes", " nunes  osc "):
        assert desk.get(reverse("admin:book_whom"), {"q": words}).context["clients"] == [oscar]
    assert "Nobody fits" in text(desk.get(reverse("admin:book_whom"), {"q": "zz<script>"}))


@pytest.mark.parametrize("count", [1, 30])
def test_choosing_whom_asks_the_same_number_of_questions_for_one_and_for_thirty(desk, count, django_assert_num_queries):
    for _ in range(count):
        make_client()
    with django_assert_num_queries(4):  # session, user, practice; clients
        assert len(desk.get(reverse("admin:book_whom")).context["clients"]) == count


@pytest.mark.rule("R2")
def test_hidden_kinds_are_offered_and_locked_ones_are_shown_with_why_and_the_way_to_a_waiver(desk, session, text):
    make_session_type("call", name="Call")
    ines = make_client(name="Ines Duarte", stage="intake")
    words = text(desk.get(kinds_of(ines)))
    assert time_of(ines, SessionType.objects.get(slug="call")) in words
    assert time_of(ines, session) not in words
    assert "Hidden" in words
    assert "Ines Duarte is in intake, and has no waiver for it." in words
    assert reverse("admin:waivers", args=[ines.public_id]) in words
    Waiver.objects.create(client=ines, stage="ongoing", reason="x", signed_by=therapist())
    assert time_of(ines, session) in text(desk.get(kinds_of(ines)))


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("stage", "words"),
    [("discovery", "has had no discovery call yet"), ("closed", "is closed: only a discovery call is open")],
)
def test_a_locked_kind_by_its_address_says_why_and_books_nothing(desk, session, text, stage, words):
    client = make_client(name="Paula Prado", stage=stage)
    assert words in text(desk.get(time_of(client, session)))
    refused = book(desk, client, session, start=MONDAY.isoformat())
    assert refused.status_code == 422
    assert words in text(refused)
    assert nothing_was_booked()


@pytest.mark.rule("R10")
def test_a_free_time_is_booked_at_once_and_owes_all_five(desk, oscar, session, text):
    page = desk.get(time_of(oscar, session))
    assert page.context["times"].nearest[0].their_text == "14:00 in Athens"
    words = text(book(desk, oscar, session, start=MONDAY.isoformat()))
    booking = Booking.objects.get()
    assert (booking.client, booking.starts_at, booking.status) == (oscar, MONDAY, "confirmed")
    assert (booking.booked_by, booking.hold_expires_at, booking.series_id) == ("therapist", None, None)
    assert set(Effect.objects.values_list("kind", flat=True)) == set(ON_CONFIRMATION)
    assert "Booked for Oscar Nunes: Mon 30 Nov, 09:00. They are told by mail." in words
    assert "Not paid yet" in words


def test_a_rule_that_is_passed_over_asks_for_a_reason_which_is_kept(desk, oscar, session, text):
    page = book(desk, oscar, session, **typed_time(NIGHT))
    assert page.status_code == 422
    assert "Mondays are open 09:00 to 17:00." in text(page)
    assert nothing_was_booked()
    answer = book(desk, oscar, session, follow=False, **typed_time(NIGHT), reason=REASON, seen=seen_on(page))
    booking = Booking.objects.get()
    assert answer["Location"] == page_of(booking)
    assert (booking.starts_at, booking.overrides.get().reason) == (NIGHT, REASON)


@pytest.mark.rule("R3")
def test_a_time_that_is_taken_comes_back_with_the_nearest_and_what_was_typed(desk, oscar, session, text):
    make_booking(make_client(name="Bea", stage="ongoing"), session)
    page = book(desk, oscar, session, **typed_time(MONDAY), reason=REASON)
    assert page.status_code == 409
    assert "Another session has that time, its buffers included." in text(page)
    assert MONDAY + HOUR in [one.starts_at for one in page.context["times"].nearest]
    assert REASON in text(page)
    assert 'value="2026-11-30"' in text(page)
    assert not Booking.objects.filter(client=oscar).exists()


@pytest.mark.rule("R3")
def test_without_buffers_it_has_none_and_its_kind_keeps_its_own(desk, oscar, session):
    book(desk, oscar, session, start=MONDAY.isoformat(), without_buffers="on")
    booking = Booking.objects.get()
    assert (booking.buffer_before_minutes, booking.buffer_after_minutes) == (0, 0)
    session.refresh_from_db()
    assert session.buffer_after_minutes == 10


def test_a_client_at_their_limit_is_said_before_and_can_be_booked_with_a_reason(desk, oscar, session, text):
    SessionType.objects.update(most_ahead=1)
    book(desk, oscar, session, start=MONDAY.isoformat())
    page = desk.get(time_of(oscar, session))
    assert "Oscar Nunes has 1 of 1 of these ahead already." in text(page)
    assert page.context["times"].nearest
    wish = {"start": (MONDAY + HOUR).isoformat()}
    asked = book(desk, oscar, session, **wish)
    assert asked.status_code == 422
    assert Booking.objects.count() == 1
    book(desk, oscar, session, **wish, reason=REASON, seen=seen_on(asked))
    assert list(RuleOverride.objects.values_list("rule", flat=True)) == ["limit_ahead"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "start", "Please choose a time, or type one."),
        (typed_time(NOW - HOUR), "start", "That time is over."),
        ({"start": MONDAY.isoformat(), "every": "1", "count": "500"}, "count", "A series has 2 to 52 sessions"),
        ({"start": MONDAY.isoformat(), "every": "1", "count": "1"}, "count", "A series has 2 to 52 sessions"),
        ({"start": MONDAY.isoformat(), "every": "2", "count": ""}, "count", "A series has 2 to 52 sessions"),
        ({"start": MONDAY.isoformat(), "every": "2", "count": "-3"}, "count", "A series has 2 to 52 sessions"),
        ({"start": MONDAY.isoformat(), "every": "1", "count": "many"}, "count", "Please give a whole number"),
        ({"start": MONDAY.isoformat(), "every": "3", "count": "4"}, "every", "every week or every second week."),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_books_nothing(
    desk, oscar, session, text, typed, field, words
):
    page = book(desk, oscar, session, **typed)
    assert page.status_code == 422
    assert words in str(page.context["form"].errors[field])
    assert words in text(page)
    if typed.get("count"):
        assert f'value="{typed["count"]}"' in text(page)
    assert nothing_was_booked()


@pytest.mark.rule("R16")
def test_what_is_not_there_is_not_found(desk, oscar, session):
    for address in (
        f"/admin/clients/record/{UNKNOWN}/book/",
        f"/admin/clients/record/{UNKNOWN}/book/{session.slug}/",
        f"/admin/clients/record/{UNKNOWN}/book/{session.slug}/series/",
        f"{kinds_of(oscar)}nothing/",
        f"{kinds_of(oscar)}nothing/series/",
        f"/admin/clients/record/{oscar.pk}/book/",
    ):
        assert desk.get(address).status_code == 404, address
    assert desk.post(kinds_of(oscar)).status_code == 405
    assert desk.post(reverse("admin:book_whom")).status_code == 405
    assert desk.delete(time_of(oscar, session)).status_code == 405


@pytest.mark.parametrize("count", [1, 9])
def test_the_kinds_ask_the_same_number_of_questions_for_one_and_for_nine(desk, count, django_assert_num_queries):
    ines = make_client(stage="intake")
    for number in range(count):
        make_session(f"session-{number}")
    # Session, user, practice; client, waivers, kinds.
    with django_assert_num_queries(6):
        assert len(desk.get(kinds_of(ines)).context["kinds"]) == count
