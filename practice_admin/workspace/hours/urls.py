"""The addresses of these pages, named in the docstring of the workspace."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace.hours import views


def hours_urls(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """Every address, each behind `guard`."""
    return [
        path("hours/", guard(views.show_hours), name="hours"),
        path("hours/week/", guard(views.set_week), name="set_week"),
        path("hours/date/", guard(views.set_date), name="set_date"),
        path("hours/date/clear/", guard(views.clear_date), name="clear_date"),
        path("hours/time-off/", guard(views.ask_time_off), name="ask_time_off"),
        path("hours/time-off/take/", guard(views.take_time_off), name="take_time_off"),
        path("hours/time-off/<int:block_id>/end/", guard(views.end_time_off), name="end_time_off"),
    ]
