"""What the page shows: nine queries, whatever is set; the forms as they stand, or as they were refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from practice_admin.domain import wording
from practice_admin.domain.queries import hours
from practice_admin.models import Block, HoursOverride, SessionType
from practice_admin.workspace.desk import practice_of, zone_of
from practice_admin.workspace.hours import plan
from practice_admin.workspace.hours.forms import DateForm, WeekForms
from practice_admin.workspace.hours.time_off_form import QUICK, TimeOffForm

MOST_OF_GOOGLE = 40  # events that are listed, the next ones


@dataclass(frozen=True)
class Refused:
    """The form that came back, of the three on the page; the others stand as they are."""

    week: WeekForms | None = None
    date: DateForm | None = None
    off: TimeOffForm | None = None


def session_types() -> list[SessionType]:
    """All of them, in her order."""
    return list(SessionType.objects.all())


def hours_context(request: HttpRequest, *, now: datetime, refused: Refused) -> dict[str, Any]:
    """The context of `workspace/hours.html`."""
    zone, today, types = zone_of(request), timezone.localdate(now), session_types()
    opening = hours.opening_hours(practice_of(request), now=now)
    mine = list(hours.coming_blocks(Block.Source.MANUAL, now=now))
    googles = list(hours.coming_blocks(Block.Source.GOOGLE, now=now)[:MOST_OF_GOOGLE])
    return {
        "title": "Hours",
        "zone_text": wording.zone_text(zone, now),
        "plan": plan.plan_of(opening.weekly),
        "outside": hours.sessions_outside(opening, now=now),
        "week": refused.week or WeekForms(types, opening.weekly),
        "other_days": plan.other_days(opening.overrides, today),
        "date_form": refused.date or _date_form(request, types, opening.overrides),
        "time_off": plan.time_off(mine, hours.sessions_in_time_off(mine, now=now), now),
        "googles": plan.time_off(googles, {}, now),
        "off_form": refused.off or TimeOffForm(zone=zone),
        "quick": QUICK,
    }


def _date_form(request: HttpRequest, types: Sequence[SessionType], overrides: Sequence[HoursOverride]) -> DateForm:
    """The form for one date; filled with what is set for the one that `?date=` names."""
    on = date_or_none(request.GET.get("date", ""))
    if on is None:
        return DateForm(types)
    rows = [row for row in overrides if row.on == on]
    kind = DateForm.OPEN if any(row.opens_at for row in rows) else DateForm.CLOSED
    form = DateForm(types, rows, initial={"on": on, "kind": kind})
    if rows:  # it is these hours that are changed: another date would be set beside it
        form.fields["on"].widget.attrs["readonly"] = True
    return form


def date_or_none(typed: str) -> date | None:
    """The date that an address or a button names."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
