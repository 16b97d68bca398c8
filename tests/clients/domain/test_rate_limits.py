"""Counting how often is too often: exact under a crowd, and without keeping who it was."""

from datetime import timedelta

import pytest

from clients.domain.rate_limits import Limit, seconds_to_wait
from clients.domain.visitor_address import visitor_address
from clients.models import RateCount
from tests.factories import NOW
from tests.races.crowd import rush

THREE_A_MINUTE = Limit("knocking", hits=3, seconds=60)


def knock(who: str = "192.0.2.1", *, limit: Limit = THREE_A_MINUTE, after: int = 0) -> int:
    return seconds_to_wait(limit, who=who, now=NOW + timedelta(seconds=after))


@pytest.mark.django_db
def test_the_limit_itself_is_allowed_and_the_next_one_waits_for_the_window_to_end():
    assert [knock(after=10) for _ in range(3)] == [0, 0, 0]
    assert knock(after=10) == 50
    assert knock(after=59) == 1
    assert knock(after=60) == 0


@pytest.mark.django_db
def test_each_visitor_and_each_purpose_counts_alone():
    assert [knock() for _ in range(4)][-1] > 0
    assert knock("192.0.2.2") == 0
    assert knock(limit=Limit("ringing", hits=3, seconds=60)) == 0


@pytest.mark.django_db
def test_the_row_does_not_say_who_it_was():
    knock("alice@example.com")
    row = RateCount.objects.get()
    assert "alice" not in row.key
    assert len(row.key) == 64


@pytest.mark.django_db(transaction=True)
def test_no_knock_of_a_crowd_is_lost():
    outcomes, _ = rush(8, lambda _: [knock() for _ in range(25)])
    assert sum(waits.count(0) for waits in outcomes) == 3
    assert RateCount.objects.get().hits == 200


@pytest.mark.parametrize(
    ("header", "proxies", "address"),
    [
        (None, 0, "10.0.0.9"),
        ("203.0.113.7", 0, "10.0.0.9"),
        ("203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.1,203.0.113.7 , 10.0.0.2", 2, "203.0.113.7"),
        ("203.0.113.7", 2, "10.0.0.9"),
        (" , ", 1, "10.0.0.9"),
    ],
)
def test_the_visitors_address_is_read_from_the_right_and_only_as_far_as_proxies_are_trusted(header, proxies, address):
    meta = {"REMOTE_ADDR": "10.0.0.9"} | ({"HTTP_X_FORWARDED_FOR": header} if header else {})
    assert visitor_address(meta, proxies) == address
