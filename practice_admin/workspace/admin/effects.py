"""Side effects: what the practice owes the world, and what came of it (R12)."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from integrations.outbox.models import Effect
from practice_admin.workspace import wording
from practice_admin.workspace.desk_admin import ReadOnlyAdmin, pill, stamp
from practice_admin.workspace.queries.effects import Subject, subjects_of
from practice_admin.workspace.templatetags.desk import when

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList
else:
    from unfold.views import ChangeList

STATES = {
    Effect.State.DUE: ("Waiting", ""),
    Effect.State.RUNNING: ("Running", ""),
    Effect.State.DONE: ("Done", "good"),
    Effect.State.FAILED: ("Did not work", "problem"),
}


class EffectList(ChangeList):
    """A page of effects, each with its subject beside it: resolved for the page at once, not row by row."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django's, then the subjects."""
        super().get_results(request)
        effects: list[Any] = list(self.result_list)
        subjects = subjects_of(effects)
        for effect in effects:
            effect.resolved = subjects.get(effect.subject)
        self.result_list = effects


@admin.register(Effect)
class EffectAdmin(ReadOnlyAdmin[Effect]):
    """What is in trouble first, then the newest."""

    heading = "Side effects"
    empty_title = "Nothing is owed"
    empty_text = "Mails, calendar entries and notices appear here when a booking is made, with how each went."
    list_display = ["what", "state_label", "attempts_made", "next_try", "trouble", "again"]
    list_display_links = None  # `what` holds links of its own
    list_filter = ["state", "kind"]
    ordering = ["-created_at", "-id"]
    fields = [
        "what",
        "state_label",
        "attempts_made",
        "next_try",
        "trouble",
        "reason",
        *("created", "claimed", "done"),
        *("kind", "subject", "version"),
    ]
    readonly_fields = [
        *("what", "state_label", "attempts_made", "next_try", "trouble", "reason"),
        *("created", "claimed", "done", "kind", "subject", "version"),
    ]

    created, claimed, done = stamp("created_at", "Owed"), stamp("claimed_at", "Last tried"), stamp("done_at", "Done")

    def title_of(self, effect: Effect) -> str:
        return wording.effect_kind(effect.kind)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EffectList]:
        return EffectList

    @display(description="What")
    def what(self, effect: Effect) -> str:
        is_listed = hasattr(effect, "resolved")
        subject: Subject | None = getattr(effect, "resolved", None)
        if not is_listed:
            subject = subjects_of([effect]).get(effect.subject)
        href = reverse("admin:outbox_effect_change", args=[effect.pk]) if is_listed else ""
        context = {"kind": wording.effect_kind(effect.kind), "subject": subject, "name": effect.subject, "href": href}
        return render_to_string("workspace/components/effect_subject.html", context)

    @display(description="State", ordering="state")
    def state_label(self, effect: Effect) -> str:
        return pill(*STATES[Effect.State(effect.state)])

    @display(description="Tries", ordering="attempts")
    def attempts_made(self, effect: Effect) -> int:
        return effect.attempts

    @display(description="Next try", ordering="due_at")
    def next_try(self, effect: Effect) -> str:
        if effect.state == Effect.State.DUE:
            return wording.until(effect.due_at, timezone.now()).capitalize()
        if effect.state == Effect.State.DONE:
            return f"Done {when(effect.done_at)}" if effect.done_at else "Done"
        return "Running now" if effect.state == Effect.State.RUNNING else "Not by itself"

    @display(description="What went wrong", ordering="last_error")
    def trouble(self, effect: Effect) -> str:
        return wording.effect_error(effect.last_error) or effect.reason or "–"

    @display(description="Action")
    def again(self, effect: Effect) -> str:
        """A button of the list's own form, sent to another address: forms cannot stand inside each other."""
        if effect.state not in {Effect.State.DUE, Effect.State.FAILED}:
            return ""
        return format_html(
            '<button class="desk-button" type="submit" name="from" value="list" formaction="{}">Try again</button>',
            reverse("admin:retry_effect", args=[effect.pk]),
        )
