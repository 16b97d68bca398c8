"""What Today shows."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from practice_admin.domain import wording
from practice_admin.workspace.desk import calendar_notice, practice_of, zone_of
from practice_admin.workspace.needs import needs
from practice_admin.workspace.queries import today
from practice_admin.workspace.queries.since import since_last_time

TITLES = frozenset({"dr", "dra", "drs", "prof", "mag", "mr", "mrs", "ms", "mx"})


def today_context(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """The context of `workspace/today.html`.

    The sign-in and the practice apart, its queries are a constant thirteen, and five more before a session.
    """
    practice, zone = practice_of(request), zone_of(request)
    agenda = today.agenda(now, zone)
    next_session = next((row for row in agenda if row.starts_at > now and row.is_live), None)
    return {
        "greeting": greeting(now.astimezone(zone).hour),
        "her_name": first_name(practice.therapist.name) if practice.therapist else "",
        "now": now,
        "zone_text": wording.zone_text(zone, now),
        "agenda": agenda,
        "next_session": next_session,
        "since": since_last_time(next_session.client, now, zone) if next_session else None,
        "needs": needs(now, calendar_notice(request, now=now)),
        "news": today.changed_since(practice.looked_at),
        "looked_at": practice.looked_at,
    }


def first_name(name: str) -> str:
    """What she is called: the first word of her name that is no title; empty where there is no name."""
    words = [word for word in name.split() if word.rstrip(".").lower() not in TITLES]
    return words[0] if words else ""


def greeting(hour: int) -> str:
    """What one says at this hour of the day."""
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"
