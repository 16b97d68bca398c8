"""Writing to her from the site."""

import uuid

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from clients.domain.rate_limits import Limit
from clients.domain.visitor_address import visitor_address
from clients.models import EncryptedTextField
from site_cms.pages.models.written import WrittenPage

CONTACT_EMAIL = "contact_email"
CONTACT_NOTICE = "contact_notice"
BY_ADDRESS = Limit("contact by address", hits=5, seconds=15 * 60)


class ContactMessage(models.Model):
    """What a visitor wrote. Kept encrypted; no mail repeats it (R22)."""

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    name = models.CharField(max_length=100)
    email = models.EmailField(max_length=254)
    text = EncryptedTextField()
    sent_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = "message from the site"
        verbose_name_plural = "messages from the site"

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """What effects call it."""
        return f"contact:{self.public_id}"


class ContactPage(WrittenPage):
    """A page with a form whose messages reach her."""

    thanks = models.TextField(
        max_length=300,
        default="Thank you. Your words have arrived, and you hear from me within two working days.",
        help_text="What somebody reads after they have written.",
    )

    template = "pages/contact_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    content_panels = [*WrittenPage.content_panels, "thanks"]

    class Meta:
        verbose_name = "contact page"

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """The form, and what becomes of it."""
        from site_cms.pages.contact import contact

        who = visitor_address(request.META, settings.TRUSTED_PROXIES)
        response: HttpResponseBase = contact(request, self, who=who, now=timezone.now())
        return response
