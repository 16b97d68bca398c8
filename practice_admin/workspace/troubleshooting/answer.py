"""The answer: offered or not, each rule with its verdict, and the nearest times that are offered."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from clients.models import Client, Stage
from practice_admin.domain import wording as public_wording
from practice_admin.domain.diary import is_open_to
from practice_admin.domain.queries.diary import nearest_slots
from practice_admin.domain.verdicts import Rule
from practice_admin.models import Block, Booking, Practice, SessionType
from practice_admin.workspace.troubleshooting.facts import Facts, facts_on
from practice_admin.workspace.troubleshooting.sentences import clock, sentence, when

LABELS = {
    Rule.NOTICE: "Notice",
    Rule.HORIZON: "How far ahead",
    Rule.HOURS: "Hours",
    Rule.GRID: "When sessions begin",
    Rule.BLOCKS: "Blocked time",
    Rule.BOOKINGS: "Other sessions",
    Rule.DAILY_CAP: "Most in a day",
    Rule.WEEKLY_CAP: "Most in a week",
    Rule.LIMIT_AHEAD: "Most ahead of one client",
}


@dataclass(frozen=True)
class Thing:
    """Something that stands in the way, with the page where it can be seen, if there is one."""

    words: str
    href: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule: whether it is kept, and what the facts are."""

    label: str
    is_kept: bool
    words: str
    things: list[Thing] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """Whether one instant is offered, and why. `nearest` are times, as she says them."""

    when_text: str
    zone_text: str
    findings: list[Finding]
    nearest: list[str]

    @property
    def broken(self) -> list[Finding]:
        """What stands against it."""
        return [finding for finding in self.findings if not finding.is_kept]

    @property
    def kept(self) -> list[Finding]:
        """What does not."""
        return [finding for finding in self.findings if finding.is_kept]

    @property
    def is_offered(self) -> bool:
        """Whether it can be booked now."""
        return not self.broken


def answer(
    session_type: SessionType, practice: Practice, *, client: Client | None, starts_at: datetime, now: datetime
) -> Answer:
    """What every rule says of this type at that instant for this client, or for nobody in particular."""
    facts = facts_on(session_type, practice, client=client, starts_at=starts_at, now=now)
    of_person = [_shown(session_type), _stage(session_type, client)]
    of_time = [finding(rule, facts) for rule in Rule]
    is_open = all(finding.is_kept for finding in of_person)
    near = nearest_slots(session_type, practice, to=starts_at, now=now, client=client) if is_open else []
    return Answer(
        when_text=when(starts_at, facts),
        zone_text=public_wording.zone_text(facts.zone, starts_at),
        findings=[*of_person, *of_time],
        nearest=[when(slot.starts_at, facts) for slot in near],
    )


def finding(rule: Rule, facts: Facts) -> Finding:
    """What one rule of the diary says of the time."""
    return Finding(LABELS[rule], facts.kept[rule], sentence(rule, facts), _things(rule, facts))


def _shown(session_type: SessionType) -> Finding:
    words = "It is shown to whoever may book it." if session_type.is_shown else "It is hidden: only you can book it."
    return Finding("Shown", session_type.is_shown, words)


def _stage(session_type: SessionType, client: Client | None) -> Finding:
    stage = Stage(session_type.opens_at_stage).label.lower()
    if session_type.is_open_to_newcomers:
        return Finding("Stage", True, "It is open to everybody, newcomers too.")
    if client is None:
        return Finding(
            "Stage", True, f"It opens at {stage}: offered to clients who have come so far, or have a waiver."
        )
    if is_open_to(client, session_type):
        return Finding(
            "Stage", True, f"It opens at {stage}, and is open to {client}{_by_waiver(session_type, client)}."
        )
    waivers = Thing("Waivers", reverse("admin:waivers", args=[client.public_id]))
    return Finding("Stage", False, f"It opens at {stage}. {why_shut(client)}", [waivers])


def _by_waiver(session_type: SessionType, client: Client) -> str:
    order = [Stage.DISCOVERY, Stage.INTAKE, Stage.ONGOING]
    has_come = order.index(Stage(client.stage)) >= order.index(Stage(session_type.opens_at_stage))
    return "" if has_come else " by a waiver"


def why_shut(client: Client) -> str:
    """Why what opens at a later stage is not open to this client, in a sentence."""
    if client.stage == Stage.CLOSED:
        return f"The work with {client} is closed: only a discovery call is open."
    if client.discovery_completed_at is None:
        return f"{client} has had no discovery call yet: until then nothing else is open."
    return f"{client} is in {client.get_stage_display().lower()}, and has no waiver for it."


def _things(rule: Rule, facts: Facts) -> list[Thing]:
    if facts.kept[rule]:
        return []
    found: dict[Rule, Iterable[Thing]] = {
        Rule.BLOCKS: (_block(block, facts) for block in facts.blocks),
        Rule.BOOKINGS: (_booking(booking, facts) for booking in facts.bookings),
        Rule.LIMIT_AHEAD: (_ahead(booking, facts) for booking in facts.ahead),
    }
    return list(found.get(rule, ()))


def _block(block: Block, facts: Facts) -> Thing:
    name = f"“{block.label}”, " if block.label else ""
    source = "from Google Calendar" if block.source == Block.Source.GOOGLE else "set by hand"
    return Thing(f"{name}{_span(block.starts_at, block.ends_at, facts)}, {source}")


def _booking(booking: Booking, facts: Facts) -> Thing:
    lasts = _span(booking.starts_at, booking.ends_at, facts)
    begins, ends = booking.busy.lower, booking.busy.upper
    has_buffers = (begins, ends) != (booking.starts_at, booking.ends_at)
    buffers = f" (with its buffers {clock(begins, facts)} to {clock(ends, facts)})" if has_buffers else ""
    return Thing(f"{booking.client}, {booking.session_type}, {lasts}{buffers}", _card(booking))


def _ahead(booking: Booking, facts: Facts) -> Thing:
    return Thing(f"{booking.session_type}, {when(booking.starts_at, facts)}", _card(booking))


def _span(begins: datetime, ends: datetime, facts: Facts) -> str:
    same_day = begins.astimezone(facts.zone).date() == ends.astimezone(facts.zone).date()
    return f"{when(begins, facts)} to {clock(ends, facts) if same_day else when(ends, facts)}"


def _card(booking: Booking) -> str:
    return reverse("admin:booking", args=[booking.public_id])
