"""What stands against a time that she chose, and how it is said where there is room for a few words only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clients.models import Client
from practice_admin.domain.verdicts import Rule
from practice_admin.models import Booking, Practice, SessionType
from practice_admin.workspace.arranging.reading import RULES, seen_text
from practice_admin.workspace.troubleshooting.answer import Finding, finding
from practice_admin.workspace.troubleshooting.facts import facts_on

RULE_WORDS = {
    Rule.NOTICE: "Shorter notice than this kind asks for",
    Rule.HORIZON: "Further ahead than is offered",
    Rule.HOURS: "Outside your hours",
    Rule.GRID: "Not one of the usual beginnings",
    Rule.BLOCKS: "Blocked time",
    Rule.BOOKINGS: "Another session has it",
    Rule.DAILY_CAP: "More than fit into the day",
    Rule.WEEKLY_CAP: "More than fit into the week",
    Rule.LIMIT_AHEAD: "More than one client may have ahead",
}


@dataclass(frozen=True)
class Objection:
    """Why one time cannot be had just like that: `findings` has every broken rule with its facts."""

    starts_at: datetime
    rules: list[Rule]
    findings: list[Finding]

    @property
    def is_taken(self) -> bool:
        """Whether no reason helps (R3)."""
        return Rule.BOOKINGS in self.rules

    @property
    def seen(self) -> str:
        """What the form sends back of it."""
        return "" if self.is_taken else seen_text(self.starts_at, self.rules)


def objection_to(
    session_type: SessionType,
    practice: Practice,
    *,
    client: Client,
    starts_at: datetime,
    rules: Sequence[Rule],
    now: datetime,
    moving: Booking | None = None,
) -> Objection:
    """What these rules say of the time, for the client whose session it is or would be."""
    facts = facts_on(session_type, practice, client=client, starts_at=starts_at, now=now, moving=moving)
    return Objection(starts_at, list(rules), [finding(rule, facts) for rule in rules])


def rule_words(rule: str) -> str:
    """What passing over a rule means, in a few words; one that no longer exists as it is kept."""
    known = RULES.get(rule)
    return RULE_WORDS[known] if known else rule.replace("_", " ").capitalize()
