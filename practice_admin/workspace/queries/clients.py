"""What the list of clients asks."""

import re
from datetime import datetime

from django.db.models import CharField, F, Func, OuterRef, QuerySet, Subquery, Value

from clients.models import Client
from practice_admin.models import Booking

A_NUMBER = re.compile(r"[+0-9 ()./-]{3,}")


def with_sessions(clients: QuerySet[Client], now: datetime) -> QuerySet[Client]:
    """Clients with the person and the tags of each, `next_session_at` and `last_session_at`, in two queries.

    The last session is the latest that began and took place, as far as anybody has said.
    """
    own = Booking.objects.filter(client=OuterRef("pk"))
    ahead = own.filter(status__in=Booking.LIVE, starts_at__gt=now).order_by("starts_at")
    held = own.filter(status__in=[Booking.Status.CONFIRMED, Booking.Status.COMPLETED], awaits_new_time=False)
    begun = held.filter(starts_at__lte=now).order_by("-starts_at")
    return (
        clients.select_related("user")
        .prefetch_related("tags")
        .annotate(
            next_session_at=Subquery(ahead.values("starts_at")[:1]),
            last_session_at=Subquery(begun.values("starts_at")[:1]),
        )
    )


def by_number(clients: QuerySet[Client], typed: str) -> QuerySet[Client] | None:
    """Those whose telephone number holds the digits typed, however either is spaced; None where no number was typed."""
    digits = re.sub(r"\D", "", typed)
    if not A_NUMBER.fullmatch(typed.strip()) or len(digits) < 3:
        return None
    bare = Func(
        F("user__phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    return clients.alias(bare_phone=bare).filter(bare_phone__contains=digits)
