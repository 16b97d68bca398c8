"""I am ill: what will happen, and all of it in one act."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from clients.models import Client
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from practice_admin.domain.moving import move_booking
from practice_admin.models import Block, Booking, Refund
from tests.factories import MONDAY, NOW, make_booking, make_session, make_session_type, open_every_day
from tests.practice_admin.workspace.calling_off import AWAY, DAY, HOUR, booked, chosen, nothing_happened

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R19")]


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session")


def test_the_page_shows_every_session_of_the_days_and_changes_nothing(desk, session, text):
    booked(session, "Alice Almeida")
    booked(session, "Bob Brandt", starts_at=MONDAY + 2 * HOUR, paid=0)
    booked(session, "Charlie Costa", starts_at=MONDAY + timedelta(days=1))
    words = text(desk.get(AWAY, DAY))
    assert "Mon 30 Nov, 09:00" in words
    assert "Alice Almeida, Session" in words
    assert "€70 goes back." in words
    assert "Bob Brandt, Session" in words
    assert "Not paid yet" in words
    assert "Charlie" not in words
    assert nothing_happened()


def test_offering_anew_is_what_stands_chosen(desk, session):
    booked(session, "Alice")
    plan = desk.get(AWAY, DAY).context["plan"]
    assert [row.way for row in plan.rows] == ["anew"]
    assert plan.back_text == ""


def test_looking_again_says_what_the_choices_come_to_and_does_nothing(desk, session, text):
    alice, bob = booked(session, "Alice"), booked(session, "Bob", starts_at=MONDAY + HOUR, paid=8050)
    page = desk.post(AWAY, chosen((alice, "cancel"), (bob, "cancel"), look="1"))
    assert page.status_code == 200
    assert "€150.50" in text(page)
    assert [(post.letter.subject, post.names) for post in page.context["plan"].posts] == [
        ("Your booking is cancelled", "Alice and Bob")
    ]
    assert nothing_happened()


def test_one_act_does_it_all(desk, session, text):
    alice, bob = booked(session, "Alice"), booked(session, "Bob", starts_at=MONDAY + HOUR)
    page = desk.post(AWAY, chosen((alice, "anew"), (bob, "cancel")), follow=True)
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.status, alice.awaits_new_time) == ("confirmed", True)
    assert (bob.status, bob.cancelled_by) == ("cancelled", "therapist")
    assert [(refund.payment.booking, refund.amount_minor) for refund in Refund.objects.all()] == [(bob, 7000)]
    block = Block.objects.get()
    assert (block.starts_at, block.ends_at - block.starts_at) == (MONDAY - 9 * HOUR, timedelta(days=1))
    words = text(page)
    assert "Asked by mail to choose another time: Alice." in words
    assert "Cancelled and told so: Bob." in words
    assert "€70 goes back." in words
    owed = set(Effect.objects.values_list("kind", flat=True))
    assert owed == {"client_email", "notifications", "calendar_event", "refund"}  # and no mail to herself


@pytest.mark.rule("R22")
def test_whom_no_mail_may_reach_is_not_said_to_get_one(desk, session, text):
    alice, bob = booked(session, "Alice"), booked(session, "Bob", starts_at=MONDAY + HOUR)
    Client.objects.filter(pk=alice.client.pk).update(may_mail=False)
    page = desk.get(AWAY, DAY)
    assert [post.names for post in page.context["plan"].posts] == ["Bob"]
    assert "No mail may go to Alice" in text(page)
    done = text(desk.post(AWAY, chosen((alice, "anew"), (bob, "anew")), follow=True))
    assert "choose another time: Bob. No mail may go to Alice: see “Needs you”." in done


@pytest.mark.django_db(transaction=True)
def test_the_mails_are_the_ones_that_the_page_told(vendors, desk, session):
    alice, bob = booked(session, "Alice", paid=0), booked(session, "Bob", starts_at=MONDAY + HOUR, paid=0)
    choices = chosen((alice, "anew"), (bob, "cancel"))
    told = [post.letter for post in desk.post(AWAY, choices | {"look": "1"}).context["plan"].posts]
    desk.post(AWAY, choices)
    run_due(NOW)
    for letter, booking in zip(told, (alice, bob), strict=True):
        [mail] = vendors.mails(booking.client.user.email)
        assert mail.subject == letter.subject
        assert letter.opening in mail.text


def test_a_session_booked_meanwhile_stops_it_and_the_choices_stay(desk, session, text):
    alice = booked(session, "Alice")
    newcomer = booked(session, "Bob", starts_at=MONDAY + HOUR)
    page = desk.post(AWAY, chosen((alice, "cancel")))
    assert page.status_code == 409
    assert "have changed meanwhile" in text(page)
    rows = page.context["plan"].rows
    assert [(row.session, row.way, row.is_new) for row in rows] == [(alice, "cancel", False), (newcomer, "anew", True)]
    assert nothing_happened()


def test_what_became_of_a_session_that_is_gone_is_said(desk, session, text):
    alice, bob = booked(session, "Alice"), booked(session, "Bob", starts_at=MONDAY + HOUR)
    charlie = booked(session, "Charlie", starts_at=MONDAY + 2 * HOUR)
    Booking.objects.filter(pk=alice.pk).update(status="cancelled")
    Booking.objects.filter(pk=bob.pk).update(
        starts_at=MONDAY + timedelta(days=2), ends_at=MONDAY + timedelta(days=2, minutes=50)
    )
    page = desk.post(AWAY, chosen((alice, "anew"), (bob, "anew"), (charlie, "anew")))
    assert page.status_code == 409
    assert "Alice, Mon 30 Nov, 09:00: cancelled meanwhile." in text(page)
    assert "Bob: moved to Wed 2 Dec, 09:00 meanwhile." in text(page)
    charlie.refresh_from_db()
    assert not charlie.awaits_new_time
    assert not Block.objects.exists()


def test_a_second_press_of_the_button_does_not_ask_twice(desk, session, text):
    alice = booked(session, "Alice")
    desk.post(AWAY, chosen((alice, "anew")))
    owed = Effect.objects.count()
    assert "Asked already, on Fri 27 Nov, 12:00. No second mail." in text(desk.get(AWAY, DAY))
    desk.post(AWAY, chosen((alice, "anew")))
    alice.refresh_from_db()
    assert (alice.version, Effect.objects.count()) == (2, owed)


@pytest.mark.parametrize("way", ["marry", ""])
def test_a_choice_that_cannot_be_read_changes_nothing(desk, session, way, text):
    page = desk.post(AWAY, chosen((booked(session, "Alice"), way)))
    assert page.status_code == 422
    assert "Please choose for every session" in text(page)
    assert nothing_happened()


def test_a_key_that_names_no_session_changes_nothing(desk, session):
    alice = booked(session, "Alice")
    assert desk.post(AWAY, chosen((alice, "anew")) | {"way-nobody": "anew"}).status_code == 422
    assert desk.post(AWAY, DAY).status_code == 409
    assert nothing_happened()


@pytest.mark.rule("R9")
def test_a_call_whose_owner_has_not_spoken_can_only_be_cancelled(desk, text):
    call = make_booking(session_type=make_session_type(), awaits_owner=True)
    page = desk.get(AWAY, DAY)
    assert "it can only be cancelled" in text(page)
    assert 'value="anew"' not in text(page)
    assert desk.post(AWAY, chosen((call, "anew"))).status_code == 409
    assert nothing_happened()


def test_today_waits_with_her_until_another_time_is_chosen(desk, session, text):
    open_every_day()
    alice = booked(session, "Alice Almeida")
    assert "I am ill" in text(desk.get("/admin/"))
    desk.post(AWAY, chosen((alice, "anew")))
    words = text(desk.get("/admin/"))
    assert "Waits for Alice Almeida to choose another time" in words
    assert "Asked on Fri 27 Nov, 12:00." in words
    move_booking(public_id=alice.public_id, starts_at=MONDAY + timedelta(days=2), now=NOW)
    assert "Waits for Alice Almeida" not in text(desk.get("/admin/"))


def test_a_session_that_was_offered_anew_asks_for_no_note_once_its_time_is_over(desk, session, text):
    booked(session, "Alice", starts_at=NOW - 2 * HOUR, awaits_new_time=True)
    words = text(desk.get("/admin/"))
    assert "A note to write" not in words
    assert "Waits for Alice" in words


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_asks_the_same_number_of_questions_for_one_and_for_twelve(
    desk, session, count, django_assert_num_queries
):
    for number in range(count):
        booked(session, f"Client {number}", starts_at=MONDAY + number * HOUR)
    # Session, user, practice; sessions, what was paid.
    with django_assert_num_queries(5):
        page = desk.get(AWAY, DAY)
    assert len(page.context["plan"].rows) == count


def test_the_button_is_on_today(desk, text):
    assert f'href="{reverse("admin:away")}"' in text(desk.get("/admin/"))
