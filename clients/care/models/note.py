"""The therapist's notes: hers alone, encrypted from the first day, locked once signed (R18)."""

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from clients.care.models.sealed import Sealed
from clients.models import Client, EncryptedTextField
from practice_admin.models import Booking

LOCK = "care_note_signed_lock"
AMENDMENT_LOCK = "care_amendment_lock"
OF_SIGNED = "care_amendment_of_signed"

# The two doors. Each is a setting that holds the number of the transaction which may pass (erasure: and of the client
# whose notes go), so that one left behind by a session opens nothing in the next transaction.
REENCRYPTING = "threshold.reencrypting"
ERASING = "threshold.erasing"

# What both tables' locks say: `client` is an expression for the row's client, `words` the columns that hold ciphertext.
_DOORS = """
IF TG_OP = 'DELETE'
   AND current_setting('{erasing}', true) = pg_current_xact_id()::text || ' ' || ({client})::text
THEN
    RETURN OLD;
END IF;
IF TG_OP = 'UPDATE'
   AND current_setting('{reencrypting}', true) = pg_current_xact_id()::text
   AND octet_length(OLD.digest) = 32
   AND to_jsonb(NEW) - ARRAY[{words}, 'digest_key'] = to_jsonb(OLD) - ARRAY[{words}, 'digest_key']
THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION '{message}'
    USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}', TABLE = TG_TABLE_NAME;
"""

_SIGNED_STAYS = """
IF OLD.signed_at IS NULL THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END IF;
""" + _DOORS.format(
    erasing=ERASING,
    reencrypting=REENCRYPTING,
    client="OLD.client_id",
    words="'body'",
    message="a signed note is locked: amend it",
    constraint=LOCK,
)

_AMENDMENT_STAYS = _DOORS.format(
    erasing=ERASING,
    reencrypting=REENCRYPTING,
    client="SELECT note.client_id FROM public.care_note note WHERE note.id = OLD.note_id",
    words="'reason', 'body'",
    message="an amendment stays as it is: write another",
    constraint=AMENDMENT_LOCK,
)

# FOR SHARE: a draft that is being signed or thrown away by another transaction is waited for.
_ONLY_OF_SIGNED = f"""
PERFORM 1 FROM public.care_note note WHERE note.id = NEW.note_id AND note.signed_at IS NOT NULL FOR SHARE;
IF NOT FOUND THEN
    RAISE EXCEPTION 'only a signed note is amended'
        USING ERRCODE = 'check_violation', CONSTRAINT = '{OF_SIGNED}', TABLE = 'care_amendment';
END IF;
RETURN NEW;
"""


def _not_emptied(constraint: str) -> pgtrigger.Trigger:
    """TRUNCATE asks no row's trigger: it is refused for the whole table."""
    return pgtrigger.Trigger(
        name="truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"""
RAISE EXCEPTION 'signed notes are locked'
    USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}', TABLE = TG_TABLE_NAME;
""",
    )


class Note(Sealed):
    """What the therapist wrote about a client, perhaps on one session: a draft until `signed_at`, then locked.

    `version` counts what was kept, so that two tabs do not overwrite each other in silence.
    """

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notes")
    booking = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    body = EncryptedTextField()
    version = models.PositiveIntegerField(default=1, db_default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    kept_at = models.DateTimeField(db_default=Now(), editable=False)
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["created_at"], condition=Q(signed_at=None), name="care_note_drafts")]
        triggers = [
            pgtrigger.Trigger(
                name="signed_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_SIGNED_STAYS,
            ),
            _not_emptied(LOCK),
        ]

    @property
    def is_locked(self) -> bool:
        """Whether it is signed."""
        return self.signed_at is not None


class Amendment(Sealed):
    """What she added to a signed note later, and why. It stays as it is."""

    WORDS: ClassVar[tuple[str, ...]] = ("reason", "body")

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="amendments")
    reason = EncryptedTextField()
    body = EncryptedTextField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        triggers = [
            pgtrigger.Trigger(
                name="only_of_signed", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_ONLY_OF_SIGNED
            ),
            pgtrigger.Trigger(
                name="stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_AMENDMENT_STAYS,
            ),
            _not_emptied(AMENDMENT_LOCK),
        ]


class PrivatePage(models.Model):
    """Her own thoughts on one client: apart from the record, in no export of it, never signed."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="private_page")
    body = EncryptedTextField()
    version = models.PositiveIntegerField(default=1, db_default=1)
    kept_at = models.DateTimeField(db_default=Now(), editable=False)


class NoteTemplate(models.Model):
    """A shape to begin a note with: headings to fill in. Hers to change; it holds no client's words."""

    name = models.CharField(max_length=60, unique=True)
    body = models.TextField()
    position = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
