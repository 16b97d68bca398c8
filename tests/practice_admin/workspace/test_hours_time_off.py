"""Time off from the hours page: two clicks, or from one date to another."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from practice_admin.models import Block, Booking, Practice
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session_type

pytestmark = pytest.mark.django_db

PAGE, ASK, TAKE = "/admin/hours/", "/admin/hours/time-off/", "/admin/hours/time-off/take/"


@pytest.fixture(autouse=True)
def friday():
    """Friday 27 November 2026, noon in Lisbon."""
    with time_machine.travel(NOW, tick=False):
        yield


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def sent(page) -> dict:
    """What the button on the asking page sends."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


@pytest.mark.parametrize(
    ("off", "said", "begins", "ends"),
    [
        ("today", "Fri 27 Nov, all day", at(27), at(28)),
        ("tomorrow", "Sat 28 Nov, all day", at(28), at(29)),
        ("this-week", "Fri 27 Nov to Sun 29 Nov", at(27), at(30)),
        ("next-week", "Mon 30 Nov to Sun 6 Dec", at(30), at(7, 12)),
    ],
)
def test_time_off_takes_two_clicks(desk, text, off, said, begins, ends):
    assert f'href="{ASK}?off={off}"' in text(desk.get(PAGE))
    asked = desk.get(ASK, {"off": off})
    assert said in text(asked)
    assert not Block.objects.exists()
    done = desk.post(TAKE, sent(asked), follow=True)
    assert f"Taken off: {said}." in text(done)
    block = Block.objects.get()
    assert (block.starts_at, block.ends_at, block.source) == (begins, ends, "manual")


def test_the_first_click_says_who_stays_booked_and_so_does_the_page(desk, text):
    alice = make_client(name="Alice <3")
    booking = make_booking(alice, make_session_type(), starts_at=MONDAY)
    asked = desk.get(ASK, {"off": "next-week"})
    assert "1 session stays booked in it." in text(asked)
    assert f"/admin/clients/record/{alice.public_id}/" in text(asked)
    assert "Alice &lt;3" in text(asked)
    desk.post(TAKE, sent(asked))
    (off,) = desk.get(PAGE).context["time_off"]
    assert off.staying == [booking]
    assert Booking.objects.get().status == "confirmed"


def test_where_nobody_is_booked_it_says_so(desk, text):
    assert "No session is booked in it." in text(desk.get(ASK, {"off": "tomorrow"}))


def test_an_unknown_stretch_is_not_found(desk):
    assert desk.get(ASK, {"off": "yesterday"}).status_code == 404
    assert desk.get(ASK).status_code == 404


def typed(from_on="2026-12-01", until_on="", **fields) -> dict:
    return {"from_on": from_on, "from_at": "", "until_on": until_on, "until_at": "", "label": ""} | fields


@pytest.mark.parametrize(
    ("form", "said", "begins", "ends"),
    [
        (typed(), "Tue 1 Dec, all day", at(1, 12), at(2, 12)),
        (typed(until_on="2026-12-04"), "Tue 1 Dec to Fri 4 Dec", at(1, 12), at(5, 12)),
        (
            typed(from_at="12:00", until_at="14:00"),
            "Tue 1 Dec, 12:00 to 14:00",
            at(1, 12) + timedelta(hours=12),
            at(1, 12) + timedelta(hours=14),
        ),
        (
            typed(from_at="12:00", until_on="2026-12-02", until_at="09:00"),
            "Tue 1 Dec, 12:00 to Wed 2 Dec, 09:00",
            at(1, 12) + timedelta(hours=12),
            at(2, 12) + timedelta(hours=9),
        ),
        (typed(from_at="12:00"), "Tue 1 Dec, 12:00 to Wed 2 Dec, 00:00", at(1, 12) + timedelta(hours=12), at(2, 12)),
    ],
)
def test_from_one_date_to_another(desk, text, form, said, begins, ends):
    asked = desk.post(ASK, form)
    assert asked.status_code == 200
    assert said in text(asked)
    assert not Block.objects.exists()
    desk.post(TAKE, form | {"label": "Away"})
    block = Block.objects.get()
    assert (block.starts_at, block.ends_at, block.label) == (begins, ends, "Away")


