"""A client's waivers, and what each stage opens."""

from collections import defaultdict

from clients.models import Client
from practice_admin.models import SessionType, Waiver


def waivers_of(client: Client) -> list[Waiver]:
    """Every waiver that was ever signed for this client, the newest first."""
    return list(Waiver.objects.filter(client=client).select_related("signed_by"))


def types_by_stage() -> dict[str, list[SessionType]]:
    """The session types by the stage from which they open, in her order."""
    found: dict[str, list[SessionType]] = defaultdict(list)
    for session_type in SessionType.objects.all():
        found[session_type.opens_at_stage].append(session_type)
    return found
