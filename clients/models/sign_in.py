"""Magic links (R7): what was asked for, and the tokens that the worker minted as it sent them."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from clients.models.user import User


class SignInRequest(models.Model):
    """Someone asked for a link. Written for known and unknown addresses alike; the worker finds out which it is."""

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    email = models.EmailField(max_length=254)
    next_path = models.CharField(max_length=500, default="", db_default="", blank=True)
    requested_at = models.DateTimeField(db_default=Now(), editable=False)


class SignInToken(models.Model):
    """A link that was sent: the SHA-256 of its 32 random bytes, never the token itself."""

    digest = models.BinaryField(max_length=32, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    next_path = models.CharField(max_length=500, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
