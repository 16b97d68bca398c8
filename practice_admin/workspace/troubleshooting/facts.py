"""What one time is judged by, gathered once: the engine's own inputs and verdicts, and what stands around it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clients.models import Client
from practice_admin.domain.availability import Busy, FullDates, Hours, SlotRules, opening_spans
from practice_admin.domain.queries.diary import Asker, bookings_ahead, inputs_on
from practice_admin.domain.verdicts import Rule, verdicts
from practice_admin.models import Block, Booking, Practice, SessionType
from practice_admin.workspace.queries.why import DayHours, blocks_on, bookings_near, hours_on


@dataclass(frozen=True)
class Facts:
    """One session that somebody would like to begin at `starts_at`. Rules count minutes."""

    session_type: SessionType
    client: Client | None
    starts_at: datetime
    ends_at: datetime
    now: datetime
    zone: ZoneInfo
    hours: Hours
    busy: Busy
    rules: SlotRules
    kept: dict[Rule, bool]
    day_hours: DayHours
    blocks: list[Block]
    bookings: list[Booking]
    ahead: list[Booking]

    @property
    def day(self) -> date:
        """The date on her calendar."""
        return self.starts_at.astimezone(self.zone).date()

    @property
    def counts(self) -> FullDates:
        """How many of this type are booked, by date and week."""
        return FullDates(self.busy, self.rules, self.zone)

    @property
    def span_around(self) -> tuple[datetime, datetime] | None:
        """The opening hours that the session lies within, which its grid counts from."""
        begins, ends = int(self.starts_at.timestamp()), int(self.ends_at.timestamp())
        for _, (opens, closes) in opening_spans(self.hours, begins, begins):
            if opens <= begins and ends <= closes:
                return datetime.fromtimestamp(opens, self.zone), datetime.fromtimestamp(closes, self.zone)
        return None


def facts_on(
    session_type: SessionType,
    practice: Practice,
    *,
    client: Client | None,
    starts_at: datetime,
    now: datetime,
    moving: Booking | None = None,
) -> Facts:
    """Everything that decides whether this type is offered to this client at that instant.

    `moving`: a booking of theirs that is to be moved there; it does not stand in its own way.
    """
    zone = ZoneInfo(practice.time_zone)
    asker = Asker(None if moving else client, moving=moving)
    hours, busy, rules = inputs_on(session_type, practice, starts_at=starts_at, now=now, asker=asker)
    ends_at = starts_at + timedelta(minutes=rules.duration)
    found = verdicts(hours, busy, rules, starts_at=starts_at, now=now)
    return Facts(
        session_type=session_type,
        client=client,
        starts_at=starts_at,
        ends_at=ends_at,
        now=now,
        zone=zone,
        hours=hours,
        busy=busy,
        rules=rules,
        kept={verdict.rule: verdict.is_kept for verdict in found},
        day_hours=hours_on(starts_at.astimezone(zone).date()),
        blocks=blocks_on(starts_at, ends_at),
        bookings=bookings_near(starts_at, ends_at, rules, but=moving),
        ahead=list(bookings_ahead(client, session_type, now=now).select_related("session_type")) if client else [],
    )
