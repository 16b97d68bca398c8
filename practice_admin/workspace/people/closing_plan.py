"""What will become of a client's sessions when the work is closed: told before it is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clients.domain.contact import why_no_mail
from clients.models import Client
from practice_admin.domain.money import amount_text
from practice_admin.models import Booking
from practice_admin.workflows.closing_care import Fate, fates_for
from practice_admin.workspace.letters import Letter, letter
from practice_admin.workspace.queries.closing_care import client_sessions_ahead, share_count

FATE = "fate-"  # and the session's public id


@dataclass(frozen=True)
class Option:
    """One choice, and what will come of it."""

    fate: Fate
    label: str
    effect: str


@dataclass(frozen=True)
class Row:
    """One session ahead, what becomes of it, and what would go back for it in minor units."""

    session: Booking
    fate: Fate
    back: int
    is_new: bool  # since the page that she sent

    @property
    def options(self) -> list[Option]:
        """What can become of it, the usual one first."""
        known = {
            Fate.WAIVE: Option(Fate.WAIVE, "Cancel" if self.is_free else "Cancel, and waive", self._of_waiving()),
            Fate.CHARGE: Option(Fate.CHARGE, "Cancel, and charge", self._of_charging()),
            Fate.KEEP: Option(Fate.KEEP, "Keep", "It stays booked. They can still move or cancel it."),
        }
        return [known[fate] for fate in fates_for(self.session)]

    @property
    def is_free(self) -> bool:
        """Whether nothing is to be paid for it."""
        return not self.session.price_minor

    def _of_waiving(self) -> str:
        if self.back:
            return f"{amount_text(self.back, self.session.currency)} goes back."
        return "It is free: nothing to pay back." if self.is_free else "Nothing is owed for it then."

    def _of_charging(self) -> str:
        amount = amount_text(self.back or self.session.price_minor, self.session.currency)
        return f"{amount} is kept." if self.back else f"{amount} stays owed."


@dataclass(frozen=True)
class Plan:
    """Everything that closing will do with what is booked. `held` are times that are just being paid for."""

    client: Client
    rows: list[Row]
    held: list[Booking]
    shares: int

    @property
    def letter(self) -> Letter:
        """The mail about each session that is cancelled."""
        return letter("booking_cancelled")

    @property
    def is_mailed(self) -> bool:
        """Whether such a mail may go at all; otherwise she is asked to tell them."""
        return not why_no_mail(self.client)


def plan_for(
    client: Client, *, now: datetime, fates: Mapping[UUID, Fate], known: Collection[UUID] | None = None
) -> Plan:
    """The plan as things stand: as chosen, and the usual fate for the rest.

    `known` are the sessions on the page that she sent, where there was one: what is new since is marked.
    """
    sessions = client_sessions_ahead(client, now)
    rows = [
        Row(session, _fate(session, fates), back, is_new=known is not None and session.public_id not in known)
        for session, back in sessions
        if session.status == Booking.Status.CONFIRMED
    ]
    held = [session for session, _ in sessions if session.status == Booking.Status.PENDING_PAYMENT]
    return Plan(client, rows, held, share_count(client))


def read_fates(data: Mapping[str, str]) -> dict[UUID, Fate] | None:
    """What was chosen for each session, by its public id; None where something of it cannot be read."""
    try:
        return {UUID(key.removeprefix(FATE)): Fate(data[key]) for key in data if key.startswith(FATE)}
    except ValueError:
        return None


def _fate(session: Booking, fates: Mapping[UUID, Fate]) -> Fate:
    open_fates = fates_for(session)
    chosen = fates.get(session.public_id)
    return chosen if chosen in open_fates else open_fates[0]
