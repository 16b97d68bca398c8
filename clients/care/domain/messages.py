"""The one thread with each client (R17). In this version it is opened by a welcome and read by the client."""

from datetime import datetime

from django.db import transaction

from clients.care.models import Message, Thread
from clients.models import Client


def open_welcome_thread(*, client: Client, text: str, now: datetime) -> bool:
    """Open this client's thread with a welcome from the therapist: True when this call made it.

    Where there is a thread already nothing changes. Of several calls at the same time one makes the thread and its one
    message; the others wait for it, so that a thread is never seen without its welcome. `now` is aware.
    """
    with transaction.atomic(durable=True):
        thread, is_new = Thread.objects.get_or_create(client=client, defaults={"opened_at": now})
        if is_new and text.strip():
            Message.objects.create(thread=thread, sender=Message.Sender.THERAPIST, body=text, sent_at=now)
    return is_new


def mark_read(*, client: Client, now: datetime) -> int:
    """The client has seen what the therapist wrote: how many messages that was news to. The first sight counts."""
    unread = Message.objects.filter(thread__client=client, sender=Message.Sender.THERAPIST, read_at=None)
    return unread.update(read_at=now)
