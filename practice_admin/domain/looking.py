"""Remembering what she has looked at, so that what came meanwhile stays new."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet

from practice_admin.domain.diary import lock_diary
from practice_admin.models import Booking, Practice

MOST_AT_FIRST = 100  # bookings that are new to someone who never looked: the newest; older ones are history


def mark_seen(*, rendered_at: datetime, shown: Collection[UUID]) -> bool:
    """Let "new since you last looked" begin after a page that was rendered at `rendered_at` and showed `shown`.

    A booking is stamped before its transaction commits: one that was on its way while the page was made bears an older
    stamp than the page, and was not on it. The mark then stops short of the first such booking, so that nothing is
    lost; what a first page left out because it shows no more than MOST_AT_FIRST is not missed. The mark never moves
    back: a page from an older tab changes nothing, and False is returned.
    """
    with transaction.atomic(durable=True):
        practice = lock_diary()
        missed = Booking.objects.filter(changed_at__lte=rendered_at).exclude(public_id__in=shown)
        begun_at = practice.looked_at
        if begun_at is None and len(shown) >= MOST_AT_FIRST:
            begun_at = _first_change(Booking.objects.filter(public_id__in=shown))
        if begun_at is not None:
            missed = missed.filter(changed_at__gt=begun_at)
        first_missed = _first_change(missed)
        mark = first_missed - timedelta(microseconds=1) if first_missed else rendered_at
        if practice.looked_at is not None and mark <= practice.looked_at:
            return False
        Practice.objects.filter(pk=1).update(looked_at=mark)
    return True


def _first_change(bookings: QuerySet[Booking]) -> datetime | None:
    first: datetime | None = bookings.aggregate(first=Min("changed_at"))["first"]
    return first
