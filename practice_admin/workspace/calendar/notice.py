"""The line over every page of the desk while Google is not heard (R14). Asks nothing of the database by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from practice_admin.domain.mirror_age import is_too_old
from practice_admin.models import CalendarConnection, Practice

State = CalendarConnection.State


@dataclass(frozen=True)
class Notice:
    """What she has to know: `since` is when Google was last heard, None where it has withdrawn the access."""

    since: datetime | None


def calendar_columns() -> dict[str, Any]:
    """What the practice's own query brings along, so that no page asks once more."""
    only = CalendarConnection.objects.filter(pk=OuterRef("pk"))  # both are rows with the id 1
    return {
        "calendar_state": Subquery(only.values("state")),
        "calendar_known_since": Subquery(only.values(since=Coalesce("good_at", "connected_at"))),
    }


def calendar_notice(practice: Practice, now: datetime) -> Notice | None:
    """What to say over the page; None while all is well, or nothing is connected."""
    state, since = getattr(practice, "calendar_state", None), getattr(practice, "calendar_known_since", None)
    if state == State.REVOKED:
        return Notice(None)
    if state == State.CONNECTED and since and is_too_old(since, practice.mirror_max_age_minutes, now):
        return Notice(since)
    return None
