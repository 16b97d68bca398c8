"""How often an address, or a mailbox, did a thing lately: one row a window, counted by the database alone."""

from django.db import models


class RateCount(models.Model):
    """`hits` in the window that began at `window_at`; `key` is a keyed digest, so the row names nobody."""

    key = models.CharField(max_length=64)
    window_at = models.DateTimeField()
    hits = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window_at"], name="clients_ratecount_window")]
        indexes = [models.Index(fields=["window_at"], name="clients_ratecount_age")]
