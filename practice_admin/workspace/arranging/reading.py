"""Instants and rules as pages send them back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from practice_admin.domain.availability import instant, wall_instants
from practice_admin.domain.verdicts import Rule

YEARS = range(2000, 2200)  # beyond them a zone's offset leads out of the calendar
RULES = {rule.value: rule for rule in Rule}
SKIPPED = "The clocks go forward on that date, and this time is left out. Please choose another one."
TWICE = "The clocks go back on that date and read this time twice. Please choose another one."


def read_instant(text: str) -> datetime | None:
    """The instant (UTC) that ISO 8601 text with an offset names; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that an address has lost
        read = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if moment.tzinfo is None or read.year not in YEARS else read


def instant_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The one instant (UTC) when clocks in `zone` read that. Raises ValueError, with a sentence, for none or two."""
    first, last = wall_instants(day, wall, zone)
    if first != last:
        raise ValueError(TWICE)
    if instant(first).astimezone(zone).replace(tzinfo=None) != datetime.combine(day, wall):
        raise ValueError(SKIPPED)
    return instant(first)


def seen_text(starts_at: datetime, rules: list[Rule]) -> str:
    """The rules that a page shows as broken by one time, for the page to send back."""
    return " ".join([starts_at.astimezone(UTC).isoformat(), *rules])


def read_seen(text: str) -> Mapping[datetime, list[Rule]]:
    """What `seen_text` wrote; nothing where it cannot be read, so that her reason covers nothing."""
    at, *names = text.split() or [""]
    starts_at = read_instant(at)
    return {starts_at: [RULES[name] for name in names if name in RULES]} if starts_at else {}
