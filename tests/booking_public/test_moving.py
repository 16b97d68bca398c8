"""Moving a booking by its link: the picker again, one button, and what is said when it cannot be."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser

from integrations.outbox.models import Effect
from practice_admin.domain.booking_links import owner_tag
from practice_admin.models import Block, Booking, Practice
from tests.booking_public.door import booked, page_of, paid, unchanged
from tests.booking_public.pages import buttons, free_days, hidden, link, starts, times, words
from tests.factories import MONDAY, make_booking

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("practice")]

TEN = "2026-11-30T10:00:00+00:00"


def pressed(client: Browser, booking: Booking, start: str = TEN, **more: str):
    """The button, from a page that knew this version of the booking."""
    sent = {"action": "move", "start": start, "version": str(booking.version), "tz": "Europe/Lisbon"} | more
    return client.post(page_of(booking), sent)


def test_a_booking_is_moved_and_the_page_says_from_when_to_when(client: Browser) -> None:
    booking = booked()
    answer = pressed(client, booking)
    assert answer.status_code == 303
    booking.refresh_from_db()
    assert (booking.starts_at, booking.version) == (MONDAY + timedelta(hours=1), 2)
    assert booking.ends_at - booking.starts_at == timedelta(minutes=20)
    assert Effect.objects.filter(subject=booking.subject, version=2, kind="client_email").exists()
    page = words(client.get(answer["Location"]).text)
    assert "From Mon 30 Nov, 09:00 to Mon 30 Nov, 10:00." in page
    assert "Monday 30 November 2026, 10:00 to 10:20" in page
    later = words(client.get(page_of(booking)).text)
    assert "It was moved here from Mon 30 Nov, 09:00." in later
    assert Booking.objects.count() == 1


def test_the_picker_names_the_present_time_and_offers_every_other_one(client: Browser) -> None:
    booking = booked("session")  # 50 minutes, every half hour: 09:30 meets nothing but its own span
    page = client.get(page_of(booking, ask="move", day="2026-11-30")).text
    assert "You have it on Monday 30 November 2026, 09:00 to 09:50" in words(page)
    assert times(page)[:2] == ["09:30", "10:00"]
    assert "09:00" not in times(page)
    assert pressed(client, booking, "2026-11-30T09:30:00+00:00").status_code == 303


def test_all_links_of_the_picker_stay_with_the_booking_and_its_owner(client: Browser) -> None:
    booking = booked()
    tag = owner_tag(booking)
    page = client.get(page_of(booking, ask="move", own=tag)).text
    for href in (link(page, "later"), link(page, "next-free")):
        assert href.startswith(page_of(booking))
        assert f"own={tag}" in href
        assert "ask=move" in href
        assert client.get(href).status_code == 200
    assert (hidden(page, "own"), hidden(page, "ask")) == (tag, "move")
    moved = client.post(page_of(booking, own=tag), {"action": "move", "start": TEN, "version": "1"})
    assert f"own={tag}" in moved["Location"]


def test_the_picker_speaks_the_zone_in_which_it_was_booked_and_any_other(client: Browser) -> None:
    booking = booked(time_zone="Asia/Kolkata")
    assert "Kolkata time (UTC+5:30)" in words(client.get(page_of(booking, ask="move")).text)
    assert "Tokyo time (UTC+9)" in words(client.get(page_of(booking, ask="move", tz="Asia/Tokyo")).text)


@pytest.mark.parametrize("start", ["", "tomorrow", "2026-11-30T10:00:00", "9" * 400, TEN + "\x00"])
def test_a_time_that_cannot_be_read_is_422_with_a_clear_line_and_the_picker(client: Browser, start: str) -> None:
    booking = booked()
    answer = pressed(client, booking, start)
    assert answer.status_code == 422
    assert "We could not read that time." in answer.text
    assert starts(answer.text)
    assert unchanged(booking)


def test_the_very_same_time_is_422_with_a_clear_line_and_the_picker(client: Browser) -> None:
    booking = booked()
    answer = pressed(client, booking, MONDAY.isoformat())
    assert answer.status_code == 422
    assert "That is the time you have already." in answer.text
    assert starts(answer.text)
    assert unchanged(booking)


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-11-30T10:00:00+00:00", "That time was just taken."),
        ("2026-11-30T10:10:00+00:00", "That time was just taken."),
        ("2026-11-30T11:00:00+00:00", "That time is not free."),
        ("2026-11-30T12:01:00+00:00", "That time is not free."),
        ("2026-11-20T10:00:00+00:00", "That time is not free."),
        ("2099-11-20T10:00:00+00:00", "That time is not free."),
    ],
    ids=["taken", "partly taken", "blocked", "off the grid", "past", "beyond the horizon"],
)
def test_a_time_that_is_not_free_is_409_with_the_three_nearest_of_which_one_press_moves(
    client: Browser, start: str, said: str
) -> None:
    booking = booked()
    make_booking(starts_at=datetime(2026, 11, 30, 10, tzinfo=UTC))
    eleven = datetime(2026, 11, 30, 11, tzinfo=UTC)
    Block.objects.create(starts_at=eleven, ends_at=eleven + timedelta(minutes=20))
    answer = pressed(client, booking, start)
    assert answer.status_code == 409
    assert said in answer.text
    nearest = buttons(answer.text, "start")
    assert len(nearest) == 3
    assert MONDAY.isoformat() not in nearest
    assert free_days(answer.text)
    assert unchanged(booking)
    assert pressed(client, booking, nearest[1], version=hidden(answer.text, "version")).status_code == 303
    assert not unchanged(booking)


def test_an_older_page_moves_nothing_and_says_what_is_true_now(client: Browser) -> None:
    booking = booked()
    assert pressed(client, booking).status_code == 303
    moved = Booking.objects.get(pk=booking.pk)
    Effect.objects.all().delete()
    answer = pressed(client, booking, "2026-11-30T14:00:00+00:00")  # the same page, a second time
    assert answer.status_code == 409
    assert "This booking has changed since you opened that page." in answer.text
    assert "10:00 to 10:20" in words(answer.text)
    assert unchanged(moved)


@pytest.mark.parametrize("version", ["0", "2", "99999999999", "-1", "one"])
def test_a_version_that_is_not_the_bookings_moves_nothing(client: Browser, version: str) -> None:
    booking = booked()
    assert pressed(client, booking, version=version).status_code == 409
    assert unchanged(booking)


@pytest.mark.rule("R19")
def test_within_the_notice_it_is_neither_offered_nor_done(client: Browser) -> None:
    booking = booked()
    with time_machine.travel(MONDAY - timedelta(hours=23), tick=False):
        page = client.get(page_of(booking)).text
        assert "ask=move" not in page
        assert "It is too late to move this here." in words(page)
        assert "It is too late to move this here." in words(client.get(page_of(booking, ask="move")).text)
        answer = pressed(client, booking)
    assert answer.status_code == 409
    assert "It is too late to move this here." in answer.text
    assert unchanged(booking)


@pytest.mark.rule("R19")
def test_a_time_within_the_notice_is_warned_of_before_it_is_chosen(client: Browser) -> None:
    booking = booked(starts_at=MONDAY + timedelta(days=3))
    warning = "before Tue 1 Dec, 09:00, it can then no longer be moved or cancelled here."
    with time_machine.travel(MONDAY, tick=False):
        assert warning in words(client.get(page_of(booking, ask="move")).text)
    Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + timedelta(days=1))
    with time_machine.travel(MONDAY, tick=False):
        page = client.get(page_of(booking, ask="move")).text
    assert starts(page)
    assert "it can then no longer" not in words(page)


def test_moves_are_limited_and_the_page_says_so_while_it_can_still_be_cancelled(client: Browser) -> None:
    Practice.objects.update(most_moves=1)
    booking = booked()
    assert pressed(client, booking).status_code == 303
    moved = Booking.objects.get(pk=booking.pk)
    Effect.objects.all().delete()
    page = client.get(page_of(moved)).text
    assert "ask=move" not in page
    assert "ask=cancel" in page
    assert "This booking has been moved once already." in page
    assert pressed(client, moved, "2026-11-30T14:00:00+00:00").status_code == 409
    assert unchanged(moved)


def test_one_that_the_therapist_offers_anew_asks_for_another_time_and_can_always_be_moved(client: Browser) -> None:
    booking = paid(awaits_new_time=True, moves=9)
    with time_machine.travel(MONDAY - timedelta(hours=1), tick=False):
        page = client.get(page_of(booking)).text
        assert "Please choose another time" in page
        assert "What you paid stays with it." in page
        assert "expecting you" not in page
        assert "/join/" not in page
        assert "It cannot be held on" in client.get(page_of(booking, ask="move")).text
        assert client.get(page_of(booking) + "join/").status_code == 404
        answer = pressed(client, booking, "2026-12-01T10:00:00+00:00")
        after = client.get(answer["Location"]).text
    assert "It is moved" in after
    assert "Please choose another time" not in after
    assert not Booking.objects.get().awaits_new_time


@pytest.mark.parametrize("status", ["cancelled", "expired", "completed", "no_show", "pending_payment"])
def test_what_is_not_confirmed_is_neither_offered_nor_moved(client: Browser, status: str) -> None:
    booking = booked("session", status=status)
    assert "ask=move" not in client.get(page_of(booking)).text
    assert starts(client.get(page_of(booking, ask="move")).text) == []
    answer = pressed(client, booking)
    assert answer.status_code == 409
    assert "Only a confirmed booking can be moved." in answer.text
    assert unchanged(booking)


def test_when_nothing_else_is_free_it_says_so_and_the_booking_stays(client: Browser) -> None:
    booking = booked()
    Block.objects.create(starts_at=MONDAY - timedelta(days=4), ends_at=MONDAY + timedelta(days=90))
    page = client.get(page_of(booking, ask="move")).text
    assert starts(page) == []
    assert "New times open every week" in page
    assert "Leave it as it is" in page
