"""Recordings: the file, and what the worker read out of it."""

import uuid
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from wagtailmedia.models import AbstractMedia, MediaType

from integrations.outbox.operations import owe

MEASURE = "measure_audio"
# Apple takes MP3 and M4A of these; Spotify the same (podcasters.apple.com/support/823, support.spotify.com).
EXTENSIONS = ["mp3", "m4a"]
WRONG_KIND = "Choose an MP3 or M4A file. Apple and Spotify take no other, and neither does this site."


class Audio(AbstractMedia):
    """A recording that anybody may hear whom its address was given.

    `duration` (seconds), `size_bytes` and `content_type` are read by the worker after the file has come; until then
    `measured_at` is empty. `problem` says in the editor's words why it cannot be published; "" where it can.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_version = models.PositiveIntegerField(default=0, editable=False)
    size_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    content_type = models.CharField(max_length=40, default="", blank=True, editable=False)
    measured_at = models.DateTimeField(null=True, blank=True, editable=False)
    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    problem = models.CharField(max_length=200, default="", blank=True, editable=False)

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractMedia.Meta):
        abstract = False
        verbose_name = "recording"
        verbose_name_plural = "recordings"

    def clean(self, *args: Any, **kwargs: Any) -> None:
        """Refuse a file that no directory takes, whichever of the library's forms it came by."""
        if self.file and PurePath(self.file.name).suffix.lower().lstrip(".") not in EXTENSIONS:
            raise ValidationError({"file": WRONG_KIND})
        super().clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it; a file that is new is measured by the worker."""
        with transaction.atomic():
            is_new_file = bool(self.file) and not self.file._committed
            if is_new_file:
                self.type = MediaType.AUDIO
                self.file_version += 1
                self.duration, self.size_bytes, self.content_type = 0, 0, ""
                self.measured_at, self.problem = None, ""
            super().save(*args, **kwargs)
            if is_new_file:
                owe([MEASURE], subject=self.subject, version=self.file_version, now=timezone.now())

    @property
    def subject(self) -> str:
        """What effects call it."""
        return f"audio:{self.public_id}"

    @property
    def is_ready(self) -> bool:
        """Whether it was read and can be heard."""
        return self.measured_at is not None and not self.problem

    @property
    def url(self) -> str:
        """The public path of the file, which answers range requests."""
        return reverse("pages:audio", args=[self.public_id, PurePath(self.file.name).suffix.lstrip(".").lower()])

    @property
    def sources(self) -> list[dict[str, str]]:
        """For the player in the editor."""
        return [{"src": self.url, "type": self.content_type or "audio/mpeg"}]
