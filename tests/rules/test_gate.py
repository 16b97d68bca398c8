"""R1 and R2 in PostgreSQL itself: raw statements, past every line of Python."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from clients.models import Client, Stage
from practice_admin.models import GATE, Booking, SessionType
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R1"), pytest.mark.rule("R2")]

INSERT = """
    INSERT INTO practice_admin_booking (public_id, client_id, session_type_id, starts_at, ends_at, status)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, %s)
"""


def insert(client: Client, session_type: SessionType, status: str = "confirmed") -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [client.pk, session_type.pk, MONDAY, MONDAY + timedelta(minutes=50), status])


class Refused:
    """The block must be refused by the gate, by its name, and leave nothing behind."""

    def __enter__(self) -> None:
        self.before = list(Booking.objects.order_by("pk").values())
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def __exit__(self, kind, error, trace) -> bool:
        self.savepoint.__exit__(kind, error, trace)
        assert isinstance(error, IntegrityError), "the database let it through"
        assert error.__cause__.diag.constraint_name == GATE
        assert error.__cause__.diag.sqlstate == "23514"
        assert list(Booking.objects.order_by("pk").values()) == self.before
        return True


OPEN = [
    (Stage.DISCOVERY, Stage.DISCOVERY),
    (Stage.INTAKE, Stage.DISCOVERY),
    (Stage.INTAKE, Stage.INTAKE),
    (Stage.ONGOING, Stage.DISCOVERY),
    (Stage.ONGOING, Stage.INTAKE),
    (Stage.ONGOING, Stage.ONGOING),
    (Stage.CLOSED, Stage.DISCOVERY),
]
LOCKED = [
    (Stage.DISCOVERY, Stage.INTAKE),
    (Stage.DISCOVERY, Stage.ONGOING),
    (Stage.INTAKE, Stage.ONGOING),
    (Stage.CLOSED, Stage.INTAKE),
    (Stage.CLOSED, Stage.ONGOING),
]


@pytest.mark.parametrize(("stage", "opens_at"), OPEN)
def test_the_database_takes_what_is_open_at_the_stage(stage: str, opens_at: str) -> None:
    insert(make_client(stage=stage), make_session_type(opens_at_stage=opens_at))
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(("stage", "opens_at"), LOCKED)
@pytest.mark.parametrize("status", ["confirmed", "pending_payment", "cancelled", "completed"])
def test_the_database_refuses_every_insert_of_a_later_stage(stage: str, opens_at: str, status: str) -> None:
    client, session_type = make_client(stage=stage), make_session_type(opens_at_stage=opens_at)
    with Refused():
        insert(client, session_type, status)


def test_a_bulk_insert_is_judged_row_by_row() -> None:
    session_type, newcomer = make_session(), make_client()
    rows = [
        Booking(
            client=client,
            session_type=session_type,
            starts_at=MONDAY + timedelta(hours=hour),
            ends_at=MONDAY + timedelta(hours=hour, minutes=50),
            status="confirmed",
        )
        for hour, client in enumerate([make_client(stage=Stage.ONGOING), newcomer])
    ]
    with Refused():
        Booking.objects.bulk_create(rows)


def test_an_update_to_a_later_type_is_refused_and_to_an_open_one_is_taken() -> None:
    booking = make_booking(make_client(), make_session_type())
    later, other_open = make_session(), make_session_type()
    with Refused():
        Booking.objects.filter(pk=booking.pk).update(session_type=later)
    assert Booking.objects.filter(pk=booking.pk).update(session_type=other_open) == 1


def test_an_update_to_a_client_who_has_not_been_spoken_with_is_refused() -> None:
    booking = make_booking(make_client(stage=Stage.ONGOING), make_session())
    with Refused():
        Booking.objects.filter(pk=booking.pk).update(client=make_client())
    assert Booking.objects.filter(pk=booking.pk).update(client=make_client(stage=Stage.ONGOING)) == 1


def test_a_dead_booking_comes_back_to_life_only_while_the_gate_is_open() -> None:
    client = make_client(stage=Stage.ONGOING)
    booking = make_booking(client, make_session(), status="cancelled")
    Client.objects.filter(pk=client.pk).update(stage=Stage.CLOSED)
    with Refused():
        Booking.objects.filter(pk=booking.pk).update(status="confirmed")
    Client.objects.filter(pk=client.pk).update(stage=Stage.ONGOING)
    assert Booking.objects.filter(pk=booking.pk).update(status="confirmed") == 1


@pytest.mark.parametrize("status", ["cancelled", "completed", "no_show", "expired"])
def test_ending_a_booking_is_never_judged(status: str) -> None:
    client = make_client(stage=Stage.ONGOING)
    booking = make_booking(client, make_session())
    Client.objects.filter(pk=client.pk).update(stage=Stage.CLOSED)
    assert Booking.objects.filter(pk=booking.pk).update(status=status) == 1


def test_moving_and_paying_for_a_booking_is_never_judged() -> None:
    client = make_client(stage=Stage.ONGOING)
    booking = make_booking(client, make_session(), status="pending_payment")
    Client.objects.filter(pk=client.pk).update(stage=Stage.CLOSED)
    hour = timedelta(hours=1)
    assert Booking.objects.filter(pk=booking.pk).update(starts_at=F("starts_at") + hour, ends_at=F("ends_at") + hour)
    assert Booking.objects.filter(pk=booking.pk).update(status="confirmed") == 1


def test_a_type_that_is_open_to_newcomers_is_free() -> None:
    with pytest.raises(IntegrityError, match="practice_admin_sessiontype_discovery_free"), transaction.atomic():
        make_session_type(opens_at_stage=Stage.DISCOVERY, price_minor=1)
    with pytest.raises(IntegrityError, match="practice_admin_sessiontype_discovery_free"), transaction.atomic():
        SessionType.objects.filter(pk=make_session().pk).update(opens_at_stage=Stage.DISCOVERY)
    assert make_session_type(opens_at_stage=Stage.INTAKE, price_minor=1).pk


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.ONGOING])
def test_a_stage_past_discovery_implies_that_there_was_one(stage: str) -> None:
    client = make_client()
    with pytest.raises(IntegrityError, match="clients_client_stage_after_discovery"), transaction.atomic():
        Client.objects.filter(pk=client.pk).update(stage=stage)
    assert Client.objects.filter(pk=client.pk).update(stage=stage, discovery_completed_at=NOW) == 1


def test_a_temporary_table_of_the_same_name_does_not_open_the_gate() -> None:
    client, session_type = make_client(), make_session()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE practice_admin_sessiontype ON COMMIT DROP AS TABLE public.practice_admin_sessiontype"
        )
        cursor.execute("UPDATE pg_temp.practice_admin_sessiontype SET opens_at_stage = 'discovery'")
        with pytest.raises(IntegrityError, match="not open"), transaction.atomic():
            cursor.execute(INSERT, [client.pk, session_type.pk, MONDAY, MONDAY + timedelta(minutes=50), "confirmed"])
