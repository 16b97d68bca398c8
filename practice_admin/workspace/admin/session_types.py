"""Session types: what can be booked, by whom, when, and how often."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from clients.models import Stage
from practice_admin.domain.money import decimal_places, price_text
from practice_admin.models import Colour, HoursOverride, SessionType, WeeklyHours
from practice_admin.workspace.desk_admin import DeskAdmin, pill

A_DAY = 24 * 60
NEWCOMERS_LIMIT = "Leave this empty: of what is open to newcomers everybody has one ahead at a time."


def swatch(colour: str, words: object) -> str:
    """Words behind a type's colour; `static/workspace/colours.css` says what it looks like."""
    return format_html(
        '<span class="desk-swatched"><span class="desk-swatch desk-colour--{}"></span>{}</span>', colour, words
    )


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
            *("name", "slug", "words", "place", "currency", "opens_at_stage", "is_shown", "position", "colour"),
            *("duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "step_minutes"),
            *("minimum_notice_minutes", "horizon_days", "daily_cap", "weekly_cap", "most_ahead"),
        ]
        labels = {
            "slug": "Address",
            "words": "In a sentence or two",
            "opens_at_stage": "Open from",
            "is_shown": "Shown on the site",
            "position": "Place in the list",
            "duration_minutes": "Length (minutes)",
            "buffer_before_minutes": "Quiet time before (minutes)",
            "buffer_after_minutes": "Quiet time after (minutes)",
            "step_minutes": "Can begin every (minutes)",
            "minimum_notice_minutes": "Notice (minutes)",
            "horizon_days": "Bookable ahead (days)",
            "daily_cap": "At most a day",
            "weekly_cap": "At most a week",
            "most_ahead": "Ahead at a time, for one client",
        }
        help_texts = {
            "slug": "The last part of its address on the site: /book/…/",
            "words": "Clients read this where they choose.",
            "opens_at_stage": "Until a client has come this far, it cannot be booked.",
            "is_shown": "Hidden: only you can book it.",
            "position": "Types stand in this order on the site, the lowest number first.",
            "colour": "By which you know it in your calendar and your hours.",
            "buffer_before_minutes": "Kept free of other sessions. Time off and the edges of your hours do not count.",
            "buffer_after_minutes": "The quiet times of two sessions add up.",
            "step_minutes": "Counted from when your hours begin: with 30, at 9:00, 9:30, 10:00.",
            "minimum_notice_minutes": "Nothing sooner than this from now is offered. Half a day is 720, a day 1440.",
            "horizon_days": "Nothing later than this from now is offered.",
            "daily_cap": "Of this type, with all clients. Empty for no limit.",
            "weekly_cap": "Monday to Sunday. Empty for no limit.",
            "most_ahead": "How many of these one client may have booked. Empty for no limit. "
            "Of what is open to newcomers it is always one.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["words"].widget.attrs["rows"] = 3
        if self.instance.pk:
            places = decimal_places(self.instance.currency)
            self.fields["price"].initial = Decimal(self.instance.price_minor) / 10**places
        colour = self.fields["colour"]
        assert isinstance(colour, forms.ChoiceField)  # noqa: S101  (the model's choices; tells the type checker)
        colour.choices = [(one.value, swatch(one.value, one.label)) for one in Colour]

    def clean_currency(self) -> str:
        """Three capital letters."""
        currency: str = self.cleaned_data["currency"].strip().upper()
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise forms.ValidationError("Please give the three letters of a currency, such as EUR.")
        return currency

    def clean(self) -> dict[str, Any]:
        """Say in words what the table's constraints would refuse by name, and what could never be booked."""
        typed = super().clean() or {}
        self._judge_price(typed)
        self._judge_times(typed)
        self._judge_limits(typed)
        return typed

    def _judge_price(self, typed: dict[str, Any]) -> None:
        price = typed.get("price")
        if price and typed.get("opens_at_stage") == Stage.DISCOVERY:
            self.add_error("price", "What is open to newcomers is free. Make it 0, or open it from a later stage.")
        places = decimal_places(typed.get("currency") or self.instance.currency)
        if price is not None and price != round(price, places):
            self.add_error("price", f"An amount of this currency has {places or 'no'} decimals.")
        elif price is not None:
            self.instance.price_minor = int(price * 10**places)

    def _judge_times(self, typed: dict[str, Any]) -> None:
        for name in ("duration_minutes", "step_minutes"):
            if typed.get(name) == 0:
                self.add_error(name, "It takes at least a minute.")
        for name in ("duration_minutes", "buffer_before_minutes", "buffer_after_minutes"):
            if (typed.get(name) or 0) > A_DAY:
                self.add_error(name, "A day (1440 minutes) at most.")
        notice, horizon = typed.get("minimum_notice_minutes"), typed.get("horizon_days")
        if horizon == 0:
            self.add_error("horizon_days", "At least a day ahead, or nothing could be booked.")
        elif notice is not None and horizon is not None and notice > horizon * A_DAY:
            words = f"Longer than the days ahead ({horizon}): nothing could be booked."
            self.add_error("minimum_notice_minutes", words)

    def _judge_limits(self, typed: dict[str, Any]) -> None:
        for name in ("daily_cap", "weekly_cap", "most_ahead"):
            if typed.get(name) == 0:
                self.add_error(name, "Leave it empty for no limit. To offer none of these, hide the type.")
        is_for_newcomers = typed.get("opens_at_stage") == Stage.DISCOVERY
        if is_for_newcomers and (typed.get("most_ahead") or 1) > 1:
            self.add_error("most_ahead", NEWCOMERS_LIMIT)


@admin.register(SessionType)
class SessionTypeAdmin(DeskAdmin[SessionType]):
    """What can be booked. One that has bookings, or hours of its own, cannot be deleted: it is hidden instead."""

    heading = "Session types"
    empty_title = "No session types yet"
    empty_text = "Begin with a free discovery call, open to everybody."
    form = SessionTypeForm
    list_display = ["named", "opens", "duration", "price_words", "place", "shown"]
    list_display_links = ["named"]
    ordering = ["position", "id"]
    prepopulated_fields = {"slug": ["name"]}
    radio_fields = {"colour": admin.HORIZONTAL}
    fieldsets = [
        ("What it is", {"fields": ["name", "slug", "words", "place", ("price", "currency"), "colour", "position"]}),
        ("Who can book it", {"fields": ["opens_at_stage", "is_shown"]}),
        (
            "How long it takes",
            {"fields": [("duration_minutes", "step_minutes"), ("buffer_before_minutes", "buffer_after_minutes")]},
        ),
        (
            "How soon and how often",
            {"fields": [("minimum_notice_minutes", "horizon_days"), ("daily_cap", "weekly_cap"), "most_ahead"]},
        ),
    ]

    def get_deleted_objects(
        self, objs: QuerySet[SessionType] | Sequence[SessionType], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """As Django's; hours that are for a deleted type alone would open to all, so they stand in its way."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        for model in (WeeklyHours, HoursOverride):
            limited = model.objects.filter(session_types__in=objs).prefetch_related("session_types")
            going = set(objs)
            protected += [f"Your hours: {row}" for row in limited.distinct() if set(row.session_types.all()) <= going]
        return deleted, counts, lacking, protected

    @display(description="Name", ordering="name")
    def named(self, session_type: SessionType) -> str:
        return swatch(session_type.colour, session_type)

    @display(description="Open from", ordering="opens_at_stage")
    def opens(self, session_type: SessionType) -> str:
        return session_type.get_opens_at_stage_display()

    @display(description="Length", ordering="duration_minutes")
    def duration(self, session_type: SessionType) -> str:
        return f"{session_type.duration_minutes} min"

    @display(description="Price", ordering="price_minor")
    def price_words(self, session_type: SessionType) -> str:
        return price_text(session_type.price_minor, session_type.currency)

    @display(description="On the site", ordering="is_shown")
    def shown(self, session_type: SessionType) -> str:
        return pill("Shown", "good") if session_type.is_shown else pill("Only you", "")
