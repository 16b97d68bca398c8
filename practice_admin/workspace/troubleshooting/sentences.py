"""Each rule's verdict in a sentence, with the facts. Times are on her clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

from practice_admin.domain.availability import monday_of
from practice_admin.domain.verdicts import Rule
from practice_admin.workspace import wording
from practice_admin.workspace.queries.why import OpenSpan
from practice_admin.workspace.troubleshooting.facts import Facts

A_WEEK = 7  # days


def sentence(rule: Rule, facts: Facts) -> str:
    """What this rule says of the time."""
    return _SENTENCES[rule](facts)


def length_text(minutes: int) -> str:
    """A length as one says it: `45 minutes`, `24 hours`, `31 hours 20 minutes`, `4 days 2 hours`."""
    hours, minutes_left = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    parts = [(days, "day"), (hours_left, "hour")] if days >= 3 else [(hours, "hour"), (minutes_left, "minute")]
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count) or "0 minutes"


def when(moment: datetime, facts: Facts) -> str:
    """`Tue 1 Dec, 10:00`."""
    return wording.when(moment.astimezone(facts.zone), facts.now.astimezone(facts.zone))


def clock(moment: datetime, facts: Facts) -> str:
    """`10:00`."""
    return f"{moment.astimezone(facts.zone):%H:%M}"


def _notice(facts: Facts) -> str:
    asked = facts.rules.minimum_notice
    if facts.starts_at < facts.now:
        return "This time has passed."
    wanted = f"asks for {length_text(asked)}" if asked else "asks for no notice"
    ahead = facts.starts_at - facts.now
    exact = length_text(ahead // timedelta(minutes=1))
    return f"It begins in {exact if ahead.days < A_WEEK else f'{ahead.days} days'}; this type {wanted}."


def _horizon(facts: Facts) -> str:
    last = when(facts.now + timedelta(days=facts.rules.horizon_days), facts)
    return f"This type is offered {facts.rules.horizon_days} days ahead, until {last}."


def _hours(facts: Facts) -> str:
    lasts = f"It would last from {clock(facts.starts_at, facts)} to {clock(facts.ends_at, facts)}"
    is_kept = facts.kept[Rule.HOURS]
    whole = f"{lasts}, within them." if is_kept else f"{lasts}, which does not lie whole within hours for this type."
    return f"{_open(facts)} {whole}" if facts.day_hours.spans else _open(facts)


def _open(facts: Facts) -> str:
    day, hours = facts.day, facts.day_hours
    date = f"{day:%a} {day.day} {day:%b}"
    if not hours.spans:
        return f"{date} is closed by hand." if hours.is_override else f"There are no hours on {day:%A}s."
    spans = " and ".join(_span(span) for span in hours.spans)
    return f"For {date} other hours are set: {spans}." if hours.is_override else f"{day:%A}s are open {spans}."


def _span(span: OpenSpan) -> str:
    limited = f" (only for {', '.join(span.only_for)})" if span.only_for else ""
    return f"{span.opens:%H:%M} to {span.closes:%H:%M}{limited}"


def _grid(facts: Facts) -> str:
    around = facts.span_around
    if around is None:
        return "Outside the hours there is no grid to be off."
    opens, closes = around
    every = f"Times begin every {facts.rules.step} minutes from {clock(opens, facts)}"
    if facts.kept[Rule.GRID]:
        return f"{every}."
    step, length = timedelta(minutes=facts.rules.step), timedelta(minutes=facts.rules.duration)
    before = facts.starts_at - (facts.starts_at - opens) % step
    near = [each for each in (before, before + step) if each + length <= closes]
    return f"{every}: {' or '.join(clock(each, facts) for each in near)}."


def _blocks(facts: Facts) -> str:
    return "Nothing is blocked then." if facts.kept[Rule.BLOCKS] else "This time is blocked:"


def _bookings(facts: Facts) -> str:
    buffers = [(facts.rules.buffer_before, "before"), (facts.rules.buffer_after, "after")]
    kept_free = " and ".join(f"{minutes} minutes {side} it" for minutes, side in buffers if minutes)
    told = f" This type keeps {kept_free} free." if kept_free else ""
    return f"No other session is in the way.{told}" if facts.kept[Rule.BOOKINGS] else f"Taken.{told} In the way:"


def _daily_cap(facts: Facts) -> str:
    if facts.rules.daily_cap is None:
        return "No limit is set for a day."
    return f"{facts.counts.of_day[facts.day]} of {facts.rules.daily_cap} of this type are booked on that day."


def _weekly_cap(facts: Facts) -> str:
    if facts.rules.weekly_cap is None:
        return "No limit is set for a week."
    count = facts.counts.of_week[monday_of(facts.day)]
    return f"{count} of {facts.rules.weekly_cap} of this type are booked in that week, Monday to Sunday."


def _limit_ahead(facts: Facts) -> str:
    limit = facts.rules.limit_ahead
    if limit is None:
        return "No limit is set for one client."
    kind = "discovery calls" if facts.session_type.is_open_to_newcomers else "of this type"
    if facts.client is None:
        return f"One client who is signed in may have {limit} {kind} ahead; nobody was chosen."
    return f"{facts.client} has {facts.busy.ahead} of {limit} {kind} ahead."


_SENTENCES: dict[Rule, Callable[[Facts], str]] = {
    Rule.NOTICE: _notice,
    Rule.HORIZON: _horizon,
    Rule.HOURS: _hours,
    Rule.GRID: _grid,
    Rule.BLOCKS: _blocks,
    Rule.BOOKINGS: _bookings,
    Rule.DAILY_CAP: _daily_cap,
    Rule.WEEKLY_CAP: _weekly_cap,
    Rule.LIMIT_AHEAD: _limit_ahead,
}
