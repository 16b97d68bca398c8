from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practice_admin', '0006_calendar'),
    ]

    operations = [
        migrations.AddField(
            model_name='refund',
            name='put_aside_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
