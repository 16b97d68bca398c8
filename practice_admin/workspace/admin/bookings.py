"""Bookings: a list to look things up in. Their state moves elsewhere."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from practice_admin.models import Booking
from practice_admin.workspace.desk_admin import ReadOnlyAdmin
from practice_admin.workspace.queries.bookings import shown_bookings
from practice_admin.workspace.templatetags.desk import paid_words, state_tone, state_words, when

LABELS = {"good": "success", "care": "warning", "problem": "danger", "": ""}


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin[Booking]):
    """Every booking there ever was."""

    heading = "Bookings"
    empty_title = "No bookings here"
    empty_text = "They appear as soon as somebody books."
    list_display = ["starts", "client_link", "session_type", "state", "paid", "changed"]
    list_display_links = ["starts"]
    list_filter = ["status", "session_type"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    search_fields = ["client__user__name", "client__user__email", "guest_name"]
    search_help_text = "The client's name or e-mail"
    fieldsets = [
        (None, {"fields": ["client_link", "session_type", ("starts_at", "ends_at"), "state", "paid", "outcome"]}),
        (
            "As it was booked",
            {"fields": [("guest_name", "guest_phone"), "time_zone", "reason", "consented_at", "policy_text"]},
        ),
        (
            "Stamps",
            {"fields": [("created_at", "changed_at"), ("confirmed_at", "ended_at"), "meet_url", "public_id"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return shown_bookings().order_by(*self.ordering)

    def get_readonly_fields(self, request: HttpRequest, obj: Booking | None = None) -> list[str]:
        return [field for _, section in self.fieldsets for field in _flat(section["fields"])]

    @display(description="When", ordering="starts_at")
    def starts(self, booking: Booking) -> str:
        return when(booking.starts_at)

    @display(description="Client", ordering="client__user__name")
    def client_link(self, booking: Booking) -> str:
        href = reverse("admin:client_record", args=[booking.client.public_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', href, booking.client)

    @display(description="State", ordering="status", label=LABELS)
    def state(self, booking: Booking) -> tuple[str, str]:
        return state_tone(booking), state_words(booking)

    @display(description="Paid")
    def paid(self, booking: Booking) -> str:
        return paid_words(booking)

    @display(description="Last change", ordering="changed_at")
    def changed(self, booking: Booking) -> str:
        return when(booking.changed_at)


def _flat(fields: Any) -> list[str]:
    return [name for field in fields for name in ([field] if isinstance(field, str) else field)]
