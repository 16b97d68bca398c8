"""The addresses of these pages, named in the package's docstring."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace.notes import editor, keeping, views


def notes_urls(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """Every address, each behind `guard`."""
    client = "clients/<uuid:public_id>"
    note = f"{client}/notes/<uuid:note_id>"
    return [
        path("bookings/<uuid:public_id>/note/", guard(editor.session_note), name="session_note"),
        path(f"{client}/notes/new/", guard(editor.new_note), name="new_note"),
        path(f"{note}/", guard(editor.show_note), name="note"),
        path(f"{note}/keep/", guard(editor.keep_note), name="keep_note"),
        path(f"{note}/amend/", guard(views.amend), name="amend_note"),
        path(f"{client}/private/", guard(views.private_page), name="private_page"),
        path(f"{client}/private/keep/", guard(views.keep_private), name="keep_private"),
        path("notes/", guard(views.search), name="search_notes"),
        path("notes/key/", guard(keeping.unsent_key), name="unsent_key"),
    ]
