"""Bookings: a list to look things up in. Their state moves elsewhere."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
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
    list_display_links = ["begins"]
    list_filter = ["status", "session_type"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    search_fields = ["client__user__name", "client__user__email", "guest_name"]
    search_help_text = "The client's name or e-mail"
    fieldsets = [
        (None, {"fields": ["client_link", "session_type", "begins", "ends", "state", "paid", "outcome"]}),
        ("As it was booked", {"fields": ["name_given", "phone_given", "time_zone", "reason", "consented", "policy"]}),
        ("Stamps", {"fields": ["created", "changed", "confirmed", "ended", "meet_url", "public_id"]}),
    ]
    begins, ends = stamp("starts_at", "From"), stamp("ends_at", "Until")
    created, changed = stamp("created_at", "Booked"), stamp("changed_at", "Last change")
    confirmed, ended = stamp("confirmed_at", "Confirmed"), stamp("ended_at", "Ended or cancelled")
    consented = stamp("consented_at", "Consent given")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return shown_bookings().order_by(*self.ordering)

    def get_readonly_fields(self, request: HttpRequest, obj: Booking | None = None) -> list[str]:
        return [str(field) for _, section in self.fieldsets for field in section["fields"]]

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

    @display(description="Name given")
    def name_given(self, booking: Booking) -> str:
        return booking.guest_name

    @display(description="Telephone given")
    def phone_given(self, booking: Booking) -> str:
        return booking.guest_phone

    @display(description="Policy that applied")
    def policy(self, booking: Booking) -> str:
        return booking.policy_text

    def title_of(self, booking: Booking) -> str:
        return f"{booking.client}, {when(booking.starts_at)}"
