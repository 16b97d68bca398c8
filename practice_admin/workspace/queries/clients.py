"""What the list of clients asks."""

import re
from datetime import datetime

from django.db.models import CharField, F, Func, OuterRef, QuerySet, Subquery, Value

from clients.models import Client
from practice_admin.models import Booking

A_NUMBER = re.compile(r"[+0-9 ()./-]{3,}")


def with_next_session(clients: QuerySet[Client], now: datetime) -> QuerySet[Client]:
    """Clients with the person behind each and `next_session_at`, in one query."""
    ahead = Booking.objects.filter(client=OuterRef("pk"), status__in=Booking.LIVE, starts_at__gt=now)
    soonest = ahead.order_by("starts_at").values("starts_at")[:1]
    return clients.select_related("user").annotate(next_session_at=Subquery(soonest))


def with_sessions(clients: QuerySet[Client], now: datetime) -> QuerySet[Client]:
    """As `with_next_session`, with the tags of each and `last_session_at`, in two queries.

    The last session is the latest that began and took place, as far as anybody has said.
    """
    took_place = [Booking.Status.CONFIRMED, Booking.Status.COMPLETED]
    held = Booking.objects.filter(client=OuterRef("pk"), status__in=took_place, awaits_new_time=False)
    latest = held.filter(starts_at__lte=now).order_by("-starts_at").values("starts_at")[:1]
    return with_next_session(clients, now).prefetch_related("tags").annotate(last_session_at=Subquery(latest))


def by_number(clients: QuerySet[Client], typed: str) -> QuerySet[Client] | None:
    """Those whose telephone number holds the digits typed, however either is spaced; None where no number was typed."""
    digits = re.sub(r"\D", "", typed)
    if not A_NUMBER.fullmatch(typed.strip()) or len(digits) < 3:
        return None
    bare = Func(
        F("user__phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=CharField()
    )
    return clients.alias(bare_phone=bare).filter(bare_phone__contains=digits)
