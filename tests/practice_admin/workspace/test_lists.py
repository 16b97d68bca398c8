"""The lists and forms of the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Tag
from practice_admin.models import Booking
from tests.factories import make_booking, make_client, make_session_type

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 30])
def test_clients_ask_the_same_number_of_questions_for_one_and_for_thirty(desk, count, django_assert_num_queries):
    call = make_session_type()
    for number in range(count):
        make_booking(make_client(), call, starts_at=timezone.now() + timedelta(days=number + 1))
    tag = Tag.objects.create(name="Evening")
    for client in Client.objects.all():
        client.tags.add(tag)
    # Session, user, practice; tags for the filter, count, clients, their tags; what is owed, money without a place.
    with django_assert_num_queries(9):
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
    desk.post(f"/admin/practice_admin/booking/{booking.pk}/change/", {"status": "cancelled"})
    assert desk.post(f"/admin/practice_admin/booking/{booking.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Booking.objects.get().status == "confirmed"


def test_a_booking_in_the_list_leads_to_its_card_and_one_that_is_not_there_to_nothing(desk, text):
    booking = make_booking(make_client(name="<b>Alice</b>"))
    card = reverse("admin:booking", args=[booking.public_id])
    words = text(desk.get("/admin/practice_admin/booking/"))
    assert card in words
    assert reverse("admin:book_whom") in words
    assert "<b>Alice</b>" not in words
    assert desk.get(f"/admin/practice_admin/booking/{booking.pk}/change/")["Location"] == card
    assert desk.get("/admin/practice_admin/booking/999999/change/").status_code == 404
    assert desk.get("/admin/practice_admin/booking/x/change/").status_code == 404
