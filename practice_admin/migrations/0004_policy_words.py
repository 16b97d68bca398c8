"""The policy's first words said that only a free call can be cancelled by its link; that is no longer so."""

from django.db import migrations

BEFORE = "You can cancel a free call here until 24 hours before it begins. For anything else, or later, please write."
SINCE = (
    "You can move or cancel here until 24 hours before the session begins, and what you paid is paid back. "
    "Later than that, please write."
)


def say_anew(apps, schema_editor):
    practices = apps.get_model("practice_admin", "Practice").objects
    practices.filter(cancellation_policy=BEFORE).update(cancellation_policy=SINCE)


class Migration(migrations.Migration):
    dependencies = [("practice_admin", "0003_scheduling")]
    operations = [migrations.RunPython(say_anew, migrations.RunPython.noop)]
