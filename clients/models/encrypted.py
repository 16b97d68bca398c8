"""Text that only this practice can read: encrypted in the database with FIELD_KEYS (R18)."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The cipher of the keys in force: the first key encrypts, every key decrypts."""
    return _cipher(tuple(settings.FIELD_KEYS))


class EncryptedTextField(models.TextField[str, str]):
    """Text in Python, a Fernet token (bytea) in the database; empty text is stored as empty bytes.

    The database can neither search nor order it, by intent. Reading raises cryptography.fernet.InvalidToken where no
    key fits: better an error than a note that looks empty.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for option, value in {"default": "", "db_default": "", "blank": True}.items():
            kwargs.setdefault(option, value)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        """Stored as PostgreSQL's bytea."""
        return "BinaryField"

    def from_db_value(self, value: Any, _expression: object, _connection: BaseDatabaseWrapper) -> str | None:
        if value is None:
            return None
        token = bytes(value)
        return cipher().decrypt(token).decode() if token else ""

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is None or not isinstance(value, str):
            return value
        return cipher().encrypt(value.encode()) if value else b""
