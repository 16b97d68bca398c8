"""What the sample practice's records know of its clients."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clients.models import Client, ClientDetails, ContactEntry, FollowUp, Stage, StageChange, Tag, User

How = StageChange.How
# Per stage: from what to what, how, and how many days after the discovery call
HISTORIES = {
    Stage.INTAKE: [(Stage.DISCOVERY, Stage.INTAKE, How.CALL, 0)],
    Stage.ONGOING: [(Stage.DISCOVERY, Stage.INTAKE, How.CALL, 0), (Stage.INTAKE, Stage.ONGOING, How.BEGAN, 14)],
    Stage.CLOSED: [
        (Stage.DISCOVERY, Stage.INTAKE, How.CALL, 0),
        (Stage.INTAKE, Stage.ONGOING, How.BEGAN, 14),
        (Stage.ONGOING, Stage.CLOSED, How.CLOSED, 300),
    ],
}


def tell_about(clients: Mapping[str, Client], therapist: User, now: datetime, zone: ZoneInfo) -> None:
    """Write stage histories, details, a follow-up and a call into new records, by their clients' addresses."""
    for client in clients.values():
        _tell_history(client, therapist)
    oscar, ines = clients["ongoing@example.com"], clients["intake@example.com"]
    ClientDetails.objects.create(
        client=oscar,
        pronouns="he/him",
        contact_words="Not during his shifts, Monday to Wednesday until four.",
        emergency_name="Rita Nunes",
        emergency_phone="+351 913 000 000",
        emergency_relation="his sister",
        found_through="A colleague at the clinic",
    )
    oscar.tags.add(Tag.objects.create(name="Evenings"), Tag.objects.create(name="English"))
    FollowUp.objects.create(
        client=ines,
        line="Ask whether she has found the way to the practice",
        due_on=now.astimezone(zone).date(),
        written_by=therapist,
        created_at=now - timedelta(days=2),
    )
    ContactEntry.objects.create(
        client=ines,
        kind=ContactEntry.Kind.CALL_IN,
        happened_at=now - timedelta(days=2),
        words="Asks what to bring to the first session. Nothing, I said.",
        written_by=therapist,
    )


def _tell_history(client: Client, therapist: User) -> None:
    for before, after, how, days in HISTORIES.get(Stage(client.stage), []):
        assert client.discovery_completed_at is not None  # noqa: S101  (past the gate; tells the type checker)
        StageChange.objects.create(
            client=client,
            from_stage=before,
            to_stage=after,
            how=how,
            made_by=therapist,
            changed_at=client.discovery_completed_at + timedelta(days=days),
        )
