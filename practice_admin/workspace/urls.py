"""The desk's own addresses, named in the package's docstring."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace import views

Guard = Callable[[Callable[..., Any]], Callable[..., Any]]


def desk_urls(guard: Guard) -> list[URLPattern]:
    """Every address of our own, each behind `guard` (the site's `admin_view`)."""
    return [
        path("seen/", guard(views.mark_seen), name="mark_seen"),
        path("clients/record/<uuid:public_id>/", guard(views.client_record), name="client_record"),
        path("clients/record/<uuid:public_id>/note/", guard(views.write_note), name="write_note"),
        path("clients/record/<uuid:public_id>/share/", guard(views.share_link), name="share_link"),
        path("bookings/<uuid:public_id>/close/", guard(views.close_discovery), name="close_discovery"),
        path("effects/<int:effect_id>/retry/", guard(views.retry_effect), name="retry_effect"),
    ]
