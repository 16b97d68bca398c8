"""Whoever can sign in: the therapist and the clients. E-mail, no user name, no password (R7, R8)."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now

# The address of somebody without a mailbox ends so. RFC 2606 keeps ".invalid" from ever being anybody's.
NO_MAILBOX = "@no-mailbox.invalid"


def no_mailbox() -> str:
    """A stand-in for the address of somebody who has none: nobody's, and like no other."""
    return f"{uuid.uuid4().hex}{NO_MAILBOX}"


def normal_email(address: str) -> str:
    """One spelling for one mailbox: no surrounding space, lower case throughout.

    RFC 5321 lets the part before the @ be case-sensitive; no mail service in use is, and two records for one person
    would be worse.
    """
    return address.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Makes users without a password."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return normal_email(email or "")

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normal_email(username or ""))

    def create_user(self, email: str, **fields: Any) -> "User":
        """A user who can sign in by magic link alone."""
        user = self.model(email=normal_email(email), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a mailbox. The therapist is `is_staff` and `is_superuser`; a client has a `Client` beside it."""

    email = models.EmailField(unique=True, max_length=254)
    name = models.CharField(max_length=200, db_default="", default="", blank=True)
    phone = models.CharField(max_length=40, db_default="", default="", blank=True)
    time_zone = models.CharField(max_length=64, db_default="", default="", blank=True)
    # "!" is Django's mark for a password that can never match.
    password = models.CharField(max_length=128, default="!", db_default="!", editable=False)
    is_active = models.BooleanField(default=True, db_default=True)
    is_staff = models.BooleanField(default=False, db_default=False)
    is_superuser = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="clients_user_email_lower"),
            models.CheckConstraint(
                condition=~models.Q(email__endswith=NO_MAILBOX) | models.Q(is_active=False),
                name="clients_user_signs_in_by_mailbox",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    @property
    def has_mailbox(self) -> bool:
        """Whether the address is one that mail can go to."""
        return not self.email.endswith(NO_MAILBOX)

    def get_full_name(self) -> str:
        """The name as they gave it, or the address."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """What to call them: the first word of the name, or the address."""
        return self.name.split(" ")[0] if self.name else self.email
