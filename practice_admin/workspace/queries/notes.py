"""What a note can be about."""

from datetime import datetime

from clients.care.models import Note
from clients.models import Client
from practice_admin.models import Booking

LATEST = 200


def sessions_to_note(client: Client, now: datetime, *, besides: Note | None = None) -> list[Booking]:
    """This client's sessions that have begun and were not called off, the latest first.

    And the one that the note `besides` is on, whatever became of it since.
    """
    begun = Booking.objects.filter(client=client, starts_at__lte=now).defer("reason")
    begun = begun.exclude(status__in=[Booking.Status.CANCELLED, Booking.Status.EXPIRED])
    sessions = list(begun.select_related("session_type").order_by("-starts_at")[:LATEST])
    own = besides.booking if besides else None
    return sessions if own is None or own in sessions else [*sessions, own]
