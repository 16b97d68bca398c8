"""When a client asks for their notes to be erased, and the law lets it be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clients.care.domain.doors import erase_notes
from clients.models import Client, normal_email


class Command(BaseCommand):
    help = "Erase all notes on a client, signed ones too, with amendments, private page and messages, for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--for-good", action="store_true", help="Without it nothing is erased.")

    def handle(self, *_args: Any, **options: Any) -> None:
        client = Client.objects.filter(user__email=normal_email(options["email"])).first()
        if client is None:
            raise CommandError(f"There is no client with the address {options['email']}.")
        if not options["for_good"]:
            raise CommandError(f"{client.notes.count()} notes would be erased for good. Say --for-good to do it.")
        self.stdout.write(f"Erased: {erase_notes(client=client)} notes.")
