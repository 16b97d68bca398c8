"""The suite's own ground: what a test commits is gone before the next one, and what migrations wrote is back."""

import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Page, Site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", range(2))
def test_rows_of_migrations_return_after_a_test_that_removed_them(turn: int) -> None:
    assert Site.objects.count() == 1
    assert Page.objects.filter(depth=1).count() == 1

    Site.objects.all().delete()
    Page.objects.filter(depth=1).update(title=f"Changed in turn {turn}", draft_title="")


@pytest.mark.parametrize("turn", range(2))
def test_rows_and_numbers_of_another_thread_are_undone_too(turn: int) -> None:
    numbers = []

    def commit() -> None:
        numbers.append(ContentType.objects.create(app_label="another", model="thread").pk)
        connection.close()

    before = ContentType.objects.order_by("-pk").values_list("pk", flat=True)[0]
    thread = threading.Thread(target=commit)
    thread.start()
    thread.join()

    assert numbers == [before + 1]


@pytest.mark.parametrize("turn", range(2))
def test_a_changed_schema_is_undone_too(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'scratch'")
        assert cursor.fetchone() == (0,)
        cursor.execute("CREATE TABLE scratch ()")
        cursor.execute("ALTER TABLE wagtailcore_site DROP CONSTRAINT wagtailcore_site_pkey CASCADE")
