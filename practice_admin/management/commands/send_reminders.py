"""One reminder sweep."""

from typing import Any

from django.core.management.base import BaseCommand

from practice_admin.handlers.sweeps import send_reminders


class Command(BaseCommand):
    help = "Find the sessions whose reminder is due; the worker (or run_effects) sends what is found."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{send_reminders()} due")
