"""Notes, their amendments, the private page; the thread of messages; notifications; her own words to begin with."""

from clients.care.models.message import Message, SavedReply, Thread
from clients.care.models.note import (
    AMENDMENT_LOCK,
    ERASING,
    LOCK,
    OF_SIGNED,
    REENCRYPTING,
    Amendment,
    Note,
    NoteTemplate,
    PrivatePage,
)
from clients.care.models.notification import Notification
from clients.care.models.sealed import Sealed

__all__ = [
    "AMENDMENT_LOCK",
    "ERASING",
    "LOCK",
    "OF_SIGNED",
    "REENCRYPTING",
    "Amendment",
    "Message",
    "Note",
    "NoteTemplate",
    "Notification",
    "PrivatePage",
    "SavedReply",
    "Sealed",
    "Thread",
]
