"""What PostgreSQL itself says of waivers (R2) and reminders (R21): raw statements, past every line of Python."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Stage
from practice_admin.models import GATE, Booking, Reminder, Waiver
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, therapist
from tests.rules.test_gate import insert

pytestmark = pytest.mark.django_db


def waive(client, stage: str = "ongoing", *, ended_at=None) -> None:
    Waiver.objects.create(client=client, stage=stage, reason="Why", signed_by=therapist(), ended_at=ended_at)


@pytest.mark.rule("R2")
def test_the_gate_honours_a_waiver_in_force() -> None:
    client = make_client(stage=Stage.INTAKE)
    waive(client)
    insert(client, make_session())
    assert Booking.objects.get().client == client


@pytest.mark.rule("R1")
@pytest.mark.rule("R2")
@pytest.mark.parametrize("case", ["ended", "another stage", "another client", "no discovery", "closed"])
def test_the_gate_honours_no_other(case: str) -> None:
    stage = {"no discovery": Stage.DISCOVERY, "closed": Stage.CLOSED}.get(case, Stage.INTAKE)
    client = make_client(stage=stage)
    whose = make_client(stage=Stage.INTAKE) if case == "another client" else client
    waive(whose, "intake" if case == "another stage" else "ongoing", ended_at=NOW if case == "ended" else None)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        insert(client, make_session())
    assert refused.value.__cause__.diag.constraint_name == GATE
    assert not Booking.objects.exists()


@pytest.mark.rule("R21")
def test_a_second_reminder_of_one_booking_at_one_time_is_refused_by_name() -> None:
    booking = make_booking()
    statement = "INSERT INTO practice_admin_reminder (booking_id, starts_at) VALUES (%s, %s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [booking.pk, MONDAY])
        cursor.execute(statement, [booking.pk, MONDAY + timedelta(hours=1)])  # moved: another start time
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            cursor.execute(statement, [booking.pk, MONDAY])
    assert refused.value.__cause__.diag.constraint_name == "practice_admin_reminder_once"
    assert Reminder.objects.count() == 2
