"""A keyed digest of what a row says, by which a change of its words is told from a change of the key they lie under.

The key is the row's own and lies encrypted beside the words: whoever has the table alone can test no guess, and the
digest outlives every change of FIELD_KEYS.
"""

import hmac
import secrets
from typing import Any, ClassVar

from django.db import models

from clients.models import EncryptedTextField


def new_digest_key() -> str:
    """A key of 32 random bytes."""
    return secrets.token_hex(32)


class DigestField(models.BinaryField[bytes, bytes]):
    """Worked out from the row's words whenever it is written, on `bulk_create` too."""

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        assert isinstance(model_instance, Sealed)  # noqa: S101  (tells the type checker)
        model_instance.digest = model_instance.digest_of_words()
        return model_instance.digest


class Sealed(models.Model):
    """A row whose words, once sealed, stay as they are."""

    WORDS: ClassVar[tuple[str, ...]] = ("body",)  # the encrypted fields that the digest covers

    digest_key = EncryptedTextField(default=new_digest_key, editable=False)
    digest = DigestField(default=b"", db_default=b"", editable=False)

    class Meta:
        abstract = True

    def digest_of_words(self) -> bytes:
        """HMAC-SHA-256 of the words under the row's key; a NUL, which no text holds, stands between two."""
        words: list[Any] = [getattr(self, name) for name in self.WORDS]
        return hmac.digest(self.digest_key.encode(), "\0".join(words).encode(), "sha256")

    @property
    def is_intact(self) -> bool:
        """Whether the words are those that the digest was made of."""
        return hmac.compare_digest(bytes(self.digest), self.digest_of_words())

    @property
    def is_locked(self) -> bool:
        """Whether its words are to stay as they are."""
        return True