@pytest.mark.rule("R20")
def test_it_is_typed_in_her_own_zone(desk):
    Practice.objects.update(time_zone="Asia/Tokyo")
    desk.post(TAKE, typed(from_at="09:00", until_at="10:00"))
    assert Block.objects.get().starts_at == at(1, 12)
    assert Block.objects.get().ends_at == at(1, 12) + timedelta(hours=1)


@pytest.mark.rule("R20")
def test_a_day_of_a_clock_change_is_taken_whole(desk):
    desk.post(TAKE, typed("2027-03-28"))  # 23 hours long in Lisbon
    block = Block.objects.get()
    assert block.ends_at - block.starts_at == timedelta(hours=23)
    desk.post(TAKE, typed("2027-03-28", from_at="01:30", until_at="02:30"))  # 01:30 is skipped: the change itself
    assert Block.objects.get(ends_at__hour=1).starts_at == datetime(2027, 3, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize("address", [ASK, TAKE])
@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        (typed(until_on="2026-11-30"), "until_on", "It has to end after it begins."),
        (typed(from_at="12:00", until_at="11:00"), "until_on", "It has to end after it begins."),
        (typed("2026-11-01", "2026-11-26"), "until_on", "That time is over."),
        (typed(until_on="2028-01-01"), "until_on", "A year at a time is the most."),
        (typed("2036-01-01"), "from_on", "within the next three years"),
        (typed(""), "from_on", "Please choose a day."),
        (typed("someday"), "from_on", "Please write a day like"),
        (typed("9999-12-31"), "from_on", "Please choose a day from 2000 to 2199."),
        (typed(from_at="noon"), "from_at", "Please write a time like 09:30."),
        (typed(label="x" * 101), "label", "100 characters"),
    ],
)
def test_a_bad_time_is_told_beside_its_field_and_nothing_is_blocked(desk, text, address, form, field, told):
    answer = desk.post(address, form)
    assert answer.status_code == 422
    assert list(answer.context["off_form"].errors) == [field]
    assert told in text(answer)
    assert all(f'value="{one}"' in text(answer) for one in form.values() if one)
    assert not Block.objects.exists()


def test_coming_time_off_is_listed_and_can_be_ended(desk, text):
    coming = Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=2), label="<u>Dentist</u>")
    Block.objects.create(starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1), label="Long ago")
    words = text(desk.get(PAGE))
    assert "Mon 30 Nov, 09:00 to 11:00" in words
    assert "&lt;u&gt;Dentist&lt;/u&gt;" in words
    assert "Long ago" not in words
    answer = desk.post(f"{ASK}{coming.pk}/end/", follow=True)
    assert "That time is offered again." in text(answer)
    assert not Block.objects.filter(pk=coming.pk).exists()
    assert "That was removed already." in text(desk.post(f"{ASK}{coming.pk}/end/", follow=True))


def test_what_mirrors_google_is_read_here_and_not_changed(desk, text):
    block = Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=1), source="google", label="Choir")
    words = text(desk.get(PAGE))
    assert "Choir" in words
    assert f"{ASK}{block.pk}/end/" not in words
    assert "Change it there." in text(desk.post(f"{ASK}{block.pk}/end/", follow=True))
    assert Block.objects.exists()


def test_nobody_else_takes_or_ends_her_time_off(client):
    block = Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=1))
    client.force_login(make_client().user)
    assert client.post(TAKE, typed()).status_code == 403
    assert client.post(f"{ASK}{block.pk}/end/").status_code == 403
    assert Block.objects.get() == block


@pytest.mark.parametrize("address", [TAKE, f"{ASK}1/end/"])
def test_looking_changes_nothing(desk, address):
    assert desk.get(address).status_code == 405
