"""A client's waivers: signed with a reason, seen, ended; and what they open (R2)."""

import pytest
from django.db import connection
from django.urls import reverse

from practice_admin.domain.diary import is_open_to
from practice_admin.models import Waiver
from tests.factories import make_client, make_session, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R2")]

REASON = "She knows the work from a colleague's practice."


@pytest.fixture
def session():
    return make_session(name="Regular session")


@pytest.fixture
def alice(session):
    return make_client(name="Alice Almeida", stage="intake")


def page_of(client) -> str:
    return reverse("admin:waivers", args=[client.public_id])


def sign(desk, client, **changed):
    return desk.post(page_of(client), {"stage": "ongoing", "reason": REASON} | changed, follow=True)


def end(desk, waiver, client=None):
    of = client or waiver.client
    return desk.post(reverse("admin:end_waiver", args=[of.public_id, waiver.pk]), follow=True)


def test_a_signed_waiver_is_kept_with_who_when_and_why_and_opens_the_stage(desk, alice, session, text):
    assert not is_open_to(alice, session)
    words = text(sign(desk, alice))
    waiver = Waiver.objects.get()
    assert (waiver.client, waiver.stage, waiver.reason, waiver.signed_by) == (alice, "ongoing", REASON, therapist())
    assert waiver.signed_at is not None
    assert is_open_to(alice, session)
    assert "Signed by Dr Helena Reis" in words
    assert "colleague&#x27;s practice" in words


def test_the_page_says_what_it_opens_and_which_stage_is_open_already(desk, alice, text):
    words = text(desk.get(page_of(alice)))
    assert "Opens: Regular session (€70)." in words
    assert "This stage is open to them already." in words
    assert not Waiver.objects.exists()


def test_an_ended_waiver_opens_nothing_and_is_still_shown(desk, alice, session, text):
    sign(desk, alice)
    words = text(end(desk, Waiver.objects.get()))
    assert not is_open_to(alice, session)
    assert "The waiver has ended." in words
    assert "colleague&#x27;s practice" in words
    ended_at = Waiver.objects.get().ended_at
    assert "It had ended already." in text(end(desk, Waiver.objects.get()))
    assert Waiver.objects.get().ended_at == ended_at


def test_another_one_can_be_signed_after_the_first_has_ended(desk, alice):
    sign(desk, alice)
    end(desk, Waiver.objects.get())
    sign(desk, alice, reason="Again.")
    assert list(Waiver.objects.filter(ended_at=None).values_list("stage", flat=True)) == ["ongoing"]
    assert Waiver.objects.count() == 2


@pytest.mark.rule("R1")
def test_before_the_discovery_call_there_is_nothing_to_sign(desk, session, text):
    newcomer = make_client(stage="discovery")
    words = text(desk.get(page_of(newcomer)))
    assert "Before the discovery call nothing else can be opened" in words
    assert 'name="reason"' not in words
    refused = sign(desk, newcomer)
    assert refused.status_code == 422
    assert "Before the discovery call nothing else can be opened" in text(refused)
    assert not Waiver.objects.exists()


@pytest.mark.parametrize(
    ("stage", "typed", "field", "words"),
    [
        ("intake", {"reason": "  "}, "reason", "Please write why."),
        ("intake", {"reason": "x" * 2001}, "reason", "keep the reason to 2000 characters"),
        ("intake", {"reason": "a\0b"}, "reason", "Null characters are not allowed."),
        ("intake", {"stage": "intake"}, "stage", "This stage is open to them already."),
        ("closed", {}, "stage", "Reopen it first."),
        ("intake", {"stage": ""}, "stage", "Please choose what to open."),
        ("intake", {"stage": "closed"}, "stage", "Select a valid choice."),
    ],
)
def test_a_refused_one_says_why_beside_its_field_and_keeps_what_was_typed(
    desk, session, stage, typed, field, words, text
):
    answer = sign(desk, make_client(stage=stage), **typed)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert words in text(answer)
    if field == "stage":
        assert "colleague&#x27;s practice.</textarea>" in text(answer)
    assert not Waiver.objects.exists()


def test_a_second_one_for_the_same_stage_is_refused(desk, alice, text):
    sign(desk, alice)
    assert "There is a waiver for this already." in text(sign(desk, alice))
    assert Waiver.objects.count() == 1


@pytest.mark.rule("R16")
def test_a_waiver_is_ended_through_its_own_client_alone(desk, alice):
    sign(desk, alice)
    assert end(desk, Waiver.objects.get(), make_client(stage="intake")).status_code == 404
    assert Waiver.objects.get().ended_at is None


def test_ending_takes_a_press_of_the_button(desk, alice):
    sign(desk, alice)
    address = reverse("admin:end_waiver", args=[alice.public_id, Waiver.objects.get().pk])
    assert desk.get(address).status_code == 405
    assert Waiver.objects.get().ended_at is None


def test_an_unknown_client_is_not_found(desk, db):
    unknown = "00000000-0000-4000-8000-000000000000"
    assert desk.get(reverse("admin:waivers", args=[unknown])).status_code == 404


def test_the_record_leads_there_and_says_whether_one_is_in_force(desk, alice, text):
    record = reverse("admin:client_record", args=[alice.public_id])
    assert page_of(alice) in text(desk.get(record))
    assert "A waiver is in force" not in text(desk.get(record))
    sign(desk, alice)
    assert "A waiver is in force" in text(desk.get(record))
    end(desk, Waiver.objects.get())
    assert "A waiver is in force" not in text(desk.get(record))


@pytest.mark.rule("R18")
def test_the_reason_is_encrypted_where_it_lies(desk, alice):
    sign(desk, alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM practice_admin_waiver")
        assert b"colleague" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("count", [1, 9])
def test_the_page_asks_the_same_number_of_questions_for_one_and_for_nine(desk, alice, count, django_assert_num_queries):
    for _ in range(count):
        sign(desk, alice)
        end(desk, Waiver.objects.filter(ended_at=None).get())
    # Session, user, practice; client, waivers, types; whether the later stage is waived.
    with django_assert_num_queries(7):
        page = desk.get(page_of(alice))
    assert len(page.context["ended"]) == count
