"""What the record knows of a client, and adding one by hand."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from clients.domain.adding import AlreadyThere, Newcomer, add_client
from clients.domain.contact import contact_rule, why_no_mail
from clients.domain.details import AddressKnown, Details, DetailsRefused, DetailsStale, tags_in, write_details
from clients.domain.stages import DayRefused, HeldElsewhere
from clients.forms import EmailAddressField
from clients.models import Client, ClientDetails, Stage, StageChange, Tag, User, no_mailbox
from integrations.outbox.models import Effect
from tests.factories import NOW, make_client, therapist

pytestmark = pytest.mark.django_db

HELD = HeldElsewhere(date(2026, 11, 3), StageChange.Manner.PHONE, ZoneInfo("Europe/Lisbon"))


def details(**more) -> Details:
    return Details(**{"name": "Alice Almeida", "phone": "+351 912 345 678", "time_zone": "Europe/Lisbon"} | more)


def add(**more) -> Client:
    asked = {"name": "Carla Couto", "email": "", "phone": "+351 912 345 678", "time_zone": "", "stage": Stage.DISCOVERY}
    return add_client(newcomer=Newcomer(**asked | more), actor=therapist(), now=NOW)


def test_what_is_written_down_is_kept_and_read_again() -> None:
    client = make_client("alice@example.com")
    known = {"preferred_name": "Ally", "pronouns": "she/her", "may_voicemail": True, "tags": ("Evening", "English")}
    secret = {"contact_words": "After six", "emergency_name": "Rui", "emergency_phone": "113", "found_through": "Eva"}
    write_details(client=client, details=details(**known, **secret))
    client = Client.objects.select_related("user", "details").get()
    assert (client.user.name, client.preferred_name, client.may_voicemail) == ("Alice Almeida", "Ally", True)
    assert {name: getattr(client.details, name) for name in secret} == secret
    assert [tag.name for tag in client.tags.all()] == ["English", "Evening"]
    assert client.user.email == "alice@example.com"


@pytest.mark.rule("R18")
def test_what_is_sensitive_is_encrypted_where_it_lies() -> None:
    names = ("contact_words", "emergency_name", "emergency_phone", "emergency_relation", "found_through")
    words = dict.fromkeys(names, "A secret")
    write_details(client=make_client(), details=details(**words))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(words)} FROM clients_clientdetails")
        assert all(b"secret" not in bytes(value) and value for value in cursor.fetchone())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"pronouns": "x" * 41}, "pronouns"),
        ({"phone": "ring me"}, "phone"),
        ({"contact_words": "a\0b"}, "contact_words"),
        ({"may_call": False, "may_voicemail": True}, "may_voicemail"),
        ({"tags": tuple(f"tag {n}" for n in range(13))}, "tags"),
        ({"tags": ("x" * 41,)}, "tags"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field_and_nothing_changes(changed, field) -> None:
    client = make_client(name="Before")
    with pytest.raises(DetailsRefused) as refused:
        write_details(client=client, details=details(**changed))
    assert refused.value.field == field
    assert User.objects.get(client=client).name == "Before"
    assert not ClientDetails.objects.exists()
    assert not Tag.objects.exists()


def test_a_voicemail_without_calls_is_refused_by_the_database_too() -> None:
    client = make_client()
    with pytest.raises(IntegrityError, match="clients_client_voicemail_by_telephone"), transaction.atomic():
        Client.objects.filter(pk=client.pk).update(may_call=False, may_voicemail=True)


def test_of_two_tabs_the_older_one_overwrites_nothing() -> None:
    client = make_client()
    write_details(client=client, details=details(preferred_name="Ally"), known_version=1)
    with pytest.raises(DetailsStale):
        write_details(client=client, details=details(preferred_name="Lissy"), known_version=1)
    client.refresh_from_db()
    assert client.preferred_name == "Ally"


def test_tags_are_one_whatever_their_capitals_and_forgotten_with_their_last_client() -> None:
    assert tags_in(" Evening ,, english,EVENING ,  two   words ") == ("Evening", "english", "two words")
    alice, bob = make_client(), make_client()
    write_details(client=alice, details=details(tags=("Evening",)))
    write_details(client=bob, details=details(tags=("evening", "English")))
    assert [tag.name for tag in Tag.objects.all()] == ["English", "Evening"]
    write_details(client=bob, details=details())
    assert [tag.name for tag in Tag.objects.all()] == ["Evening"]
    assert list(alice.tags.all()) == list(Tag.objects.all())


@pytest.mark.rule("R22")
@pytest.mark.parametrize(
    ("ways", "phone", "rule"),
    [
        ({}, "+351 1", "By mail and telephone, no voicemail"),
        ({"may_voicemail": True}, "+351 1", "By mail and telephone, voicemail too"),
        ({"may_mail": False}, "+351 1", "By telephone, no voicemail; no mail"),
        ({"may_call": False}, "+351 1", "By mail"),
        ({}, "", "By mail"),
        ({"may_mail": False, "may_call": False}, "+351 1", "Neither by mail nor by telephone: tell them when you meet"),
    ],
)
def test_how_somebody_may_be_contacted_is_one_line(ways, phone, rule) -> None:
    client = make_client(phone=phone, **ways)
    assert contact_rule(client) == rule
    assert bool(why_no_mail(client)) == (ways.get("may_mail") is False)


@pytest.mark.rule("R1")
@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.ONGOING, Stage.CLOSED])
def test_somebody_added_by_hand_stands_where_she_says_with_the_discovery_held_elsewhere(stage) -> None:
    client = add(stage=stage, held=HELD, email="carla@example.com")
    change = StageChange.objects.get()
    assert (client.stage, client.discovery_completed_at) == (stage, HELD.completed_at(NOW))
    assert (change.from_stage, change.to_stage, change.how, change.held_on) == ("", stage, "added", HELD.on)
    assert change.made_by == therapist()
    assert not Effect.objects.exists()


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"stage": Stage.INTAKE}, DetailsRefused),
        ({"stage": Stage.ONGOING}, DetailsRefused),
        ({"held": HeldElsewhere(date(2027, 1, 1), StageChange.Manner.PHONE, HELD.zone)}, DayRefused),
        ({"name": " "}, DetailsRefused),
        ({"phone": "1" * 41}, DetailsRefused),
        ({"phone": ""}, DetailsRefused),
    ],
)
def test_nobody_is_added_who_cannot_stand_there(fields, refusal) -> None:
    with pytest.raises(refusal):
        add(**fields)
    assert not Client.objects.exists()
    assert not User.objects.exclude(pk=therapist().pk).exists()


def test_an_address_that_is_known_names_its_record() -> None:
    alice = make_client("alice@example.com")
    with pytest.raises(AddressKnown) as known:
        add(email="Alice@Example.com ")
    assert known.value.client == alice
    with pytest.raises(AddressKnown) as her_own:
        add(email=therapist().email)
    assert her_own.value.client is None
    assert Client.objects.count() == 1


def test_somebody_without_a_mailbox_can_neither_be_mailed_nor_sign_in() -> None:
    client = add()
    assert not client.user.has_mailbox
    assert why_no_mail(client)
    assert not client.user.is_active
    with pytest.raises(IntegrityError, match="clients_user_signs_in_by_mailbox"), transaction.atomic():
        User.objects.filter(pk=client.user.pk).update(is_active=True)


def test_no_form_takes_the_address_of_one_without_a_mailbox() -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        EmailAddressField().clean(no_mailbox())


def test_the_same_person_is_not_added_twice_and_another_of_their_name_is() -> None:
    first = add()
    with pytest.raises(AlreadyThere) as there:
        add(name="carla couto ")
    assert there.value.client == first
    add(phone="+351 999 999 999")
    assert Client.objects.count() == 2


def test_a_mailbox_can_be_added_later_unless_it_is_anothers() -> None:
    client, alice = add(), make_client("alice@example.com")
    with pytest.raises(AddressKnown) as known:
        write_details(client=client, details=details(email="alice@example.com"))
    assert known.value.client == alice
    write_details(client=client, details=details(email="Carla@example.com"))
    user = User.objects.get(client=client)
    assert (user.email, user.is_active, user.has_mailbox) == ("carla@example.com", True, True)
    write_details(client=client, details=details(email="other@example.com"))
    assert User.objects.get(client=client).email == "carla@example.com"
