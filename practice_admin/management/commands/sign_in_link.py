"""The operator's way in when mail is down."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from clients.domain.sign_in import mint_token
from clients.models import User, normal_email


class Command(BaseCommand):
    help = "Print a one-time sign-in address for a user, good for 15 minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(email=normal_email(options["email"]), is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user with the address {options['email']}.")
        token = mint_token(user=user, next_path="", now=timezone.now())
        self.stdout.write(settings.SITE_URL + reverse("sign_in_link", args=[token]))
