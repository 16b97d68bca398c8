"""The table of a series: each of its times as the diary judges it, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from practice_admin.domain.series import Occurrence
from practice_admin.domain.verdicts import Rule
from practice_admin.workspace import wording
from practice_admin.workspace.arranging.objections import RULE_WORDS
from practice_admin.workspace.arranging.reading import read_instant, read_seen, seen_text

OUT = "out"
UNDECIDED = "Please choose a time for this one, or leave it out."
TAKEN_NOW = "That time cannot be had any more. Please choose another one."
TWICE = "This time is chosen twice. Please choose another one."


@dataclass(frozen=True)
class Option:
    """One thing that can become of an occurrence."""

    value: str
    label: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One occurrence, counted from 0; `pick` is what was chosen, `problem` what is wrong with that."""

    number: int
    occurrence: Occurrence
    now: datetime
    pick: str
    problem: str = ""

    @property
    def name(self) -> str:
        """How the form calls its choice."""
        return f"pick-{self.number}"

    @property
    def can_be_kept(self) -> bool:
        """Whether it can be had at all: nothing is booked over another session, nor into the past."""
        return not self.occurrence.is_taken and self.occurrence.starts_at > self.now

    @property
    def is_free(self) -> bool:
        """Whether nothing stands against it."""
        return self.occurrence.is_free

    @property
    def needs_reason(self) -> bool:
        """Whether it can be had with a reason alone."""
        return self.can_be_kept and not self.is_free

    @property
    def against(self) -> list[str]:
        """What stands against it, in a few words each."""
        if self.occurrence.starts_at <= self.now:
            return ["Over already"]
        rules = [Rule.BOOKINGS] if self.occurrence.is_taken else self.occurrence.broken
        return [RULE_WORDS[rule] for rule in rules]

    @property
    def seen(self) -> str:
        """The rules that the page shows for it."""
        return seen_text(self.occurrence.starts_at, self.occurrence.broken)

    @property
    def options(self) -> list[Option]:
        """What can become of it: its own time, the free ones nearby, nothing."""
        own, known = self.occurrence.starts_at, {self.occurrence.starts_at}
        found = []
        if self.can_be_kept:
            found.append(self._option(own, "" if self.is_free else "all the same"))
        for slot in self.occurrence.nearest:
            known.add(slot.starts_at)
            found.append(self._option(slot.starts_at, "free"))
        chosen = read_instant(self.pick)
        if chosen is not None and chosen not in known:
            found.append(self._option(chosen, "chosen before"))
        return [*found, Option(OUT, "Leave it out", "", self.pick == OUT)]

    def _option(self, moment: datetime, note: str) -> Option:
        label = wording.when(timezone.localtime(moment), timezone.localtime(self.now))
        return Option(_value(moment), label, note, read_instant(self.pick) == moment)


def first_rows(occurrences: Sequence[Occurrence], now: datetime) -> list[Row]:
    """The table as it is first shown: what is free is kept, the rest is for her to decide."""
    return [
        Row(number, each, now, _value(each.starts_at) if each.is_free else "")
        for number, each in enumerate(occurrences)
    ]


def sent_rows(occurrences: Sequence[Occurrence], sent: Mapping[str, str], now: datetime) -> list[Row]:
    """The table as it was sent back, with what is wrong beside each row."""
    rows, chosen = [], set[datetime]()
    for number, each in enumerate(occurrences):
        pick = sent.get(f"pick-{number}", "")
        moment = read_instant(pick)
        problem = UNDECIDED if moment is None and pick != OUT else TWICE if moment in chosen else ""
        rows.append(Row(number, each, now, pick, problem))
        chosen |= {moment} if moment else set()
    return rows


def chosen_times(rows: Sequence[Row]) -> list[datetime]:
    """The times that are to be booked."""
    return [moment for row in rows if (moment := read_instant(row.pick))]


def rules_shown(rows: Sequence[Row], sent: Mapping[str, str]) -> dict[datetime, list[Rule]]:
    """For each time the rules that the page showed as broken, which is all that her reason covers."""
    return {at: list(rules) for row in rows for at, rules in read_seen(sent.get(f"seen-{row.number}", "")).items()}


def with_conflicts(rows: Sequence[Row], conflicts: Sequence[Occurrence]) -> list[Row]:
    """The table again, with the domain's word beside the times that could not be had."""
    against = {each.starts_at: each for each in conflicts}
    return [_marked(row, against.get(moment) if (moment := read_instant(row.pick)) else None) for row in rows]


def _marked(row: Row, conflict: Occurrence | None) -> Row:
    if conflict is None:
        return row
    is_own = conflict.starts_at == row.occurrence.starts_at
    is_gone = conflict.is_taken or conflict.starts_at <= row.now
    occurrence = conflict if is_own else row.occurrence
    if is_gone:
        return Row(row.number, occurrence, row.now, "", TAKEN_NOW)
    words = ", ".join(RULE_WORDS[rule].lower() for rule in conflict.broken)
    return Row(row.number, occurrence, row.now, row.pick, f"This one asks for a reason: {words}.")


def _value(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()
