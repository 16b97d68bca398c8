"""What every test stands on: the throw-away server, and a database of its own for each test process."""

import os
import re
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.test import TransactionTestCase

from site_cms import embedded_postgres
from tests.database import worker_database

pytest_plugins = ["tests.vendors"]

# The long proofs at full length: pytest --hypothesis-profile=soak
hypothesis.settings.register_profile("soak", max_examples=2000, deadline=None)

RULE = re.compile(r"R[1-9][0-9]?")


def pytest_configure() -> None:
    """Start the server before any worker does, and keep it until the last of them has left."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    if not os.environ.get("DATABASE_URL"):
        embedded_postgres.start(settings.VAR_DIR, str(settings.DATABASES["default"]["NAME"]), throw_away=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a `rule` marker that does not name one rule, such as rule("R3")."""
    for item in items:
        for marker in item.iter_markers("rule"):
            if len(marker.args) != 1 or not RULE.fullmatch(str(marker.args[0])):
                raise pytest.UsageError(f'{item.nodeid}: write @pytest.mark.rule("R3"), not {marker}')


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker) -> Iterator[None]:
    """Give this process its copy of the migrated template, whole again after each test that commits."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), worker_database(worker) as database:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: database.restore())
        with django_db_blocker.block():
            yield
