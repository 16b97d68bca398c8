"""The lists and forms of the desk."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from practice_admin.models import Block, Booking, HoursOverride, Practice, SessionType, WeeklyHours
from tests.factories import make_booking, make_client, make_session, make_session_type

pytestmark = pytest.mark.django_db

HOURS = "/admin/practice_admin/weeklyhours/add/"
TYPES = "/admin/practice_admin/sessiontype/add/"


@pytest.mark.parametrize("count", [1, 30])
def test_clients_ask_the_same_number_of_questions_for_one_and_for_thirty(desk, count, django_assert_num_queries):
    call = make_session_type()
    for number in range(count):
        make_booking(make_client(), call, starts_at=timezone.now() + timedelta(days=number + 1))
    # Session, user, practice; count, clients.
    with django_assert_num_queries(5):
        page = desk.get("/admin/clients/client/")
    assert len(page.context["cl"].result_list) == count


@pytest.mark.parametrize("count", [1, 30])
def test_bookings_ask_the_same_number_of_questions_for_one_and_for_thirty(desk, count, django_assert_num_queries):
    call = make_session_type()
    for number in range(count):
        make_booking(make_client(), call, starts_at=timezone.now() + timedelta(minutes=30 * number))
    # Session, user, practice; types for the filter, count, bookings, the span of dates and their days.
    with django_assert_num_queries(8):
        page = desk.get("/admin/practice_admin/booking/")
    assert len(page.context["cl"].result_list) == count


def test_a_client_is_found_by_name_and_by_mail(desk):
    alice = make_client("alice@example.com", name="Alice Almeida")
    make_client("bob@example.com", name="Bob Brandt")
    for word in ("almeida", "ALICE@"):
        assert list(desk.get("/admin/clients/client/", {"q": word}).context["cl"].result_list) == [alice]


def test_a_client_in_the_list_leads_to_the_record(desk, text):
    alice = make_client(name="<b>Alice</b>")
    record = reverse("admin:client_record", args=[alice.public_id])
    words = text(desk.get("/admin/clients/client/"))
    assert record in words
    assert "<b>Alice</b>" not in words
    assert desk.get(f"/admin/clients/client/{alice.pk}/change/")["Location"] == record


@pytest.mark.parametrize("model", ["booking", "effect"])
def test_records_are_neither_added_nor_changed_nor_deleted_by_form(desk, model):
    booking = make_booking()
    app = "outbox" if model == "effect" else "practice_admin"
    assert desk.get(f"/admin/{app}/{model}/add/").status_code == 403
    assert desk.post(f"/admin/practice_admin/booking/{booking.pk}/change/", {"status": "cancelled"}).status_code == 403
    assert desk.post(f"/admin/practice_admin/booking/{booking.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Booking.objects.get().status == "confirmed"


def test_a_booking_is_shown_with_what_was_typed(desk, text):
    booking = make_booking(reason="A word on why", guest_name="<u>Alice</u>")
    words = text(desk.get(f"/admin/practice_admin/booking/{booking.pk}/change/"))
    assert "A word on why" in words
    assert "<u>Alice</u>" not in words


def test_spans_of_one_day_may_touch_but_not_overlap(desk, text):
    WeeklyHours.objects.create(weekday=0, opens_at=time(9), closes_at=time(13))
    answer = desk.post(HOURS, {"weekday": 0, "opens_at": "12:00", "closes_at": "15:00"})
    assert "This overlaps Monday 09:00 to 13:00" in text(answer)
    assert WeeklyHours.objects.count() == 1
    desk.post(HOURS, {"weekday": 0, "opens_at": "13:00", "closes_at": "15:00"})
    desk.post(HOURS, {"weekday": 1, "opens_at": "12:00", "closes_at": "15:00"})
    assert WeeklyHours.objects.count() == 3


def test_hours_that_end_before_they_begin_are_refused_in_words(desk, text):
    answer = desk.post(HOURS, {"weekday": 0, "opens_at": "15:00", "closes_at": "12:00"})
    assert "It has to close after it opens." in text(answer)
    assert "practice_admin_weeklyhours" not in text(answer)
    assert not WeeklyHours.objects.exists()


def test_a_date_is_closed_or_has_hours_but_not_both(desk, text):
    HoursOverride.objects.create(on=date(2026, 12, 24))
    form = {"on": "2026-12-24", "opens_at": "09:00", "closes_at": "12:00"}
    answer = desk.post("/admin/practice_admin/hoursoverride/add/", form)
    assert "This contradicts what is set" in text(answer)
    half = desk.post("/admin/practice_admin/hoursoverride/add/", {"on": "2026-12-25", "opens_at": "09:00"})
    assert "both times, or neither" in text(half)
    assert HoursOverride.objects.count() == 1


def test_time_off_is_typed_in_her_own_zone(desk):
    Practice.objects.update(time_zone="Asia/Tokyo")
    form = {"starts_at_0": "2026-12-01", "starts_at_1": "09:00", "ends_at_0": "2026-12-01", "ends_at_1": "10:00"}
    desk.post("/admin/practice_admin/block/add/", form)
    assert Block.objects.get().starts_at.isoformat() == "2026-12-01T00:00:00+00:00"
    assert Block.objects.get().source == "manual"


def test_a_block_that_mirrors_google_is_not_hers_to_change(desk):
    now = timezone.now()
    block = Block.objects.create(starts_at=now, ends_at=now + timedelta(hours=1), source="google")
    assert desk.post(f"/admin/practice_admin/block/{block.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Block.objects.exists()


def type_form(**fields):
    return {
        "name": "Session",
        "slug": "session",
        "opens_at_stage": "ongoing",
        "place": "room",
        "price": "72.50",
        "currency": "eur",
        "duration_minutes": 50,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 10,
        "minimum_notice_minutes": 720,
        "horizon_days": 60,
        "step_minutes": 30,
        "position": 0,
        "is_shown": "on",
    } | fields


def test_a_price_is_typed_in_euros_and_kept_in_cents(desk):
    desk.post(TYPES, type_form())
    kept = SessionType.objects.get()
    assert (kept.price_minor, kept.currency) == (7250, "EUR")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"opens_at_stage": "discovery"}, "What is open to newcomers is free."),
        ({"duration_minutes": 0}, "It takes at least a minute."),
        ({"buffer_after_minutes": 2000}, "A day (1440 minutes) at most."),
        ({"horizon_days": 0}, "Longer than the days ahead"),
        ({"currency": "€"}, "three letters of a currency"),
        ({"price": "-1"}, "greater than or equal to 0"),
    ],
)
def test_a_session_type_that_cannot_be_is_refused_in_words(desk, text, wrong, told):
    answer = desk.post(TYPES, type_form(**wrong))
    assert answer.status_code == 200
    assert told in text(answer)
    assert not SessionType.objects.exists()


def test_the_practice_has_no_list_and_one_form(desk, text):
    answer = desk.get("/admin/practice_admin/practice/", follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/practice_admin/practice/1/change/"
    assert desk.get("/admin/practice_admin/practice/add/").status_code == 403
    assert "Time zone" in text(answer)


def test_a_type_with_bookings_is_not_deleted(desk):
    session = make_session()
    make_booking(make_client(stage="ongoing"), session)
    desk.post(f"/admin/practice_admin/sessiontype/{session.pk}/delete/", {"post": "yes"})
    assert SessionType.objects.filter(pk=session.pk).exists()
