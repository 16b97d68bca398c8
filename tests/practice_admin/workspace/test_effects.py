"""Side effects: seen in her words, and tried again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.outbox.models import Effect
from practice_admin.models import Payment
from tests.factories import make_booking, make_client, make_session_type

pytestmark = pytest.mark.django_db

LIST = "/admin/outbox/effect/"


def make_effect(subject: str = "booking:x", **fields) -> Effect:
    return Effect.objects.create(**{"kind": "calendar_event", "subject": subject, "state": "failed"} | fields)


def test_an_effect_is_told_in_her_words(desk, text):
    booking = make_booking(make_client(name="Alice Almeida"), make_session_type(name="Discovery call"))
    make_effect(booking.subject, attempts=4, last_error="Google did not answer in time.")
    words = text(desk.get(LIST))
    assert "Calendar entry" in words
    assert "Alice Almeida, Discovery call" in words
    assert "Google did not answer in time." in words
    assert booking.subject not in words


@pytest.mark.parametrize("state", ["failed", "due"])
def test_a_waiting_or_parked_effect_is_made_due_at_once(desk, state):
    effect = make_effect(state=state, attempts=5, due_at=timezone.now() + timedelta(hours=4))
    answer = desk.post(reverse("admin:retry_effect", args=[effect.pk]), {"from": "list"})
    effect.refresh_from_db()
    assert answer["Location"] == LIST
    assert (effect.state, effect.attempts) == ("due", 0)
    assert effect.due_at <= timezone.now()


def test_a_done_effect_is_not_tried_again(desk, text):
    effect = make_effect(state="done", attempts=1)
    answer = desk.post(reverse("admin:retry_effect", args=[effect.pk]), follow=True)
    effect.refresh_from_db()
    assert effect.state == "done"
    assert "It is done." in text(answer)
    assert "Try again" not in text(desk.get(LIST))


def test_an_effect_that_runs_just_now_is_said_to(desk, text):
    effect = make_effect(state="running", attempts=1, claimed_at=timezone.now())
    answer = desk.post(reverse("admin:retry_effect", args=[effect.pk]), follow=True)
    effect.refresh_from_db()
    assert effect.state == "running"
    assert "It is being done now." in text(answer)
    assert "It is done." not in text(answer)


def test_trying_again_by_get_changes_nothing(desk):
    effect = make_effect()
    assert desk.get(reverse("admin:retry_effect", args=[effect.pk])).status_code == 405
    effect.refresh_from_db()
    assert effect.state == "failed"


def test_an_unknown_effect_is_not_found(desk):
    assert desk.post(reverse("admin:retry_effect", args=[12345])).status_code == 404


def test_a_subject_that_is_no_uuid_is_shown_as_it_stands(desk, text):
    make_effect("booking:not-a-uuid")
    make_effect("payment:1e3")
    make_effect("stripe:evt_1")
    words = text(desk.get(LIST))
    assert all(name in words for name in ("booking:not-a-uuid", "payment:1e3", "stripe:evt_1"))


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_same_number_of_questions_for_one_and_for_thirty(desk, count, django_assert_num_queries):
    call, now = make_session_type(), timezone.now()
    for number in range(count):
        booking = make_booking(make_client(), call, starts_at=now + timedelta(days=number + 1))
        payment = Payment.objects.create(
            booking=booking, client=booking.client, amount_minor=1, currency="EUR", expires_at=now
        )
        make_effect(booking.subject)
        make_effect(f"payment:{payment.pk}")
    # Session, user, practice; count, kinds for the filter, effects, their bookings, their payments.
    with django_assert_num_queries(8):
        page = desk.get(LIST)
    assert len(page.context["cl"].result_list) == min(2 * count, 50)
