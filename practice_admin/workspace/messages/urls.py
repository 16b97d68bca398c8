"""The addresses of these pages, named in the package's docstring."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace.messages import views


def messages_urls(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """Every address, each behind `guard`."""
    return [
        path("messages/", guard(views.show_inbox), name="inbox"),
        path("clients/<uuid:public_id>/messages/", guard(views.thread), name="thread"),
    ]
