"""What every page of the desk knows: whose it is, and in which zone she lives."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from clients.models import User
from practice_admin.models import Practice
from practice_admin.workspace.calendar.notice import Notice, calendar_columns
from practice_admin.workspace.calendar.notice import calendar_notice as notice_of

_KEPT_AS = "_practice_of_the_desk"


def practice_of(request: HttpRequest) -> Practice:
    """The practice and its therapist, with how her calendar stands, read once a request."""
    practice: Practice | None = getattr(request, _KEPT_AS, None)
    if practice is None:
        practice = Practice.objects.select_related("therapist").annotate(**calendar_columns()).get(pk=1)
        setattr(request, _KEPT_AS, practice)
    return practice


def calendar_notice(request: HttpRequest, *, now: datetime) -> Notice | None:
    """What stands over every page while Google is not heard; None while all is well (R14)."""
    return notice_of(practice_of(request), now)


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The zone in which every time on the desk is read (R20)."""
    return ZoneInfo(practice_of(request).time_zone)


def signed_in(request: HttpRequest) -> User:
    """Who is at the desk. Behind the site's guard there is always somebody."""
    assert isinstance(request.user, User)  # noqa: S101  (tells the type checker)
    return request.user


def practice_name(request: HttpRequest) -> str:
    """The name over the sidebar."""
    return practice_of(request).name
