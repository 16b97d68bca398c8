"""Every migration of ours goes back as well as forth."""

import pytest
from django.core.management import call_command
from django.db import connection

from practice_admin.models import Practice

OURS = ["pages", "content", "care", "practice_admin", "outbox"]
THE_GROUND = ("clients", "0001")  # people, on whom Wagtail's tables stand too: they go back no further
PEOPLE = {
    *("clients_user", "clients_user_groups", "clients_user_user_permissions", "clients_client"),
    *("clients_signinrequest", "clients_signintoken", "clients_ratecount"),
}


@pytest.mark.django_db(transaction=True)
def test_our_migrations_go_back_and_forth() -> None:
    for app in OURS:
        call_command("migrate", app, "zero", verbosity=0)
    call_command("migrate", *THE_GROUND, verbosity=0)
    ours = ("practice_admin_", "care_", "clients_")
    left = {name for name in connection.introspection.table_names() if name.startswith(ours)}
    assert left == PEOPLE
    call_command("migrate", verbosity=0)
    assert Practice.objects.count() == 1
