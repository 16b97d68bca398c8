"""Clients: the list. One client's page is the record, not a form."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from clients.models import Client
from practice_admin.workspace.desk_admin import ReadOnlyAdmin, pill
from practice_admin.workspace.money.words import balance_text, balance_tone
from practice_admin.workspace.queries.clients import by_number, with_sessions
from practice_admin.workspace.queries.money import balances_of
from practice_admin.workspace.templatetags.desk import stage_tone, when

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList
else:
    from unfold.views import ChangeList


class ClientList(ChangeList):
    """A page of clients, each with what they owe: worked out for the page at once, not row by row."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's, then the balances."""
        super().get_results(request)
        clients: list[Any] = list(self.result_list)
        balances = balances_of(clients)
        for client in clients:
            client.balances = balances.get(client.pk, {})
        self.result_list = clients


@admin.register(Client)
class ClientAdmin(ReadOnlyAdmin[Client]):
    """Everybody she works with or may come to work with."""

    heading = "Clients"
    empty_title = "No clients yet"
    empty_text = "Someone appears here as soon as they book a discovery call. Who came by telephone is added by hand."
    list_display = ["name", "stage_label", "last_session", "next_session", "balance", "tag_names", "reached"]
    list_display_links = None
    list_filter = ["stage", "tags"]
    search_fields = ["user__name", "preferred_name", "user__email", "user__phone"]
    search_help_text = "Name, e-mail or telephone"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ClientList]:
        return ClientList

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """Whoever comes next stands first."""
        return [F("next_session_at").asc(nulls_last=True), "user__name", "id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        return with_sessions(super().get_queryset(request), timezone.now())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Client], search_term: str
    ) -> tuple[QuerySet[Client], bool]:
        """As Django's; a telephone number is found however it is spaced."""
        numbered = by_number(queryset, search_term)
        return (numbered, False) if numbered is not None else super().get_search_results(request, queryset, search_term)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:add_client")

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
        called = format_html(' <span class="desk-quiet">“{}”</span>', client.preferred_name)
        link = format_html('<a class="desk-link" href="{}">{}</a>', href, client)
        return format_html("{}{}", link, called) if client.preferred_name else link

    @display(description="Stage", ordering="stage")
    def stage_label(self, client: Client) -> str:
        return pill(client.get_stage_display(), stage_tone(client.stage))

    @display(description="Last session", ordering=F("last_session_at").desc(nulls_last=True), empty_value="None yet")
    def last_session(self, client: Client) -> str | None:
        return _when(client, "last_session_at")

    @display(description="Next session", ordering=F("next_session_at").asc(nulls_last=True), empty_value="None booked")
    def next_session(self, client: Client) -> str | None:
        return _when(client, "next_session_at")

    @display(description="Balance")
    def balance(self, client: Client) -> str:
        balances: dict[str, int] = getattr(client, "balances", {})
        return pill(balance_text(balances), balance_tone(balances)) if balances else "–"

    @display(description="Tags")
    def tag_names(self, client: Client) -> str:
        return format_html_join(" ", "{}", ((pill(tag.name, ""),) for tag in client.tags.all())) or "–"

    @display(description="E-mail and telephone", ordering="user__email")
    def reached(self, client: Client) -> str:
        email = client.user.email if client.user.has_mailbox else "No mailbox"
        return format_html('{}<br><span class="desk-quiet">{}</span>', email, client.user.phone)


def _when(client: Client, field: str) -> str | None:
    at: datetime | None = getattr(client, field, None)
    return when(at) if at else None
