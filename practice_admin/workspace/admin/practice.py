"""The practice itself: what it says of itself, its policy, its reminders, its words."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.widgets import UnfoldAdminSelectWidget

from practice_admin.domain.wording import known_zones
from practice_admin.models import Practice
from practice_admin.workspace.desk_admin import DeskAdmin


class PracticeForm(forms.ModelForm[Practice]):
    """The settings that are hers alone."""

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
            *("cancellation_notice_hours", "most_moves", "cancellation_policy"),
            *("reminder_hours", "second_reminder_hours"),
            *("no_times_text", "crisis_text", "welcome_text", "calendar_titles"),
        ]
        labels = {
            "contact_email": "Contact e-mail",
            "cancellation_notice_hours": "Free until (hours before)",
            "most_moves": "Moves of one session",
            "cancellation_policy": "The same in words",
            "reminder_hours": "First reminder (hours before)",
            "second_reminder_hours": "Second reminder (hours before)",
            "no_times_text": "When no time is free",
            "crisis_text": "In a crisis",
            "welcome_text": "Welcome message",
            "calendar_titles": "Titles in your calendar show",
        }
        help_texts = {
            "contact_email": "Shown on the site.",
            "cancellation_notice_hours": "Until then clients move and cancel by themselves, and what they paid is paid "
            "back. Later it is yours to decide.",
            "most_moves": "How often a client may move it. After that they are asked to write to you.",
            "cancellation_policy": "Clients read this before they book, and it is kept with each session as it stands "
            "then. Say here what the hours above say.",
            "reminder_hours": "Goes to the client by e-mail. Nobody is reminded of a session booked only just before.",
            "second_reminder_hours": "Empty for none. It comes after the first one, so it is fewer hours before.",
            "no_times_text": "Say when to look again, and how else to reach you. The way to write to you and the words "
            "for a crisis stand under it.",
            "crisis_text": "Stands at the foot of every page of the site.",
            "welcome_text": "The first message in a new client’s thread.",
            "calendar_titles": "Whoever sees your calendar sees these.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cancellation_policy", "no_times_text", "crisis_text", "welcome_text"):
            self.fields[name].widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        """Say in words what the table's constraint would refuse by name."""
        typed = super().clean() or {}
        first, second = typed.get("reminder_hours"), typed.get("second_reminder_hours")
        if first == 0:
            self.add_error("reminder_hours", "At least an hour before the session.")
        if second == 0:
            self.add_error("second_reminder_hours", "Leave it empty for no second reminder.")
        elif first and second and second >= first:
            words = f"The second comes after the first: choose fewer than {first} hours, or leave it empty."
            self.add_error("second_reminder_hours", words)
        return typed


@admin.register(Practice)
class PracticeAdmin(DeskAdmin[Practice]):
    """One row, so there is no list: the way to it leads to its form."""

    heading = "Settings"
    form = PracticeForm
    change_form_before_template = "workspace/money/account_link.html"
    fieldsets = [
        (None, {"fields": ["name", "contact_email", "time_zone"]}),
        (
            "Moving and cancelling",
            {"fields": [("cancellation_notice_hours", "most_moves"), "cancellation_policy"]},
        ),
        ("Reminders", {"fields": [("reminder_hours", "second_reminder_hours")]}),
        ("Words on the site and in the portal", {"fields": ["no_times_text", "crisis_text", "welcome_text"]}),
        ("Google Calendar", {"fields": ["calendar_titles"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Practice | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:practice_admin_practice_change", 1)
