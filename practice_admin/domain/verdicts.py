"""Why a time is or is not offered: each rule of availability by itself, by the same measures as `open_slots` (R4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from practice_admin.domain.availability import (
    Busy,
    FullDates,
    Hours,
    SlotRules,
    Span,
    earliest_start,
    instant,
    is_limit_reached,
    latest_start,
    opening_spans,
    starts_against_blocks,
    starts_against_bookings,
)


class Rule(StrEnum):
    """What a time has to satisfy, in the order in which it is told. All but `BOOKINGS` (R3) are hers to pass over."""

    NOTICE = "notice"
    HORIZON = "horizon"
    HOURS = "hours"
    GRID = "grid"
    BLOCKS = "blocks"
    BOOKINGS = "bookings"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"
    LIMIT_AHEAD = "limit_ahead"


@dataclass(frozen=True)
class Verdict:
    """Whether one rule is kept."""

    rule: Rule
    is_kept: bool


def verdicts(hours: Hours, busy: Busy, rules: SlotRules, *, starts_at: datetime, now: datetime) -> list[Verdict]:
    """Every rule's verdict on a session that would begin at `starts_at` (aware).

    All are kept exactly where `open_slots` offers that start. Outside the hours there is no grid to be off: that rule
    then counts as kept.
    """
    start = int(starts_at.timestamp())
    day = instant(start).astimezone(hours.zone).date()
    full = FullDates(busy, rules, hours.zone)
    around = [
        (opens, closes)
        for _, (opens, closes) in opening_spans(hours, start, start)
        if opens <= start and start + rules.duration * 60 <= closes
    ]
    is_on_grid = not starts_at.microsecond and any((start - opens) % (rules.step * 60) == 0 for opens, _ in around)
    kept = {
        Rule.NOTICE: start >= earliest_start(rules, now),
        Rule.HORIZON: start <= latest_start(rules, now),
        Rule.HOURS: bool(around),
        Rule.GRID: is_on_grid or not around,
        Rule.BLOCKS: not _is_within(start, starts_against_blocks(busy, rules)),
        Rule.BOOKINGS: not _is_within(start, starts_against_bookings(busy, rules)),
        Rule.DAILY_CAP: not full.is_day_full(day),
        Rule.WEEKLY_CAP: not full.is_week_full(day),
        Rule.LIMIT_AHEAD: not is_limit_reached(busy, rules),
    }
    return [Verdict(rule, kept[rule]) for rule in Rule]


def broken(found: list[Verdict]) -> list[Rule]:
    """The rules that are not kept."""
    return [verdict.rule for verdict in found if not verdict.is_kept]


def _is_within(start: int, spans: Iterable[Span]) -> bool:
    return any(begin <= start < end for begin, end in spans)
