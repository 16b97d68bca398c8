"""Reminders: found when they are due, decided again when they are sent (R21)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Greatest

from integrations.outbox.operations import owe
from practice_admin.domain.diary import lock_diary
from practice_admin.models import Booking, Practice, Reminder

REMINDER = "reminder"
FIRST, SECOND = 1, 2


def remind(*, now: datetime) -> int:
    """Owe a reminder for every session whose time for it has come: how many.

    One per booking, start time and ordinal, which PostgreSQL holds too. None where the mail about its booking or its
    latest move came less than half the reminder's time before the session: they have only just been told. Where the
    second is due already, the first is not made up for.
    """
    with transaction.atomic(durable=True):
        practice = lock_diary()
        due: list[Reminder] = []
        for ordinal, since, until in _spans(practice, now):
            due += [
                Reminder(booking=booking, starts_at=booking.starts_at, ordinal=ordinal)
                for booking in _to_remind(ordinal, since, until, hours=_hours(practice, ordinal))
            ]
        for reminder in Reminder.objects.bulk_create(due):
            owe([REMINDER], subject=reminder.subject, version=1, now=now)
    return len(due)


def why_not_to_send(reminder: Reminder, now: datetime) -> str:
    """Why this reminder is not to be sent after all, as its booking stands now; "" where it is."""
    booking = reminder.booking
    if booking.status != Booking.Status.CONFIRMED:
        return f"the booking is {booking.status}"
    if booking.starts_at != reminder.starts_at:
        return "the session was moved"
    if booking.awaits_new_time:
        return "the session was offered anew"
    return "the session has begun" if booking.starts_at <= now else ""


def _spans(practice: Practice, now: datetime) -> list[tuple[int, datetime, datetime]]:
    """Per ordinal, between which instants a session begins that is to be reminded of now."""
    first = now + timedelta(hours=practice.reminder_hours)
    if practice.second_reminder_hours is None:
        return [(FIRST, now, first)]
    second = now + timedelta(hours=practice.second_reminder_hours)
    return [(FIRST, second, first), (SECOND, now, second)]


def _hours(practice: Practice, ordinal: int) -> timedelta:
    hours = practice.reminder_hours if ordinal == FIRST else practice.second_reminder_hours
    return timedelta(hours=hours or 0)


def _to_remind(ordinal: int, since: datetime, until: datetime, *, hours: timedelta) -> QuerySet[Booking]:
    ahead = Booking.objects.filter(status=Booking.Status.CONFIRMED, awaits_new_time=False)
    ahead = ahead.filter(starts_at__gt=since, starts_at__lte=until)
    told = ahead.alias(told_at=Greatest("confirmed_at", "changed_at")).filter(told_at__lte=F("starts_at") - hours / 2)
    same = Reminder.objects.filter(booking=OuterRef("pk"), starts_at=OuterRef("starts_at"), ordinal=ordinal)
    return told.exclude(Exists(same)).only("starts_at")
