"""A personal event over a session: she decides, nothing happens by itself (R13)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.queries.clashes import Clash, clashes
from practice_admin.models import Booking, ClashDecision

KEPT = timedelta(days=7)  # after the session is over


class NoClash(Refusal):
    """The event or the session is not there any more, has other times, or it was decided already."""

    public_message = "That has changed meanwhile, or was settled already. This is how it stands now."


def ignore_clash(*, booking_id: UUID, key: str, now: datetime) -> Clash:
    """Let this event lie over this session, for as long as both keep their times. Raises NoClash, changing nothing."""
    with transaction.atomic(durable=True):
        lock_diary()
        found = [one for one in clashes(now=now) if one.booking_id == booking_id and one.key == key]
        if not found:
            raise NoClash
        clash = found[0]
        ClashDecision.objects.filter(booking__ends_at__lt=now - KEPT).delete()
        ClashDecision.objects.create(
            booking=Booking.objects.only("pk").get(public_id=booking_id),
            calendar_id=clash.calendar_id,
            event_id=clash.event_id,
            instance=clash.instance,
            starts_at=clash.starts_at,
            ends_at=clash.ends_at,
            decided_at=now,
        )
    return clash
