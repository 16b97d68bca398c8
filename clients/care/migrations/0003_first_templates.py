"""The shapes that most notes have, to start from. They are hers to change or take away."""

from django.db import migrations

FIRST = [
    ("SOAP", ["Subjective", "Objective", "Assessment", "Plan"]),
    ("DAP", ["Data", "Assessment", "Plan"]),
    ("BIRP", ["Behaviour", "Intervention", "Response", "Plan"]),
    ("Discovery call", ["What brings them", "What they hope for", "Fit and risks", "Plan"]),
]


def make(apps, schema_editor):
    templates = apps.get_model("care", "NoteTemplate").objects
    for position, (name, headings) in enumerate(FIRST, start=1):
        body = "\n\n\n".join(f"{heading}:" for heading in headings) + "\n"
        templates.get_or_create(name=name, defaults={"body": body, "position": position})


class Migration(migrations.Migration):
    dependencies = [("care", "0002_notes_and_messages")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
