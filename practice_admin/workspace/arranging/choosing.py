"""What `workspace/components/choose_time.html` shows."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from practice_admin.models import Booking, SessionType
from practice_admin.workspace.arranging.forms import TYPED, TimeForm
from practice_admin.workspace.arranging.objections import Objection
from practice_admin.workspace.arranging.reading import read_instant
from practice_admin.workspace.arranging.times import Wish, free_times
from practice_admin.workspace.desk import practice_of


def choosing(
    request: HttpRequest,
    form: TimeForm,
    session_type: SessionType,
    *,
    near: datetime,
    zone_name: str,
    now: datetime,
    against: Objection | None,
    moving: Booking | None = None,
) -> dict[str, Any]:
    """The free times, nearest to what was chosen or else to `near`; `?from=` says from which day they are shown.

    A chosen time that is not free stands beneath them, as one that was typed.
    """
    chosen = form.starts_at or read_instant(form["start"].value() or "")
    wish = Wish(chosen or near, _day(request.GET.get("from", "")), None if form.is_typed else chosen)
    times = free_times(session_type, practice_of(request), wish=wish, zone_name=zone_name, now=now, moving=moving)
    return {
        "times": times,
        "is_typed": form.is_typed,
        "against": against,
        # One that was offered and is no longer: still what she chose, as long as she chooses no other.
        "gone": chosen if chosen and not form.is_typed and not times.is_chosen else None,
        "typed_value": TYPED,
        "asks_reason": (against is not None and not against.is_taken) or bool(form["reason"].value()),
        "seen": against.seen if against else form["seen"].value() or "",
    }


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None
