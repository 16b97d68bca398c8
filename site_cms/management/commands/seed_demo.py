"""The sample practice and its site, for development and for showing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from practice_admin.workflows.sample_practice import make_sample_practice
from site_cms.pages.sample.site import make_sample_site


class Command(BaseCommand):
    help = "Make the sample practice; running it again changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("The sample practice is for development. In production start with an empty practice.")
        made = make_sample_practice(now=timezone.now())
        make_sample_site(now=timezone.now())
        self.stdout.write("The sample practice is ready." if made else "The sample practice was there already.")
