"""Her own words to begin with: shapes of notes, and replies."""

from django.contrib import admin

from clients.care.models import NoteTemplate, SavedReply
from practice_admin.workspace.desk_admin import DeskAdmin


@admin.register(NoteTemplate)
class NoteTemplateAdmin(DeskAdmin[NoteTemplate]):
    """Headings to fill in. A note that was begun with one keeps its words whatever becomes of the template."""

    heading = "Note templates"
    empty_title = "No templates yet"
    empty_text = "A template is a few headings to begin a note with. “Plan:” is found again before the next session."
    list_display = ["name", "position"]
    fields = ["name", "body", "position"]


@admin.register(SavedReply)
class SavedReplyAdmin(DeskAdmin[SavedReply]):
    """Words that she often begins an answer with."""

    heading = "Saved replies"
    empty_title = "No saved replies yet"
    empty_text = "What you write again and again: keep it here, and put it into an answer with one tap."
    list_display = ["title", "position"]
    fields = ["title", "body", "position"]
