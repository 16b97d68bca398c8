"""Hours, other hours on single dates, and time off: forms that say in words what does not fit together."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from practice_admin.models import Block, HoursOverride, WeeklyHours
from practice_admin.workspace.desk_admin import DeskAdmin, stamp


class WeeklyHoursForm(forms.ModelForm[WeeklyHours]):
    """One span of one weekday."""

    class Meta:
        model = WeeklyHours
        fields = ["weekday", "opens_at", "closes_at"]
        help_texts = {"weekday": "A day can have several spans: add one for the morning and one for the afternoon."}

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins, or meets another one of its day."""
        typed = super().clean() or {}
        if _ends_too_soon(self, typed) or not _is_whole(typed, "weekday", "opens_at", "closes_at"):
            return typed
        others = WeeklyHours.objects.filter(weekday=typed["weekday"]).exclude(pk=self.instance.pk)
        met = others.filter(opens_at__lt=typed["closes_at"], closes_at__gt=typed["opens_at"]).first()
        if met is not None:
            self.add_error("opens_at", f"This overlaps {met}. Change that span, or choose other times.")
        return typed


class HoursOverrideForm(forms.ModelForm[HoursOverride]):
    """Other hours on one date, or none."""

    class Meta:
        model = HoursOverride
        fields = ["on", "opens_at", "closes_at"]
        labels = {"on": "Date"}
        help_texts = {"on": "These hours stand in place of the weekly ones. Leave both times empty to close the day."}

    def clean(self) -> dict[str, Any]:
        """Refuse half a span, one that ends before it begins, and one that contradicts another of its date."""
        typed = super().clean() or {}
        if not self.errors and (typed["opens_at"] is None) != (typed["closes_at"] is None):
            self.add_error("closes_at", "Please give both times, or neither to close the day.")
        if self.errors or _ends_too_soon(self, typed):
            return typed
        of_day = HoursOverride.objects.filter(on=typed["on"]).exclude(pk=self.instance.pk)
        if typed["opens_at"] is None:
            clash = of_day.first()
        else:
            overlapping = of_day.filter(opens_at__lt=typed["closes_at"], closes_at__gt=typed["opens_at"])
            clash = (of_day.filter(opens_at=None) | overlapping).first()
        if clash is not None:
            self.add_error("on", f"This contradicts what is set for that date already: {clash}.")
        return typed


class BlockForm(forms.ModelForm[Block]):
    """Time off, set by hand."""

    class Meta:
        model = Block
        fields = ["starts_at", "ends_at", "label"]
        labels = {"starts_at": "From", "ends_at": "Until", "label": "What for"}
        help_texts = {"label": "For your eyes only. Nothing is offered in this time; what is booked stays booked."}

    def clean(self) -> dict[str, Any]:
        """Refuse one that ends before it begins."""
        typed = super().clean() or {}
        if _is_whole(typed, "starts_at", "ends_at") and typed["ends_at"] <= typed["starts_at"]:
            self.add_error("ends_at", "It has to end after it begins.")
        return typed


@admin.register(WeeklyHours)
class WeeklyHoursAdmin(DeskAdmin[WeeklyHours]):
    heading = "Weekly hours"
    empty_title = "No hours yet"
    empty_text = "Nothing can be booked until the week has hours. Add the first span."
    form = WeeklyHoursForm
    list_display = ["day", "opens_at", "closes_at"]
    list_display_links = ["day"]
    ordering = ["weekday", "opens_at"]

    @display(description="Day", ordering="weekday")
    def day(self, span: WeeklyHours) -> str:
        return span.get_weekday_display()


@admin.register(HoursOverride)
class HoursOverrideAdmin(DeskAdmin[HoursOverride]):
    heading = "Other hours"
    empty_title = "Every week is like the others"
    empty_text = "Add a date here to close it, or to give it hours of its own."
    form = HoursOverrideForm
    list_display = ["day", "hours"]
    list_display_links = ["day"]
    date_hierarchy = "on"
    ordering = ["-on", "opens_at"]

    @display(description="Date", ordering="on")
    def day(self, override: HoursOverride) -> str:
        return f"{override.on:%a} {override.on.day} {override.on:%b %Y}"

    @display(description="Hours")
    def hours(self, override: HoursOverride) -> str:
        if override.opens_at is None or override.closes_at is None:
            return "Closed"
        return f"{override.opens_at:%H:%M} to {override.closes_at:%H:%M}"


@admin.register(Block)
class BlockAdmin(DeskAdmin[Block]):
    """Blocks set by hand can be changed; those that mirror Google are Google's."""

    heading = "Time off"
    empty_title = "No time off"
    empty_text = "Add a holiday or an hour for yourself. Nothing is offered in it."
    form = BlockForm
    list_display = ["begins", "ends", "label", "source_words"]
    list_display_links = ["begins"]
    list_filter = ["source"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at"]
    begins, ends = stamp("starts_at", "From"), stamp("ends_at", "Until")

    def has_change_permission(self, request: HttpRequest, obj: Block | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_googles(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Block | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_googles(obj)

    @display(description="Set", ordering="source")
    def source_words(self, block: Block) -> str:
        return block.get_source_display()


def _is_googles(block: Block | None) -> bool:
    return block is not None and block.source == Block.Source.GOOGLE


def _is_whole(typed: dict[str, Any], *names: str) -> bool:
    return all(typed.get(name) is not None for name in names)


def _ends_too_soon(form: forms.ModelForm[Any], typed: dict[str, Any]) -> bool:
    """Whether the span ends before it begins; says so beside the field, which also spares her the constraint's name."""
    if _is_whole(typed, "opens_at", "closes_at") and typed["closes_at"] <= typed["opens_at"]:
        form.add_error("closes_at", "It has to close after it opens.")
        return True
    return False
