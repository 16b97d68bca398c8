"""Do in the foreground what the worker would do."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.outbox.operations import run_due


class Command(BaseCommand):
    help = "Run every effect that is due, once."

    def handle(self, *_args: Any, **_options: Any) -> None:
        done, failed = run_due(timezone.now())
        self.stdout.write(f"{done} done, {failed} failed")
