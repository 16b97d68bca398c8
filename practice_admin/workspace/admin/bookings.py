"""Bookings: the list. One booking's page is its card, not a form."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from practice_admin.models import Booking
from practice_admin.workspace.desk_admin import ReadOnlyAdmin, pill, stamp
from practice_admin.workspace.queries.bookings import shown_bookings
from practice_admin.workspace.templatetags.desk import paid_tone, paid_words, state_tone, state_words, when


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin[Booking]):
    """Every booking there ever was."""

    heading = "Bookings"
    list_before_template = "workspace/enquiries_link.html"
    empty_title = "No bookings here"
    empty_text = "They appear as soon as somebody books."
    list_display = ["begins", "client_link", "session_type", "state", "paid", "changed"]
    list_display_links = None
    list_filter = ["status", "session_type"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    search_fields = ["client__user__name", "client__user__email", "guest_name"]
    search_help_text = "The client's name or e-mail"
    changed = stamp("changed_at", "Last change")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return shown_bookings().order_by(*self.ordering)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        booking = self.get_object(request, object_id)
        if booking is None:
            raise Http404
        return redirect("admin:booking", booking.public_id)

    @display(description="From", ordering="starts_at")
    def begins(self, booking: Booking) -> str:
        href = reverse("admin:booking", args=[booking.public_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', href, when(booking.starts_at))

    @display(description="Client", ordering="client__user__name")
    def client_link(self, booking: Booking) -> str:
        href = reverse("admin:client_record", args=[booking.client.public_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', href, booking.client)

    @display(description="State", ordering="status")
    def state(self, booking: Booking) -> str:
        return pill(state_words(booking), state_tone(booking))

    @display(description="Paid")
    def paid(self, booking: Booking) -> str:
        return pill(paid_words(booking), paid_tone(booking))
