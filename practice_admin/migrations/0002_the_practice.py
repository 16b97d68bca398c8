"""The one row of the practice: settings to start from, and the lock of the diary."""

from django.db import migrations


def make(apps, schema_editor):
    apps.get_model("practice_admin", "Practice").objects.get_or_create(pk=1)


def remove(apps, schema_editor):
    apps.get_model("practice_admin", "Practice").objects.filter(pk=1).delete()


class Migration(migrations.Migration):
    dependencies = [("practice_admin", "0001_practice")]
    operations = [migrations.RunPython(make, remove)]
