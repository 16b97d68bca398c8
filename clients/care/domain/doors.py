"""The two doors in the lock of signed notes (R18), and no third: encrypting anew, and erasing.

Each is a setting of this one transaction, which the lock compares with the transaction's own number.
"""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection, models, transaction

from clients.care.models import ERASING, REENCRYPTING, Amendment, Message, Note, PrivatePage, Sealed, Thread
from clients.domain.refusals import Refusal
from clients.models import Client, EncryptedTextField

AT_ONCE = 500  # rows of one transaction


class WordsChanged(Refusal):
    """A row's words are not those that its digest was made of: somebody has been at the table."""


def encrypt_anew() -> dict[str, int]:
    """Put every encrypted value under the newest of FIELD_KEYS: how many rows of each table.

    A few hundred rows at a time, each batch in a transaction of its own, so that the practice can go on; running it
    again does no harm. Raises WordsChanged, naming the row, for a sealed one whose digest does not fit; the batches
    before it stand. Raises cryptography.fernet.InvalidToken where no key opens a value.
    """
    return {model._meta.db_table: _encrypt_table(model) for model in apps.get_models() if _encrypted(model)}


def erase_notes(*, client: Client) -> int:
    """Erase this client's notes, signed ones too, with amendments, private page and thread: how many notes.

    Cannot be undone. Other clients' rows are not touched; the lock sees to it.
    """
    with transaction.atomic(durable=True):
        Client.objects.select_for_update(no_key=True).get(pk=client.pk)
        _open(ERASING, f" {client.pk}")
        Amendment.objects.filter(note__client=client).delete()
        notes, _ = Note.objects.filter(client=client).delete()
        PrivatePage.objects.filter(client=client).delete()
        Message.objects.filter(thread__client=client).delete()
        Thread.objects.filter(client=client).delete()
        _open(ERASING, "", is_open=False)
    return notes


def _encrypt_table(model: type[models.Model]) -> int:
    done, last = 0, 0
    while True:
        with transaction.atomic(durable=True):
            _open(REENCRYPTING)
            rows = list(model._default_manager.select_for_update().filter(pk__gt=last).order_by("pk")[:AT_ONCE])
            _encrypt_rows(model, rows)
            _open(REENCRYPTING, is_open=False)
        if not rows:
            return done
        done, last = done + len(rows), rows[-1].pk


def _encrypt_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    names = _encrypted(model)
    for row in rows:
        # A draft may have been written past the models, without a digest; the lock lets no such row through.
        if isinstance(row, Sealed) and not row.is_intact and (row.digest or row.is_locked):
            raise WordsChanged(f"Row {row.pk} of {model._meta.db_table} does not hold the words that were kept.")
        model._default_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in names})


def _encrypted(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


def _open(door: str, whose: str = "", *, is_open: bool = True) -> None:
    with connection.cursor() as cursor:
        number = "pg_current_xact_id()::text || %s" if is_open else "%s"
        cursor.execute(f"SELECT set_config(%s, {number}, true)", [door, whose])
