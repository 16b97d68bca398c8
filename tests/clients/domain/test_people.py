"""Who is behind an address: written down once, left alone ever after, and looked for without telling (R6, R9)."""

import pytest
from django.db import transaction

from clients.domain.people import Visitor, find_or_create_client
from clients.models import Client, User
from tests.factories import NOW, make_client, therapist
from tests.races.crowd import rush

ANNA = Visitor(name="Anna", email=" Anna@Example.com ", phone="+351 912 345 678", time_zone="Europe/Lisbon")


@pytest.mark.django_db
@pytest.mark.rule("R6")
def test_somebody_new_is_written_down_with_what_was_typed_and_no_password_that_opens() -> None:
    client, was_known = find_or_create_client(ANNA)
    assert not was_known
    user = User.objects.get(client=client)
    assert (user.email, user.name, user.phone) == ("anna@example.com", ANNA.name, ANNA.phone)
    assert (user.time_zone, user.is_active, user.is_staff) == (ANNA.time_zone, True, False)
    assert not user.has_usable_password()
    assert client == Client.objects.get()
    assert client.stage == "discovery"


@pytest.mark.django_db
@pytest.mark.rule("R9")
def test_a_known_address_takes_the_same_one_statement_and_is_left_as_it_is(django_assert_num_queries) -> None:
    known = make_client(email="anna@example.com", name="Anna K.", phone="", quieted_at=NOW)
    with django_assert_num_queries(1):
        client, was_known = find_or_create_client(ANNA)
    assert (client, client.user_id, client.quieted_at, was_known) == (known, known.user_id, NOW, True)
    with django_assert_num_queries(1):
        _, was_known = find_or_create_client(Visitor("Bo", "bo@example.com", "+351 912 345 679", ""))
    assert not was_known
    user = User.objects.get(email="anna@example.com")
    assert (user.name, user.phone) == ("Anna K.", "")


@pytest.mark.django_db
def test_the_therapists_own_address_is_known_though_she_was_nobodys_client() -> None:
    her = therapist()
    client, was_known = find_or_create_client(Visitor("Somebody", her.email, "+351 912 345 678", ""))
    assert (client.user, was_known) == (her, True)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_write_down_one_person_at_once_one_does_and_the_others_find_them() -> None:
    def write_down(_number: int) -> tuple[Client, bool]:
        with transaction.atomic():
            return find_or_create_client(ANNA)

    found, _seconds = rush(6, write_down)
    assert sorted(was_known for _client, was_known in found) == [False, *[True] * 5]
    assert len({client for client, _was_known in found}) == 1
    assert (User.objects.count(), Client.objects.count()) == (1, 1)
