"""Follow-ups: what is due on a day, and what was done."""

from datetime import date

from django.db.models import QuerySet

from clients.models import Client, FollowUp

LATEST = 200


def follow_ups_due(today: date) -> list[FollowUp]:
    """What is to be done on this day (the practice's) or was before it, the oldest first; each with its client."""
    waiting = FollowUp.objects.filter(ended_at=None, due_on__lte=today)
    return list(waiting.select_related("client__user").order_by("due_on", "id"))


def ended_follow_ups(client: Client) -> QuerySet[FollowUp]:
    """What was done about this client or overtaken, the latest first, with who did it."""
    ended = FollowUp.objects.filter(client=client).exclude(ended_at=None)
    return ended.select_related("ended_by").order_by("-ended_at", "-id")[:LATEST]
