"""Every migration of ours goes back as well as forth."""

import pytest
from django.core.management import call_command
from django.db import connection

from practice_admin.models import Practice

OURS = ["pages", "content", "care", "practice_admin", "outbox"]  # people are the ground that Wagtail too stands on


@pytest.mark.django_db(transaction=True)
def test_our_migrations_go_back_and_forth() -> None:
    for app in OURS:
        call_command("migrate", app, "zero", verbosity=0)
    left = [name for name in connection.introspection.table_names() if name.startswith(("practice_admin_", "care_"))]
    assert left == []
    call_command("migrate", verbosity=0)
    assert Practice.objects.count() == 1
