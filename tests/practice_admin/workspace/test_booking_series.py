"""A series for a client: every time shown first, then all of it booked in one act, or none (R3, R4, R20)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from integrations.outbox.models import Effect
from practice_admin.models import Booking, RuleOverride
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, open_every_day
from tests.practice_admin.workspace.diary_pages import HOUR, NIGHT, REASON, WEEK

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R4")]


@pytest.fixture(autouse=True)
def friday():
    open_every_day()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session", step_minutes=60, buffer_after_minutes=10)


@pytest.fixture
def oscar(session):
    return make_client("oscar@example.com", name="Oscar <Nunes>", stage="ongoing")


def address(client, first=MONDAY, *, every=1, count=3, **more) -> str:
    base = reverse("admin:book_series", args=[client.public_id, "session"])
    asked = {"start": first.strftime("%Y-%m-%dT%H:%M:%SZ"), "every": every, "count": count} | more
    return f"{base}?" + "&".join(f"{key}={value}" for key, value in asked.items())


def form_of(page) -> dict[str, str]:
    """The table as it stands, to be sent back."""
    rows = page.context["rows"]
    return {row.name: row.pick for row in rows} | {f"seen-{row.number}": row.seen for row in rows}


def others_session(session, at, name="Bea"):
    return make_booking(make_client(name=name, stage="ongoing"), session, starts_at=at)


def mine(client) -> list:
    return list(Booking.objects.filter(client=client).values_list("starts_at", flat=True))


def test_the_time_page_leads_to_the_table_and_books_nothing_yet(desk, oscar, text):
    place = reverse("admin:book_time", args=[oscar.public_id, "session"])
    sent = {"start": MONDAY.isoformat(), "every": "2", "count": "4", "without_buffers": "on"}
    page = desk.post(place, sent, follow=True)
    assert [row.occurrence.starts_at for row in page.context["rows"]] == [MONDAY + 2 * n * WEEK for n in range(4)]
    assert "All of them are free. Nothing is booked yet. Without buffers." in text(page)
    assert "Oscar &lt;Nunes&gt;" in text(page)
    assert not Booking.objects.exists()


def test_what_is_free_is_booked_in_one_act_under_one_series_and_told_in_one_mail(desk, oscar, text):
    words = text(desk.post(address(oscar), form_of(desk.get(address(oscar))), follow=True))
    assert mine(oscar) == [MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK]
    assert Booking.objects.values("series_id").distinct().count() == 1
    assert "3 sessions are booked for" in words
    assert "from Mon 30 Nov, 09:00 to Mon 14 Dec, 09:00. They are told in one mail." in words
    assert not RuleOverride.objects.exists()


def test_a_series_that_begins_in_the_past_is_refused_beside_its_time(desk, oscar, text):
    for page in (desk.get(address(oscar, NOW - HOUR)), desk.post(address(oscar, NOW - HOUR), {})):
        assert page.status_code == 422
        assert page.context["form"].errors == {"start": ["That time is over. Please choose one that is still ahead."]}
    assert not Booking.objects.exists()


@pytest.mark.rule("R3")
def test_a_taken_one_is_shown_with_what_is_free_nearby_and_has_to_be_decided(desk, oscar, session, text):
    others_session(session, MONDAY + WEEK)
    page = desk.get(address(oscar))
    taken = page.context["rows"][1]
    assert (taken.against, taken.pick) == (["Another session has it"], "")
    assert [option.label for option in taken.options][-1] == "Leave it out"
    assert (MONDAY + WEEK) not in [one.starts_at for one in taken.occurrence.nearest]
    assert "1 of them cannot be had just like that: choose for it." in text(page)
    refused = desk.post(address(oscar), form_of(page))
    assert refused.status_code == 422
    assert "Please choose a time for this one, or leave it out." in text(refused)
    assert mine(oscar) == []


def test_another_time_or_none_is_taken_for_it(desk, oscar, session):
    others_session(session, MONDAY + WEEK)
    others_session(session, MONDAY + 2 * WEEK, "Carl")
    page = desk.get(address(oscar))
    nearest = page.context["rows"][1].options[0].value
    desk.post(address(oscar), form_of(page) | {"pick-1": nearest, "pick-2": "out"})
    assert mine(oscar) == [MONDAY, MONDAY + WEEK + HOUR]


def test_rules_are_passed_over_with_one_reason_which_is_kept_with_each(desk, oscar, text):
    page = desk.get(address(oscar, NIGHT, count=2))
    assert [row.against for row in page.context["rows"]] == [["Outside your hours"]] * 2
    assert all(row.pick == "" for row in page.context["rows"])
    own = {f"pick-{n}": (NIGHT + n * WEEK).isoformat() for n in range(2)}
    refused = desk.post(address(oscar, NIGHT, count=2), form_of(page) | own)
    assert refused.status_code == 409
    assert "This one asks for a reason: outside your hours." in text(refused)
    assert [row.pick for row in refused.context["rows"]] == list(own.values())
    assert mine(oscar) == []
    desk.post(address(oscar, NIGHT, count=2), form_of(refused) | own | {"reason": REASON})
    assert mine(oscar) == [NIGHT, NIGHT + WEEK]
    assert list(RuleOverride.objects.values_list("rule", flat=True)) == ["hours", "hours"]
    assert {kept.reason for kept in RuleOverride.objects.all()} == {REASON}


def test_a_reason_does_not_cover_what_the_page_did_not_show(desk, oscar):
    own = {"pick-0": NIGHT.isoformat(), "pick-1": "out"}
    for seen in ({}, {"seen-0": "x"}, {"seen-0": (NIGHT + WEEK).isoformat() + " hours"}):
        sent = own | seen | {"reason": REASON}
        assert desk.post(address(oscar, NIGHT, count=2), sent).status_code == 409
    assert mine(oscar) == []


@pytest.mark.rule("R3")
def test_what_was_taken_meanwhile_brings_the_same_table_back_with_what_was_chosen_and_books_none_of_it(
    desk, oscar, session, text
):
    others_session(session, MONDAY + WEEK)
    page = desk.get(address(oscar, count=4))
    sent = form_of(page) | {"pick-1": page.context["rows"][1].options[1].value, "pick-3": "out"}
    others_session(session, MONDAY, "Carl")
    back = desk.post(address(oscar, count=4), sent)
    assert back.status_code == 409
    rows = back.context["rows"]
    assert rows[0].problem == "That time cannot be had any more. Please choose another one."
    assert MONDAY + HOUR in [one.starts_at for one in rows[0].occurrence.nearest]
    assert [row.pick for row in rows[1:]] == [sent[f"pick-{n}"] for n in (1, 2, 3)]
    assert "Some of these times cannot be had." in text(back)
    assert (mine(oscar), Effect.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"pick-0": "out", "pick-1": "out", "pick-2": "out"}, 422, "All of them are left out"),
        ({"pick-1": MONDAY.isoformat()}, 422, "This time is chosen twice."),
        ({"pick-1": "<b>"}, 422, "Please choose a time for this one, or leave it out."),
        ({"pick-1": (NOW - HOUR).isoformat()}, 409, "That time cannot be had any more."),
        ({"pick-1": (MONDAY + timedelta(minutes=30)).isoformat()}, 409, "That time cannot be had any more."),
        ({"reason": "x" * 501}, 422, "Please keep the reason to 500 characters."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_booked(desk, oscar, text, typed, status, words):
    page = desk.post(address(oscar), form_of(desk.get(address(oscar))) | typed)
    assert page.status_code == status
    assert words in text(page)
    assert "<b>" not in text(page).split("<main")[1]
    assert mine(oscar) == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"count": 500}, "A series has 2 to 52 sessions"),
        ({"count": 1}, "A series has 2 to 52 sessions"),
        ({"every": 3}, "every week or every second week."),
        ({"every": 0}, "How often"),
        ({"start": "x"}, "That time could not be read."),
    ],
)
def test_an_address_that_names_no_series_gives_the_page_before_it_with_a_sentence(
    desk, oscar, text, method, asked, words
):
    page = getattr(desk, method)(address(oscar, **asked))
    assert page.status_code == 422
    assert words in text(page)
    assert not Booking.objects.exists()


@pytest.mark.rule("R2")
def test_a_kind_that_is_not_open_has_no_table(desk, session, text):
    ines = make_client(stage="intake", name="Ines")
    page = desk.post(address(ines), {f"pick-{n}": (MONDAY + n * WEEK).isoformat() for n in range(3)})
    assert page.status_code == 422
    assert "has no waiver for it" in text(page)
    assert not Booking.objects.exists()


@pytest.mark.rule("R20")
def test_it_keeps_its_wall_time_over_a_clock_change_and_reaches_beyond_the_horizon(desk, oscar):
    rows = desk.get(address(oscar, count=20)).context["rows"]
    assert [f"{row.occurrence.starts_at:%H:%M}" for row in rows] == ["09:00"] * 20
    assert rows[8].against == []
    assert rows[19].against == ["Further ahead than is offered"]
    assert rows[19].occurrence.nearest


@pytest.mark.parametrize("count", [2, 16])
@pytest.mark.parametrize("is_taken", [False, True])
def test_the_table_asks_the_same_number_of_questions_for_two_and_for_many(
    desk, oscar, session, count, is_taken, django_assert_num_queries
):
    for week in range(count if is_taken else 0):
        others_session(session, MONDAY + week * WEEK)
    # Session, user, practice; client, kind; the hours of both kinds in one, what is taken.
    with django_assert_num_queries(7):
        page = desk.get(address(oscar, count=count))
    assert len(page.context["rows"]) == count
    assert all(row.occurrence.is_taken == is_taken for row in page.context["rows"])
