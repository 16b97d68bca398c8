"""How old the mirror is, and the one mail for each time that it grows too old (R14)."""

from datetime import datetime, timedelta

from django.db import transaction

from integrations.outbox.operations import owe
from practice_admin.models import CalendarConnection, Practice

CALENDAR_STALE = "calendar_stale"


def known_since(connected: CalendarConnection) -> datetime:
    """As of when Google's word is known: the begin of the last good cycle; before the first, when it was connected."""
    return connected.good_at or connected.connected_at


def is_too_old(good_at: datetime, most_minutes: int, now: datetime) -> bool:
    """Whether what was known at `good_at` is older than the practice allows."""
    return now - good_at > timedelta(minutes=most_minutes)


def watch_age(*, now: datetime) -> bool:
    """Owe her one mail where the mirror has grown too old since the last good cycle; whether one was owed.

    A revoked grant has its own mail. A good cycle ends the episode: `domain.calendar_cycles` clears the stamp.
    """
    with transaction.atomic(durable=True):
        connected = CalendarConnection.objects.select_for_update().first()
        if connected is None or not connected.is_connected or connected.stale_told_at:
            return False
        most = Practice.objects.values_list("mirror_max_age_minutes", flat=True).get(pk=1)
        if not is_too_old(known_since(connected), most, now):
            return False
        CalendarConnection.objects.filter(pk=connected.pk).update(stale_told_at=now)
        owe([CALENDAR_STALE], subject=connected.subject, version=connected.cycle + 1, now=now)
    return True
