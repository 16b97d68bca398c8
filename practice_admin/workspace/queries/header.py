"""What stands at the head of a client's record: who they are to her, and how their money stands."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from clients.domain.contact import contact_rule, why_no_mail
from clients.models import Client, ClientDetails, FollowUp, Stage, StageChange, Tag
from practice_admin.domain import wording
from practice_admin.workspace.queries.money import balances_of


@dataclass(frozen=True)
class ClientHeader:
    """A client as the head of their record shows them. `client` comes with its user."""

    client: Client
    details: ClientDetails
    tags: list[Tag]
    history: list[StageChange]
    follow_ups: list[FollowUp]
    balances: dict[str, int]  # as `balances_of` gives them
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """Her day."""
        return self.now.astimezone(self.zone).date()

    @property
    def due(self) -> list[FollowUp]:
        """The follow-ups whose day has come."""
        return [one for one in self.follow_ups if one.due_on <= self.today]

    @property
    def later_count(self) -> int:
        """How many more wait for a later day."""
        return len(self.follow_ups) - len(self.due)

    @property
    def their_zone(self) -> ZoneInfo:
        """The client's own; hers where nobody knows theirs."""
        return wording.zone_or(self.client.user.time_zone, self.zone.key)

    @property
    def their_time(self) -> str:
        """`12:05, Athens time (UTC+2)`; the day with it where it is another one than hers."""
        theirs = self.now.astimezone(self.their_zone)
        day = f"{theirs:%a} " if theirs.date() != self.today else ""
        return f"{day}{theirs:%H:%M}, {wording.zone_text(self.their_zone, self.now)}"

    @property
    def contact_rule(self) -> str:
        """How they may be contacted, in a line."""
        return contact_rule(self.client)

    @property
    def is_mail_off(self) -> bool:
        """Whether she has to tell them what a mail would."""
        return bool(why_no_mail(self.client))

    @property
    def has_emergency_contact(self) -> bool:
        """Whether somebody is named for an emergency."""
        return bool(self.details.emergency_name or self.details.emergency_phone)

    @property
    def can_begin_care(self) -> bool:
        """Whether the next step is hers: from intake to ongoing care."""
        return self.client.stage == Stage.INTAKE


def client_header(client: Client, now: datetime, zone: ZoneInfo) -> ClientHeader:
    """The head of this client's record at `now`, for a reader in `zone`; eight queries at most."""
    return ClientHeader(
        client=client,
        details=details_of(client),
        tags=list(client.tags.all()),
        history=stage_history(client),
        follow_ups=list(waiting_follow_ups(client)),
        balances=balances_of([client]).get(client.pk, {}),
        now=now,
        zone=zone,
    )


def details_of(client: Client) -> ClientDetails:
    """What was written down about this client; empty details, not kept, where nothing was."""
    return ClientDetails.objects.filter(client=client).first() or ClientDetails(client=client)


def stage_history(client: Client) -> list[StageChange]:
    """Every change of this client's stage with who made it, the latest first."""
    return list(StageChange.objects.filter(client=client).select_related("made_by"))


def waiting_follow_ups(client: Client) -> QuerySet[FollowUp]:
    """What is still to be done about this client, the soonest first."""
    return FollowUp.objects.filter(client=client, ended_at=None)
