"""One booking's card: everything about it, what can be done with it, and the ways that lead to it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from clients.care.models import Note
from practice_admin.models import Booking, Refund, RuleOverride
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, therapist
from tests.practice_admin.workspace.calling_off import pay
from tests.practice_admin.workspace.diary_pages import ACTS, NIGHT, REASON, UNKNOWN, page_of

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def session():
    return make_session(name="Session", buffer_after_minutes=10)


def oscar(**fields):
    return make_client(name="Oscar Nunes", stage="ongoing", **fields)


def override(booking, **fields):
    values = {"rule": "hours", "starts_at": NIGHT, "reason": REASON, "made_by": therapist(), "made_at": NOW}
    return RuleOverride.objects.create(booking=booking, **values | fields)


def acts_on(words: str, booking: Booking) -> list[str]:
    """Which acts the card offers."""
    return [act for act in ACTS if f'href="{page_of(booking, act)}"' in words]


def test_it_says_everything_about_the_session(desk, session, text):
    booking = make_booking(
        oscar(time_zone="Europe/Athens"),
        session,
        reason="About my <sister>",
        policy_text="Until 24 hours before.",
        booked_by="therapist",
        moves=2,
        previous_starts_at=MONDAY - timedelta(days=1),
    )
    pay(booking, 7000)
    override(booking)
    words = text(desk.get(page_of(booking)))
    assert "Mon 30 Nov, 09:00" in words
    assert "11:00 in Athens" in words
    assert reverse("admin:client_record", args=[booking.client.public_id]) in words
    for told in (
        "link to come",
        "Booked",
        "Paid",
        "By you",
        "€70",
        "10 min after",
        "From Sun 29 Nov, 09:00",
        "2 times by the client",
        "Until 24 hours before.",
        "Outside your hours",
        "for Mon 30 Nov, 23:00",
        REASON,
        "About my &lt;sister&gt;",
    ):
        assert told in words, told
    assert "<sister>" not in words


@pytest.mark.rule("R20")
def test_the_clients_zone_stands_beside_hers_only_where_they_differ(desk, session, text):
    booking = make_booking(oscar(time_zone="Europe/London"), session)
    assert " in London" not in text(desk.get(page_of(booking)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"awaits_owner": True, "guest_name": "Some<b>body"}, "Not confirmed by its owner"),
        ({"awaits_owner": True, "guest_name": "Some<b>body"}, "as “Some&lt;b&gt;body”"),
        ({"awaits_new_time": True}, "was asked to choose another time, and has not yet."),
        ({"status": "cancelled", "cancelled_by": "client", "fee": "charged"}, "Charged"),
        ({"status": "cancelled", "cancelled_by": "client", "fee": "charged"}, "Not paid yet"),
        ({"status": "no_show", "fee": "waived"}, "Waived"),
        ({"status": "pending_payment"}, "Waiting for payment"),
        ({"status": "expired"}, "Not paid, let go"),  # true of what ran out, and of what its client gave up
    ],
)
def test_it_is_marked_for_what_it_is(desk, session, text, fields, words):
    assert words in text(desk.get(page_of(make_booking(oscar(), session, **fields))))


def test_money_that_went_back_stands_under_what_was_paid(desk, session, text):
    booking = make_booking(oscar(), session, status="cancelled", fee="waived")
    Refund.objects.create(payment=pay(booking, 7000), amount_minor=2550)
    words = text(desk.get(page_of(booking)))
    assert "€25.50 back" in words
    assert "To be sent" in words


def test_only_what_is_possible_is_offered(desk, session, text):
    call = make_session_type("call", name="Call")
    ahead = make_booking(oscar(), session)
    begun = make_booking(oscar(), session, starts_at=NOW - timedelta(hours=1))
    spoken = make_booking(oscar(), call, starts_at=NOW - timedelta(hours=3))
    cancelled = make_booking(oscar(), session, status="cancelled")
    held = make_booking(oscar(), session, starts_at=MONDAY + timedelta(days=1), status="pending_payment")
    anew = make_booking(oscar(), session, starts_at=NOW - timedelta(hours=5), awaits_new_time=True)
    offered = {row: acts_on(text(desk.get(page_of(row))), row) for row in (ahead, begun, spoken, cancelled, held, anew)}
    assert offered == {
        ahead: ["move", "cancel", "buffers"],
        begun: ["move", "cancel", "came", "no-show", "buffers"],
        spoken: ["move", "cancel", "no-show"],
        cancelled: [],
        held: ["buffers"],
        anew: ["move", "cancel", "buffers"],
    }


def test_a_call_leads_to_its_closing_page_and_to_not_a_real_enquiry(desk, text):
    call = make_session_type("call", name="Call")
    begun = make_booking(make_client(), call, starts_at=NOW - timedelta(hours=1))
    words = text(desk.get(page_of(begun)))
    assert reverse("admin:close_discovery", args=[begun.public_id]) in words
    assert reverse("admin:dismiss_enquiry", args=[begun.public_id]) in words
    known = make_booking(oscar(), call)
    assert reverse("admin:dismiss_enquiry", args=[known.public_id]) not in text(desk.get(page_of(known)))


def test_it_says_whether_there_is_a_note_and_leads_to_writing_one(desk, session, text):
    booking = make_booking(oscar(), session, starts_at=NOW - timedelta(hours=1))
    assert "Write note" in text(desk.get(page_of(booking)))
    assert reverse("admin:session_note", args=[booking.public_id]) in text(desk.get(page_of(booking)))
    Note.objects.create(client=booking.client, booking=booking, body="A word")
    words = text(desk.get(page_of(booking)))
    assert "Note written" in words
    assert "A word" not in words
    assert "Write note" not in words


@pytest.mark.parametrize("count", [1, 4])
def test_the_card_asks_the_same_number_of_questions_for_one_of_everything_and_for_four(
    desk, session, count, django_assert_num_queries
):
    client, series = oscar(), "7f1f3a1e-0000-4000-8000-000000000000"
    rows = [
        make_booking(client, session, starts_at=MONDAY + week * timedelta(weeks=1), series_id=series)
        for week in range(count)
    ]
    for attempt in range(count):
        override(rows[0])
        payment = pay(rows[0], 7000) if not attempt else rows[0].payments.create(**_unplaced(client, attempt))
        Refund.objects.create(payment=payment, amount_minor=100)
    # Session, user, practice; booking, overrides, payments, refunds, tries again, disputes, by hand, series.
    with django_assert_num_queries(11):
        page = desk.get(page_of(rows[0]))
    assert [len(each) for each in (page.context["card"].overrides, page.context["card"].series)] == [count, count]


def _unplaced(client, attempt: int) -> dict[str, object]:
    values = {"client": client, "attempt": attempt + 1, "amount_minor": 7000, "currency": "EUR", "state": "unplaced"}
    return values | {"expires_at": NOW, "paid_at": NOW}


def test_today_and_the_record_lead_to_it(desk, session, text):
    booking = make_booking(oscar(), session, starts_at=NOW + timedelta(hours=1))
    record = reverse("admin:client_record", args=[booking.client.public_id])
    for place in ("/admin/", record):
        assert f'href="{page_of(booking)}"' in text(desk.get(place)), place
    assert f'href="{reverse("admin:book", args=[booking.client.public_id])}"' in text(desk.get(record))
    assert f'href="{reverse("admin:book_whom")}"' in text(desk.get("/admin/"))


def test_what_needs_her_leads_to_the_session_that_it_is_about(desk, session, text):
    waiting = make_booking(oscar(), session, awaits_new_time=True)
    page = desk.get("/admin/")
    assert [need.card for need in page.context["needs"]] == [page_of(waiting)]
    assert f'href="{page_of(waiting)}">Mon 30 Nov, 09:00</a>' in text(page)


@pytest.mark.rule("R16")
def test_an_unknown_one_is_not_found_on_any_of_its_pages(desk):
    for act in ("", *(f"{act}/" for act in ACTS)):
        assert desk.get(f"/admin/bookings/{UNKNOWN}/{act}").status_code == 404
        assert desk.get(f"/admin/bookings/12/{act}").status_code == 404
        if act:
            assert desk.post(f"/admin/bookings/{UNKNOWN}/{act}", {"known_version": "1"}).status_code == 404


def test_another_method_is_refused(desk, session):
    booking = make_booking(oscar(), session)
    assert desk.post(page_of(booking)).status_code == 405
    for act in ACTS:
        assert desk.put(page_of(booking, act)).status_code == 405
        assert desk.delete(page_of(booking, act)).status_code == 405
