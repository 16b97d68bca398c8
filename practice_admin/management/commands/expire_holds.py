"""One sweep over unpaid holds."""

from typing import Any

from django.core.management.base import BaseCommand

from practice_admin.handlers.sweeps import expire_holds


class Command(BaseCommand):
    help = "Release holds whose time is over, asking Stripe first."

    def handle(self, *_args: Any, **_options: Any) -> None:
        released, waiting = expire_holds()
        self.stdout.write(f"{released} released, {waiting} waiting for Stripe")
