"""What was shared with a client: that, and nothing else (R15, R16)."""

from uuid import UUID

from django.db.models import QuerySet

from clients.models import Client
from content.models import Share


def feed_of(client: Client) -> QuerySet[Share]:
    """Everything shared with this client, newest first, each with its item and, where it has one, its session.

    Nothing once it was taken away with the end of the work, whatever the caller knew of the client.
    """
    shared = Share.objects.filter(client=client, client__feed_taken_at=None)
    return shared.select_related("item", "booking").order_by("-shared_at", "-id")


def shared_item(client: Client, public_id: UUID) -> Share | None:
    """The share of that public id, if it is this client's; None for another's, exactly as for none at all."""
    return feed_of(client).filter(public_id=public_id).first()
