"""The magic link below its pages: what is kept of it, how long it is good for, and for whom."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django_q.models import OrmQ
from psycopg import sql

from clients.domain.sign_in import LINK_LIFETIME, LinkUnusable, mint_token, redeem, request_link
from clients.models import SignInRequest, SignInToken
from integrations.outbox.models import Effect
from tests.factories import NOW, make_user
from tests.races.crowd import rush

pytestmark = pytest.mark.django_db

WORDS = ("text", "character varying", "character", "json", "jsonb")


def columns() -> list[tuple[str, str, str]]:
    """Every column of the database that can hold words or bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = ANY(%s)",
            [[*WORDS, "bytea"]],
        )
        return cursor.fetchall()


def places_that_hold(needle: bytes) -> set[str]:
    """Which columns of which tables hold these bytes, the queue's packages unwrapped."""
    found = {"the queue"} if any(needle in str(task.task).encode() for task in OrmQ.objects.all()) else set()
    for table, column, kind in columns():
        value = "{}" if kind == "bytea" else "convert_to({}::text, 'UTF8')"
        query = sql.SQL("SELECT count(*) FROM {} WHERE position(%s::bytea IN " + value + ") > 0")
        with connection.cursor() as cursor:
            cursor.execute(query.format(sql.Identifier(table), sql.Identifier(column)), [needle])
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found


@pytest.mark.rule("R7")
def test_nothing_in_the_database_holds_a_token_before_or_after_its_use():
    alice = make_user("alice@example.com")
    request_link(email="alice@example.com", next_path="/portal/feed/", now=NOW)
    token = mint_token(user=alice, next_path="/portal/feed/", now=NOW)
    raw = base64.urlsafe_b64decode(token + "=")
    assert len(raw) == 32
    # The search finds what is there, in words and in bytes…
    assert "clients_signintoken.next_path" in places_that_hold(b"/portal/feed/")
    assert places_that_hold(hashlib.sha256(token.encode()).digest()) == {"clients_signintoken.digest"}
    assert "the queue" in places_that_hold(f"sign_in:{SignInRequest.objects.get().public_id}".encode())
    # …and the token is not.
    for needle in (token.encode(), raw, raw.hex().encode()):
        assert places_that_hold(needle) == set()
    redeem(token=token, now=NOW)
    for needle in (token.encode(), raw, raw.hex().encode()):
        assert places_that_hold(needle) == set()


@pytest.mark.rule("R7")
def test_a_known_and_an_unknown_address_leave_the_same_rows_and_cost_the_same_queries(django_assert_num_queries):
    make_user("alice@example.com")
    with django_assert_num_queries(6) as known:
        request_link(email=" Alice@Example.com", next_path="", now=NOW)
    with django_assert_num_queries(6) as unknown:
        request_link(email="nobody@example.com", next_path="", now=NOW)

    def verbs(queries) -> list[str]:
        return [query["sql"].split("VALUES")[0] for query in queries.captured_queries]

    assert [verb.split()[0] for verb in verbs(known)] == [verb.split()[0] for verb in verbs(unknown)]
    assert sorted(SignInRequest.objects.values_list("email", flat=True)) == ["alice@example.com", "nobody@example.com"]
    assert list(Effect.objects.values_list("kind", "state")) == [("sign_in_email", "due")] * 2
    assert not SignInToken.objects.exists()  # the worker mints as it sends


@pytest.mark.rule("R7")
def test_a_link_is_good_for_15_minutes_to_the_microsecond():
    token = mint_token(user=make_user(), next_path="", now=NOW)
    with pytest.raises(LinkUnusable):
        redeem(token=token, now=NOW + LINK_LIFETIME)
    assert SignInToken.objects.get().used_at is None
    assert timedelta(minutes=15) == LINK_LIFETIME
    redeem(token=token, now=NOW + LINK_LIFETIME - timedelta(microseconds=1))


def test_a_link_tells_whose_it_is_and_where_they_were_going():
    alice = make_user()
    mint_token(user=make_user(), next_path="/portal/", now=NOW)
    token = mint_token(user=alice, next_path="/portal/messages/", now=NOW)
    assert redeem(token=token, now=NOW) == (alice, "/portal/messages/")


@pytest.mark.rule("R7")
def test_a_link_is_good_once():
    token = mint_token(user=make_user(), next_path="", now=NOW)
    redeem(token=token, now=NOW)
    with pytest.raises(LinkUnusable) as refusal:
        redeem(token=token, now=NOW)
    assert "fresh one" in refusal.value.public_message


@pytest.mark.rule("R7")
@pytest.mark.parametrize(
    "mangle", [lambda _: "", lambda t: t[:-1], lambda t: t.swapcase(), lambda t: t + "=", lambda _: "☃\0"]
)
def test_a_mangled_link_opens_nothing_and_uses_nothing_up(mangle):
    token = mint_token(user=make_user(), next_path="", now=NOW)
    with pytest.raises(LinkUnusable):
        redeem(token=mangle(token), now=NOW)
    redeem(token=token, now=NOW)


def test_someone_who_was_locked_out_cannot_use_a_link():
    alice = make_user()
    token = mint_token(user=alice, next_path="", now=NOW)
    alice.is_active = False
    alice.save()
    with pytest.raises(LinkUnusable):
        redeem(token=token, now=NOW)


def test_an_older_link_stays_good_beside_a_newer_one():
    alice = make_user()
    tokens = [mint_token(user=alice, next_path="", now=NOW) for _ in range(2)]
    assert [redeem(token=token, now=NOW)[0] for token in tokens] == [alice, alice]


@pytest.mark.rule("R7")
@pytest.mark.django_db(transaction=True)
def test_of_many_people_with_one_link_at_one_moment_one_gets_in():
    alice = make_user()
    for _ in range(20):
        token = mint_token(user=alice, next_path="", now=NOW)
        outcomes, _ = rush(8, lambda _, token=token: redeem(token=token, now=NOW))
        assert [one for one in outcomes if not isinstance(one, LinkUnusable)] == [(alice, "")]
        assert len(outcomes) == 8
