"""Read her calendar now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.errors import VendorError
from practice_admin.domain.calendar_cycles import CycleRefused
from practice_admin.handlers.calendar_pull import pull


class Command(BaseCommand):
    help = "One pull cycle now: read the connected Google calendars and replace what was mirrored from them."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            report = pull()
        except CycleRefused as refused:
            raise CommandError(refused.public_message) from None
        except VendorError as error:
            raise CommandError(f"The calendar could not be read, and the mirror stays as it was. {error}") from None
        self.stdout.write(f"{report.seen} events seen, {report.blocking} block time, {report.unreadable} unreadable")
        for problem in report.problems:
            self.stdout.write(f"- {problem}")
