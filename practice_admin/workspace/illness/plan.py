"""What will happen to the sessions of some days: told before it is done, and afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from clients.domain.contact import why_no_mail
from practice_admin.domain.illness import Way, ways_for
from practice_admin.domain.money import amount_text
from practice_admin.models import Booking
from practice_admin.workspace import wording
from practice_admin.workspace.illness.days import Days
from practice_admin.workspace.illness.options import Option, options
from practice_admin.workspace.letters import Letter, letter
from practice_admin.workspace.queries.illness import sessions_named, sessions_with_refunds

MAILS = {Way.ANEW: "booking_anew", Way.CANCEL: "booking_cancelled"}


@dataclass(frozen=True)
class Row:
    """One session, what becomes of it, and what would go back for it in minor units."""

    session: Booking
    way: Way
    back: int
    is_new: bool  # since the page that she sent

    @property
    def options(self) -> list[Option]:
        """What can become of it."""
        return options(self.session, self.back)

    @property
    def back_now(self) -> int:
        """What goes back as things are chosen."""
        return self.back if self.way == Way.CANCEL else 0

    @property
    def is_told(self) -> bool:
        """Whether its client gets a mail: whoever was asked before is not asked twice."""
        return not (self.way == Way.ANEW and self.session.awaits_new_time)


@dataclass(frozen=True)
class Post:
    """One of the mails that go out, and to whom."""

    letter: Letter
    names: str


@dataclass(frozen=True)
class Plan:
    """Everything that will happen on some days. `gone` says what has become of sessions that are there no more."""

    days: Days
    rows: list[Row]
    held: list[Booking]
    gone: list[str]
    now: datetime
    zone: ZoneInfo

    @property
    def posts(self) -> list[Post]:
        """The mails, by what becomes of the session."""
        told = {way: self.names(way) for way in Way}
        return [Post(letter(MAILS[way]), told[way]) for way in (Way.ANEW, Way.CANCEL) if told[way]]

    @property
    def back_text(self) -> str:
        """What goes back in all, by currency; "" where nothing does."""
        sums: dict[str, int] = {}
        for row in self.rows:
            sums[row.session.currency] = sums.get(row.session.currency, 0) + row.back_now
        return listed([amount_text(minor, currency) for currency, minor in sums.items() if minor])

    @property
    def days_text(self) -> str:
        """The time that is blocked, in words."""
        return self.days.ahead_text(self.now.astimezone(self.zone).date())

    @property
    def told_by_her(self) -> str:
        """Whom no mail may reach: she is asked to tell them (R22)."""
        told = [row.session.client for row in self.rows if row.is_told]
        return listed(list(dict.fromkeys(str(client) for client in told if why_no_mail(client))))

    def names(self, way: Way) -> str:
        """Whose sessions become this and who are told so by mail, each once."""
        told = [row.session.client for row in self.rows if row.way == way and row.is_told]
        return listed(list(dict.fromkeys(str(client) for client in told if not why_no_mail(client))))


def plan_for(
    days: Days, *, zone: ZoneInfo, now: datetime, ways: Mapping[UUID, Way], known: Collection[UUID] | None = None
) -> Plan:
    """The plan for these days as things stand: as chosen, and the usual way for the rest.

    `known` are the sessions on the page that she sent, where there was one: what differs from it is marked.
    """
    sessions = sessions_with_refunds(*days.span(zone), now)
    rows = [
        Row(session, _way(session, ways), back, is_new=known is not None and session.public_id not in known)
        for session, back in sessions
        if session.status == Booking.Status.CONFIRMED
    ]
    held = [session for session, _ in sessions if session.status == Booking.Status.PENDING_PAYMENT]
    missing = set(known or ()) - {row.session.public_id for row in rows}
    gone = [_what_became(session, now, zone) for session in sessions_named(missing)]
    return Plan(days, rows, held, gone, now, zone)


def report(plan: Plan) -> str:
    """What was done, in her words."""
    told = [f"{sentence(plan.days_text)} is blocked: nothing is offered then."]
    if asked := plan.names(Way.ANEW):
        told.append(f"Asked by mail to choose another time: {asked}.")
    if cancelled := plan.names(Way.CANCEL):
        told.append(f"Cancelled and told so: {cancelled}.")
    if plan.told_by_her:
        told.append(f"No mail may go to {plan.told_by_her}: see “Needs you”.")
    if plan.back_text:
        told.append(f"{plan.back_text} goes back.")
    return " ".join([*told, "Get well soon."])


def listed(names: list[str]) -> str:
    """Names as one says them: "Anna, Bea and Carl"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def sentence(words: str) -> str:
    """With its first letter large."""
    return words[:1].upper() + words[1:]


def _way(session: Booking, ways: Mapping[UUID, Way]) -> Way:
    open_ways = ways_for(session)
    chosen = ways.get(session.public_id)
    return chosen if chosen in open_ways else open_ways[0]


def _what_became(session: Booking, now: datetime, zone: ZoneInfo) -> str:
    when = wording.when(session.starts_at.astimezone(zone), now.astimezone(zone))
    if session.status != Booking.Status.CONFIRMED:
        return f"{session.client}, {when}: {session.get_status_display().lower()} meanwhile."
    if session.starts_at <= now:
        return f"{session.client}, {when}: has begun meanwhile."
    return f"{session.client}: moved to {when} meanwhile."
