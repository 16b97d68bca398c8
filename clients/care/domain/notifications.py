"""In-app notifications, each told once (R12). Their texts name no content (R22)."""

from datetime import datetime

from django.db import connection, transaction

from clients.care.models import Notification
from clients.models import User


def notify(*, recipient: User, key: str, text: str, path: str, now: datetime) -> bool:
    """Tell one person one thing, once for each `key`: True when it was news. `path` is an address of our own site.

    Telling it again changes nothing, whatever the text. `now` is aware.
    """
    with transaction.atomic(durable=True):
        return tell(recipient=recipient, key=key, text=text, path=path, now=now)


def tell(*, recipient: User, key: str, text: str, path: str, now: datetime) -> bool:
    """The same as a step of another operation: belongs into that operation's transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("tell() belongs into the transaction of what it tells.")
    _, is_new = Notification.objects.get_or_create(
        recipient=recipient, key=key, defaults={"text": text, "path": path, "created_at": now}
    )
    return is_new


def mark_read(*, recipient: User, now: datetime) -> int:
    """They have seen all that was told to them: how many notifications that was news to."""
    return Notification.objects.filter(recipient=recipient, read_at=None).update(read_at=now)


def unread_count(user: User) -> int:
    """How many notifications this person has not seen yet."""
    return Notification.objects.filter(recipient=user, read_at=None).count()
