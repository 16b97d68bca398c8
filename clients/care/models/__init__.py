"""Notes, the thread of messages, notifications."""

from clients.care.models.message import Message, Thread
from clients.care.models.note import Note
from clients.care.models.notification import Notification

__all__ = ["Message", "Note", "Notification", "Thread"]
