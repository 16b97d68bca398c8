"""What every test stands on: the throw-away server, and a database of its own for each test process."""

import gc
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as examples
from xdist.scheduler import WorkStealingScheduling

from site_cms import embedded_postgres
from tests.database import worker_database

pytest_plugins = ["tests.vendors"]

RULE = re.compile(r"R[1-9][0-9]?")
LONGEST = {"test_run.py", "test_migrations.py"}  # tests of half a minute, after which the other process would wait

# How many examples hypothesis tries: as many as take seconds, or (HYPOTHESIS_PROFILE=soak) as many as take an hour.
# Set before any test is read: tests of pure functions ask for a multiple of `settings.default.max_examples`.
examples.register_profile("suite", deadline=None, max_examples=25)
examples.register_profile("soak", deadline=None, max_examples=2_500)
examples.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_configure() -> None:
    """Start the server before any worker does, and keep it until the last of them has left."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    if not os.environ.get("DATABASE_URL"):
        embedded_postgres.start(settings.VAR_DIR, str(settings.DATABASES["default"]["NAME"]), throw_away=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first. Refuse a `rule` marker that does not name one rule, such as rule("R3")."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        for marker in item.iter_markers("rule"):
            if len(marker.args) != 1 or not RULE.fullmatch(str(marker.args[0])):
                raise pytest.UsageError(f'{item.nodeid}: write @pytest.mark.rule("R3"), not {marker}')


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkStealingScheduling | None:
    """With `-n` alone, let the process that has done its half take over from the other's."""
    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


def pytest_collection_finish() -> None:
    """Leave all that has been imported out of every later search for garbage: a tenth of the suite's time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker) -> Iterator[None]:
    """Give this process its copy of the migrated template, whole again after each test that commits."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), worker_database(worker) as database:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: database.restore())
        with django_db_blocker.block():
            yield
