"""What these pages share."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from clients.models import Client
from practice_admin.workspace.queries.record import find_client

CONFLICT, UNPROCESSABLE, UNAVAILABLE = 409, 422, 503


def client_or_404(public_id: UUID) -> Client:
    """The client with this public id."""
    client = find_client(public_id)
    if client is None:
        raise Http404
    return client


def page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, client: Client | None = None, **more: Any
) -> HttpResponse:
    """A page of the desk. A client in its context is the one whom it is about."""
    context = {**admin.site.each_context(request), "title": title, "client": client, **more}
    return TemplateResponse(request, f"workspace/people/{template}.html", context, status=status)


def text_field(label: str, *, rows: int = 0, required: bool = False, **attrs: str) -> forms.CharField:
    """A field for words, of one line or of so many. How long they may be is judged by the domain, in its own words."""
    kept = {"class": "desk-input", "autocomplete": "off", **attrs}
    widget = forms.Textarea(attrs={**kept, "rows": rows}) if rows else forms.TextInput(attrs=kept)
    return forms.CharField(label=label, required=required, strip=False, widget=widget)
