"""After a new key was put before the others in FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.care.domain.doors import WordsChanged, encrypt_anew


class Command(BaseCommand):
    help = "Put every encrypted value under the newest of FIELD_KEYS; signed notes keep their words."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            done = encrypt_anew()
        except WordsChanged as refused:
            raise CommandError(refused.public_message) from None
        for table, rows in done.items():
            self.stdout.write(f"{table}: {rows}")
