"""Clients: the list. One client's page is the record, not a form."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from clients.models import Client
from practice_admin.workspace.desk_admin import ReadOnlyAdmin, pill
from practice_admin.workspace.queries.clients import with_next_session
from practice_admin.workspace.templatetags.desk import gate_words, stage_tone, when


@admin.register(Client)
class ClientAdmin(ReadOnlyAdmin[Client]):
    """Everybody she works with or may come to work with."""

    heading = "Clients"
    empty_title = "No clients yet"
    empty_text = "Someone appears here as soon as they book a discovery call."
    list_display = ["name", "stage_label", "gate", "next_session", "email"]
    list_display_links = None
    list_filter = ["stage"]
    search_fields = ["user__name", "user__email", "user__phone"]
    search_help_text = "Name, e-mail or telephone"

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """Whoever comes next stands first."""
        return [F("next_session_at").asc(nulls_last=True), "user__name", "id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        return with_next_session(super().get_queryset(request), timezone.now())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        client = self.get_object(request, object_id)
        if client is None:
            raise Http404
        return redirect("admin:client_record", client.public_id)

    @display(description="Name", ordering="user__name")
    def name(self, client: Client) -> str:
        href = reverse("admin:client_record", args=[client.public_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', href, client)

    @display(description="Stage", ordering="stage")
    def stage_label(self, client: Client) -> str:
        return pill(client.get_stage_display(), stage_tone(client.stage))

    @display(description="Gate", ordering="discovery_completed_at")
    def gate(self, client: Client) -> str:
        return gate_words(client)

    @display(description="Next session", ordering=F("next_session_at").asc(nulls_last=True), empty_value="None booked")
    def next_session(self, client: Client) -> str | None:
        at: datetime | None = getattr(client, "next_session_at", None)
        return when(at) if at else None

    @display(description="E-mail", ordering="user__email")
    def email(self, client: Client) -> str:
        return client.user.email
