"""Remembering what she has looked at, so that what came meanwhile stays new."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from practice_admin.models import Booking, Practice


def mark_seen(*, rendered_at: datetime, shown: Collection[UUID]) -> bool:
    """Let "new since you last looked" begin after a page that was rendered at `rendered_at` and showed `shown`.

    A booking is stamped before its transaction commits: one that was on its way while the page was made bears an older
    stamp than the page, and was not on it. The mark then stops short of the first such booking, so that nothing is
    lost. It never moves back: a page from an older tab changes nothing, and False is returned.
    """
    with transaction.atomic(durable=True):
        practice = Practice.objects.select_for_update().get(pk=1)
        missed = Booking.objects.filter(changed_at__lte=rendered_at).exclude(public_id__in=shown)
        if practice.looked_at is not None:
            missed = missed.filter(changed_at__gt=practice.looked_at)
        first_missed: datetime | None = missed.aggregate(first=Min("changed_at"))["first"]
        mark = first_missed - timedelta(microseconds=1) if first_missed else rendered_at
        if practice.looked_at is not None and mark <= practice.looked_at:
            return False
        Practice.objects.filter(pk=1).update(looked_at=mark)
    return True
