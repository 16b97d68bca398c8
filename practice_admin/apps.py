from django.apps import AppConfig


class PracticeAdminConfig(AppConfig):
    name = "practice_admin"
    label = "practice_admin"
    verbose_name = "Practice"

    def ready(self) -> None:
        # Registers the handlers of effects, and the worker's standing appointments.
        import practice_admin.handlers  # noqa: F401
        from integrations.outbox.schedules import every

        every(1, name="expire holds", function="practice_admin.handlers.sweeps.expire_holds")
        every(5, name="ask stripe", function="practice_admin.handlers.sweeps.ask_stripe")
        every(5, name="send reminders", function="practice_admin.handlers.sweeps.send_reminders")
        every(15, name="pull calendar", function="practice_admin.handlers.calendar_pull.pull_by_the_clock")
        every(60, name="forget", function="practice_admin.handlers.sweeps.forget")
