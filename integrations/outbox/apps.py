from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class OutboxConfig(AppConfig):
    name = "integrations.outbox"
    label = "outbox"
    verbose_name = "Side effects"

    def ready(self) -> None:
        from django_q.signals import post_spawn

        from integrations.outbox.schedules import write_schedules
        from integrations.outbox.tasks import begin

        post_migrate.connect(write_schedules, sender=apps.get_app_config("django_q"))
        post_spawn.connect(begin)
