"""Rows written with nothing but what others rely on: every other column has a default or is filled by the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from clients.care.models import Note
from clients.models import Client, User
from integrations.outbox.models import Effect
from practice_admin.models import Block, Booking, SessionType
from tests.factories import MONDAY, make_client, make_session_type

pytestmark = pytest.mark.django_db

A_DAY = "'2026-11-30 09:00Z', '2026-11-30 10:00Z'"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_each_can_be_written_by_a_plain_insert() -> None:
    sql("INSERT INTO clients_user (email) VALUES ('raw@example.com')")
    user = User.objects.get()
    sql(f"INSERT INTO clients_client (user_id) VALUES ({user.pk})")
    client = Client.objects.get()
    sql("INSERT INTO practice_admin_sessiontype (slug, opens_at_stage) VALUES ('raw', 'discovery')")
    session_type = SessionType.objects.get()
    sql(f"INSERT INTO practice_admin_block (starts_at, ends_at) VALUES ({A_DAY})")
    sql(
        "INSERT INTO practice_admin_booking (client_id, session_type_id, starts_at, ends_at, status)"
        f" VALUES ({client.pk}, {session_type.pk}, {A_DAY}, 'confirmed')"
    )
    sql("INSERT INTO outbox_effect (kind, subject) VALUES ('client_email', 'booking:x')")
    sql(f"INSERT INTO care_note (client_id) VALUES ({client.pk})")
    assert (client.stage, Block.objects.get().source, Effect.objects.get().state) == ("discovery", "manual", "due")
    assert Booking.objects.get().busy.lower == MONDAY
    assert Note.objects.get().body == ""
    assert not user.has_usable_password()


def test_each_can_be_written_in_bulk() -> None:
    client, session_type = make_client(), make_session_type(buffer_after_minutes=10)
    User.objects.bulk_create([User(email="bulk@example.com")])
    Client.objects.bulk_create([Client(user=User.objects.get(email="bulk@example.com"))])
    SessionType.objects.bulk_create([SessionType(slug="bulk")])
    Note.objects.bulk_create([Note(client=client, body="A word")])
    Effect.objects.bulk_create([Effect(kind="a", subject="b")])
    assert Note.objects.get().body == "A word"
    assert Effect.objects.get().attempts == 0
    assert session_type.pk


@pytest.mark.parametrize("table", ["practice_admin_block (starts_at, ends_at)"])
def test_time_without_end_is_refused(table: str) -> None:
    with pytest.raises(IntegrityError, match="finite"), transaction.atomic():
        sql(f"INSERT INTO {table} VALUES ('2026-11-30 09:00Z', 'infinity')")
