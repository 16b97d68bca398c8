"""Notifications: each thing told once to each person."""

from datetime import timedelta

import pytest
from django.db import transaction

from clients.care.domain.notifications import mark_read, notify, tell, unread_count
from clients.care.models import Notification
from tests.factories import NOW, make_user
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db


def told(user, key: str = "booking:1", text: str = "Booked") -> bool:
    return notify(recipient=user, key=key, text=text, path="/portal/", now=NOW)


@pytest.mark.rule("R12")
def test_one_thing_is_told_once_to_each_person():
    alice, bob = make_user(), make_user()
    assert [told(alice), told(alice, text="Booked, again"), told(bob), told(alice, "booking:2")] == [
        True,
        False,
        True,
        True,
    ]
    assert list(
        Notification.objects.filter(recipient=alice, key="booking:1").values_list("text", "path", "created_at")
    ) == [("Booked", "/portal/", NOW)]
    assert (unread_count(alice), unread_count(bob)) == (2, 1)


@pytest.mark.rule("R12")
@pytest.mark.django_db(transaction=True)
def test_of_a_crowd_that_tells_one_thing_one_does():
    alice = make_user()
    outcomes, _ = rush(6, lambda _: told(alice))
    assert sorted(outcomes) == [False] * 5 + [True]
    assert Notification.objects.count() == 1


def test_marking_as_read_touches_ones_own_and_keeps_the_first_sight():
    alice, bob = make_user(), make_user()
    told(alice)
    told(bob)
    assert mark_read(recipient=alice, now=NOW) == 1
    assert mark_read(recipient=alice, now=NOW + timedelta(hours=1)) == 0
    assert Notification.objects.get(recipient=alice).read_at == NOW
    assert (unread_count(alice), unread_count(bob)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_telling_as_a_step_belongs_into_somebody_elses_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        tell(recipient=make_user(), key="a", text="b", path="", now=NOW)
    assert not Notification.objects.exists()
