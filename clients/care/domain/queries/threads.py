"""What stands in a client's thread."""

from django.db.models import QuerySet

from clients.care.models import Message
from clients.models import Client


def thread_messages(client: Client) -> QuerySet[Message]:
    """Every message between the therapist and this client, oldest first."""
    return Message.objects.filter(thread__client=client)


def unread_count(client: Client) -> int:
    """How many of the therapist's messages this client has not seen yet."""
    return thread_messages(client).filter(sender=Message.Sender.THERAPIST, read_at=None).count()
