"""What stands in a client's thread, and which threads wait for her."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from clients.care.models import Message, Thread
from clients.models import Client

LATEST = 200


def thread_messages(client: Client) -> QuerySet[Message]:
    """Every message between the therapist and this client, oldest first."""
    return Message.objects.filter(thread__client=client)


def unread_count(client: Client) -> int:
    """How many of the therapist's messages this client has not seen yet."""
    return thread_messages(client).filter(sender=Message.Sender.THERAPIST, read_at=None).count()


def unread_by_her() -> int:
    """How many of clients' messages the therapist has not seen yet."""
    return Message.objects.filter(sender=Message.Sender.CLIENT, read_at=None).count()


def inbox() -> list[Thread]:
    """Threads with anything in them, unread ones first, then by the latest message; each with its client.

    With `unread`, how many messages she has not seen, and `last_at` and `last_sender` of the latest; no words are read.
    """
    unread = Q(messages__sender=Message.Sender.CLIENT, messages__read_at=None)
    latest = Message.objects.filter(thread=OuterRef("pk")).order_by("-sent_at", "-id")
    threads = Thread.objects.select_related("client__user").annotate(
        unread=Count("messages", filter=unread),
        last_at=Subquery(latest.values("sent_at")[:1]),
        last_sender=Subquery(latest.values("sender")[:1]),
    )
    told = sorted(threads.exclude(last_at=None).order_by("-last_at", "-id")[:LATEST], key=lambda one: not one.unread)
    return list(told)
