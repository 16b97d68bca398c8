"""What the list of clients asks."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from clients.models import Client
from practice_admin.models import Booking


def with_next_session(clients: QuerySet[Client], now: datetime) -> QuerySet[Client]:
    """Clients with the person behind each and `next_session_at`, in one query."""
    ahead = Booking.objects.filter(client=OuterRef("pk"), status__in=Booking.LIVE, starts_at__gt=now)
    return clients.select_related("user").annotate(
        next_session_at=Subquery(ahead.order_by("starts_at").values("starts_at")[:1])
    )
