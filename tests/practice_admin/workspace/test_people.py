"""Details, adding a client, the list, and the head of the record: on the desk."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from clients.domain.details import Details, write_details
from clients.domain.follow_ups import hand_over
from clients.models import Client, ClientDetails, Stage, StageChange, Tag, User
from integrations.outbox.models import Effect
from practice_admin.workspace.queries.header import client_header
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, therapist

pytestmark = pytest.mark.django_db

CLIENTS = "/admin/clients/client/"
ADD = "/admin/clients/add/"
TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice() -> Client:
    return make_client("alice@example.com", name="Alice Almeida", stage="ongoing", phone="+351 912 345 678")


def page_of(client: Client, name: str, *more) -> str:
    return reverse(f"admin:{name}", args=[client.public_id, *more])


def save(desk, client: Client, **typed):
    """Save the details page as it stands, changed so; a tick that is None is taken out."""
    shown = desk.get(page_of(client, "client_details")).context["form"].initial
    form = {name: value for name, value in (shown | typed).items() if value not in {None, False}}
    return desk.post(page_of(client, "client_details"), form, follow=True)


def add(desk, **typed):
    form = {"name": "Carla Couto", "phone": "912 000 111", "email": "", "time_zone": "", "stage": "discovery"}
    return desk.post(ADD, form | {"held_on": "", "manner": ""} | typed, follow=True)


def found(desk, **asked) -> list[Client]:
    return list(desk.get(CLIENTS, asked).context["cl"].result_list)


# --- Details


def test_what_she_writes_down_stands_at_the_head_of_the_record(desk, alice, text):
    known = {"preferred_name": "Ally", "pronouns": "she/her", "tags": "Evening, <i>new</i>"}
    secret = {"emergency_name": "Rui", "emergency_phone": "113", "contact_words": "After six."}
    words = text(save(desk, alice, **known, **secret, time_zone="Asia/Tokyo"))
    for shown in ("“Ally”", "she/her", "Evening", "&lt;i&gt;new&lt;/i&gt;", "In an emergency", "Rui", "After six."):
        assert shown in words, shown
    assert "It is 21:00, Tokyo time (UTC+9)" in words
    assert "By mail and telephone, no voicemail" in words


@pytest.mark.rule("R22")
def test_with_mail_off_the_record_says_that_she_has_to_tell_them(desk, alice, text):
    words = text(save(desk, alice, may_mail=None))
    assert "By telephone, no voicemail; no mail. What has to reach them comes to you" in words
    assert Client.objects.get().may_mail is False


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "by the sea"}, "phone"),
        ({"pronouns": "x" * 41}, "pronouns"),
        ({"may_call": None, "may_voicemail": "on"}, "may_voicemail"),
        ({"tags": "x" * 41}, "tags"),
        ({"time_zone": "Moon/Base"}, "time_zone"),
    ],
)
def test_bad_details_are_said_beside_their_field_and_what_was_typed_stays(desk, alice, typed, field, text):
    answer = save(desk, alice, **{"preferred_name": "Ally"} | typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert 'value="Ally"' in text(answer)
    assert not ClientDetails.objects.exists()
    assert User.objects.get(client=alice).name == "Alice Almeida"


def test_of_two_tabs_the_older_one_is_told_and_can_save_once_more(desk, alice, text):
    older = desk.get(page_of(alice, "client_details")).context["form"].initial
    write_details(client=alice, details=Details(name="Alice A.", phone="", time_zone=""))
    typed = {name: value for name, value in older.items() if value is not False} | {"pronouns": "she/her"}
    answer = desk.post(page_of(alice, "client_details"), typed)
    assert answer.status_code == 409
    assert "Kept meanwhile: Alice A." in text(answer)
    assert ClientDetails.objects.get().pronouns == ""
    desk.post(page_of(alice, "client_details"), typed | {"version": answer.context["form"]["version"].value()})
    assert ClientDetails.objects.get().pronouns == "she/her"


# --- Adding a client


def test_someone_who_came_by_telephone_gets_a_record_and_nobody_is_written_to(desk, text):
    assert desk.get("/admin/clients/client/add/")["Location"] == ADD
    assert "/admin/clients/client/add/" in text(desk.get(CLIENTS))
    words = text(add(desk))
    client = Client.objects.get()
    assert "Carla Couto has a record now." in words
    assert "No mailbox" in words
    assert "no-mailbox.invalid" not in words
    assert "no-mailbox.invalid" not in text(desk.get(CLIENTS))
    assert (client.stage, client.user.phone) == (Stage.DISCOVERY, "912 000 111")
    assert not Effect.objects.exists()


@pytest.mark.rule("R1")
def test_past_the_gate_only_with_a_discovery_held_elsewhere(desk, text):
    refused = add(desk, stage="ongoing")
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"held_on"}
    assert not Client.objects.exists()
    words = text(add(desk, stage="ongoing", held_on="2026-11-03", manner="colleague"))
    assert Client.objects.get().stage == Stage.ONGOING
    assert StageChange.objects.get().held_on == date(2026, 11, 3)
    assert "Added at “Ongoing care”" in words


def test_an_address_that_is_known_leads_to_its_record(desk, alice, text):
    answer = add(desk, email="Alice@example.com")
    assert answer.status_code == 422
    assert "who has a record already" in text(answer)
    assert page_of(alice, "client_record") in text(answer)
    assert 'value="Carla Couto"' in text(answer)
    assert Client.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"email": "carla at home"}, "email"),
        ({"stage": "married"}, "stage"),
        ({"held_on": "2026-11-03"}, "manner"),
        ({"manner": "phone"}, "held_on"),
        ({"manner": "phone", "held_on": "2027-01-01"}, "held_on"),
    ],
)
def test_nobody_is_added_by_what_makes_no_sense(desk, typed, field):
    answer = add(desk, **typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not Client.objects.exists()


def test_the_same_person_sent_twice_is_added_once(desk, text):
    add(desk)
    assert "There is a record of Carla Couto" in text(add(desk))
    assert Client.objects.count() == 1


def test_a_mailbox_that_is_known_later_lets_them_sign_in(desk):
    add(desk)
    save(desk, Client.objects.get(), email="carla@example.com")
    user = User.objects.get(client__isnull=False)
    assert (user.email, user.is_active) == ("carla@example.com", True)


# --- The list


@pytest.mark.parametrize("typed", ["912345678", "912 345", "+351 912345678", "345.678"])
def test_a_client_is_found_by_number_however_it_is_spaced(desk, alice, typed):
    make_client(phone="+351 999 999 999")
    assert found(desk, q=typed) == [alice]


def test_a_client_is_found_by_what_they_are_called_by_stage_and_by_tag(desk, alice):
    bob = make_client(name="Bob", preferred_name="Robin")
    write_details(client=alice, details=Details(name="Alice", phone="", time_zone="", tags=("Evening",)))
    tag = Tag.objects.get()
    assert found(desk, q="robin") == [bob]
    assert found(desk, stage__exact="ongoing") == [alice]
    assert found(desk, tags__id__exact=tag.pk) == [alice]


def test_the_list_tells_the_last_session_and_the_next(desk, alice, text):
    session = make_session()
    for days, more in ((-14, {}), (-7, {"status": "completed"}), (-2, {"status": "cancelled"}), (4, {}), (11, {})):
        make_booking(alice, session, starts_at=NOW + timedelta(days=days), **more)
    [shown] = found(desk)
    assert (shown.last_session_at, shown.next_session_at) == (NOW - timedelta(days=7), NOW + timedelta(days=4))
    assert "Fri 20 Nov, 12:00" in text(desk.get(CLIENTS))


# --- The head of the record


@pytest.mark.parametrize("count", [1, 12])
def test_the_head_asks_six_questions_whatever_there_is(alice, count, django_assert_num_queries):
    tags = tuple(f"tag {number}" for number in range(count))
    write_details(client=alice, details=Details(name="Alice", phone="", time_zone="", tags=tags))
    for number in range(count):
        origin = f"client_email/booking:{number}/1"
        hand_over(client=alice, line="Tell them", due_on=TODAY + timedelta(days=number), origin=origin, now=NOW)
        StageChange.objects.create(
            client=alice, from_stage="intake", to_stage="ongoing", how="began", made_by=therapist()
        )
    client = Client.objects.select_related("user").get()
    with django_assert_num_queries(6):
        header = client_header(client, MONDAY, ZoneInfo("Europe/Lisbon"))
        assert [str(change.made_by) for change in header.history] == ["Dr Helena Reis"] * count
    assert (len(header.tags), len(header.due) + header.later_count) == (count, count)
    assert len(header.due) == min(count, 4)
