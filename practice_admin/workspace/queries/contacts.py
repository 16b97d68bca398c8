"""Calls and letters, and what else the record's timeline tells beside sessions, words and money."""

from typing import Any

from django.db.models import QuerySet

from clients.models import Client, ContactEntry, FollowUp, StageChange
from practice_admin.workspace.queries.follow_ups import LATEST


def contacts_with(client: Client) -> QuerySet[ContactEntry]:
    """Every call and letter with this client, the latest first, with who wrote it down."""
    return ContactEntry.objects.filter(client=client).select_related("written_by")[:LATEST]


def told_by_hand(client: Client) -> list[tuple[str, str, QuerySet[Any]]]:
    """What she did by hand, for the timeline: each kind, the field that says when, and its rows, the latest first."""
    done = FollowUp.objects.filter(client=client, ending=FollowUp.Ending.DONE).select_related("ended_by")
    return [
        ("stage", "changed_at", StageChange.objects.filter(client=client).select_related("made_by")),
        ("follow_up", "ended_at", done.order_by("-ended_at", "-id")),
        ("contact", "happened_at", ContactEntry.objects.filter(client=client).select_related("written_by")),
    ]
