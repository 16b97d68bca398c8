"""What the pages of notes share."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from clients.care.domain.queries.notes import note_with
from clients.care.models import Note
from clients.models import Client


def own_note(client: Client, note_id: UUID) -> Note | None:
    """This client's note of that id; None where there is none yet; another client's is not found (R16)."""
    note = note_with(note_id)
    if note is not None and note.client_id != client.pk:
        raise Http404
    return note


def page(request: HttpRequest, template: str, title: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page of notes."""
    context = {**admin.site.each_context(request), "title": title, **more}
    return TemplateResponse(request, f"workspace/notes/{template}.html", context, status=status)


def problems(form: forms.Form) -> list[str]:
    """All that is wrong with a form, in its words."""
    return [str(problem) for found in form.errors.values() for problem in found]
