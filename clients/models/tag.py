"""Words by which the therapist sorts her clients."""

from django.db import models
from django.db.models.functions import Lower


class Tag(models.Model):
    """One word or two, as she first wrote it. Not encrypted, since lists are filtered by it: nothing clinical."""

    name = models.CharField(max_length=40)

    class Meta:
        ordering = [Lower("name")]
        constraints = [models.UniqueConstraint(Lower("name"), name="clients_tag_once")]

    def __str__(self) -> str:
        return self.name
