"""The practice itself and its session types."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from clients.models import Stage
from practice_admin.domain.money import decimal_places, price_text
from practice_admin.domain.wording import known_zones
from practice_admin.models import Practice, SessionType
from practice_admin.workspace.desk_admin import DeskAdmin

A_DAY = 24 * 60


class PracticeForm(forms.ModelForm[Practice]):
    """What the practice says of itself, and its policy."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=[(name, name.replace("_", " ")) for name in sorted(known_zones())],
        widget=UnfoldAdminSelectWidget,
        help_text="Your hours, and every time on your desk, are read in this zone.",
    )

    class Meta:
        model = Practice
        fields = [
            *("name", "contact_email", "time_zone"),
            *("cancellation_notice_hours", "cancellation_policy"),
            *("crisis_text", "welcome_text", "calendar_titles"),
        ]
        labels = {
            "contact_email": "Contact e-mail",
            "cancellation_notice_hours": "Free cancellation until (hours before)",
            "cancellation_policy": "Cancellation policy, in words",
            "crisis_text": "In a crisis",
            "welcome_text": "Welcome message",
            "calendar_titles": "Titles in your calendar show",
        }
        help_texts = {
            "contact_email": "Shown on the site.",
            "cancellation_policy": "What applies when a session is booked is kept with it.",
            "crisis_text": "Stands at the foot of every page of the site.",
            "welcome_text": "The first message in a new client's thread.",
        }


class SessionTypeForm(forms.ModelForm[SessionType]):
    """A kind of session. The price is typed in whole units and kept in minor ones."""

    price = forms.DecimalField(
        min_value=Decimal(0),
        max_value=Decimal(100_000),
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )

    class Meta:
        model = SessionType
        fields = [
            *("name", "slug", "words", "opens_at_stage", "place", "currency", "duration_minutes"),
            *("buffer_before_minutes", "buffer_after_minutes", "minimum_notice_minutes", "horizon_days"),
            *("step_minutes", "daily_cap", "is_shown", "position"),
        ]
        labels = {
            "slug": "Address",
            "words": "In a sentence or two",
            "opens_at_stage": "Open from",
            "duration_minutes": "Length (minutes)",
            "buffer_before_minutes": "Quiet time before (minutes)",
            "buffer_after_minutes": "Quiet time after (minutes)",
            "minimum_notice_minutes": "Notice (minutes)",
            "horizon_days": "Bookable ahead (days)",
            "step_minutes": "Begins every (minutes)",
            "daily_cap": "At most a day (or empty)",
            "is_shown": "Shown on the site",
            "position": "Place in the list",
        }
        help_texts = {
            "slug": "The last part of its address on the site: /book/…/",
            "opens_at_stage": "Until a client has come this far, it cannot be booked.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        if self.instance.pk:
            places = decimal_places(self.instance.currency)
            self.fields["price"].initial = Decimal(self.instance.price_minor) / 10**places

    def clean_currency(self) -> str:
        """Three capital letters."""
        currency: str = self.cleaned_data["currency"].strip().upper()
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise forms.ValidationError("Please give the three letters of a currency, such as EUR.")
        return currency

    def clean(self) -> dict[str, Any]:
        """Say in words what the table's constraints would refuse by name."""
        typed = super().clean() or {}
        price, horizon = typed.get("price"), typed.get("horizon_days") or 0
        if price and typed.get("opens_at_stage") == Stage.DISCOVERY:
            self.add_error("price", "What is open to newcomers is free. Make it 0, or open it from a later stage.")
        for name in ("duration_minutes", "step_minutes"):
            if typed.get(name) == 0:
                self.add_error(name, "It takes at least a minute.")
        for name in ("buffer_before_minutes", "buffer_after_minutes"):
            if (typed.get(name) or 0) > A_DAY:
                self.add_error(name, "A day (1440 minutes) at most.")
        if (typed.get("minimum_notice_minutes") or 0) > horizon * A_DAY:
            self.add_error("minimum_notice_minutes", "Longer than the days ahead: nothing could be booked.")
        places = decimal_places(typed.get("currency") or self.instance.currency)
        if price is not None and price != round(price, places):
            self.add_error("price", f"An amount of this currency has {places or 'no'} decimals.")
        elif price is not None:
            self.instance.price_minor = int(price * 10**places)
        return typed


@admin.register(Practice)
class PracticeAdmin(DeskAdmin[Practice]):
    """One row, so there is no list: the way to it leads to its form."""

    heading = "Settings"
    form = PracticeForm
    fieldsets = [
        (None, {"fields": ["name", "contact_email", "time_zone"]}),
        ("Policy", {"fields": ["cancellation_notice_hours", "cancellation_policy"]}),
        ("Words", {"fields": ["crisis_text", "welcome_text", "calendar_titles"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Practice | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:practice_admin_practice_change", 1)


@admin.register(SessionType)
class SessionTypeAdmin(DeskAdmin[SessionType]):
    """What can be booked. One that has bookings cannot be deleted: it is hidden instead."""

    heading = "Session types"
    empty_title = "No session types yet"
    empty_text = "Begin with a free discovery call, open to everybody."
    form = SessionTypeForm
    list_display = ["name", "opens_at_stage", "duration", "price_words", "place", "is_shown"]
    ordering = ["position", "id"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "words", "opens_at_stage", "place", ("price", "currency"), "is_shown"]}),
        ("Time", {"fields": ["duration_minutes", ("buffer_before_minutes", "buffer_after_minutes"), "step_minutes"]}),
        ("When it can be booked", {"fields": [("minimum_notice_minutes", "horizon_days"), ("daily_cap", "position")]}),
    ]

    @display(description="Length", ordering="duration_minutes")
    def duration(self, session_type: SessionType) -> str:
        return f"{session_type.duration_minutes} min"

    @display(description="Price", ordering="price_minor")
    def price_words(self, session_type: SessionType) -> str:
        return price_text(session_type.price_minor, session_type.currency)
