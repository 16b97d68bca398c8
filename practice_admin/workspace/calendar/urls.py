"""The addresses of these pages, named in the docstring of the workspace."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace.calendar import connecting, following, views


def calendar_urls(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """Every address, each behind `guard`."""
    return [
        path("calendar/", guard(views.show_calendar), name="calendar"),
        path("calendar/connect/", guard(connecting.begin), name="connect_calendar"),
        path("calendar/callback/", guard(connecting.finish), name="calendar_connected"),
        path("calendar/disconnect/", guard(views.disconnect_calendar), name="disconnect_calendar"),
        path("calendar/choices/", guard(views.choose_calendars), name="choose_calendars"),
        path("calendar/read/", guard(views.read_calendar), name="read_calendar"),
        path("calendar/clashes/<uuid:public_id>/<str:key>/ignore/", guard(views.ignore_clash), name="ignore_clash"),
        path("calendar/sessions/<uuid:public_id>/put-back/", guard(views.put_event_back), name="put_event_back"),
        path("calendar/sessions/<uuid:public_id>/ignore/", guard(views.ignore_difference), name="ignore_difference"),
        path("calendar/sessions/<uuid:public_id>/move/", guard(following.follow_event), name="follow_event"),
    ]
