from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('practice_admin', '0007_refunds_put_aside'),
    ]

    operations = [
        migrations.AddField(
            model_name='dispute',
            name='checked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
