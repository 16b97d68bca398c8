"""What the page that closes a discovery call says: each answer, and what it will do (R1)."""

from dataclasses import dataclass

from clients.models import Client, Stage
from practice_admin.models import Booking

Outcome = Booking.Outcome


@dataclass(frozen=True)
class Choice:
    """One answer, and what will come of it."""

    value: str
    label: str
    effect: str


def choices(client: Client) -> list[Choice]:
    """The three answers, with what each will do for this client as they stand now."""
    effects = {Outcome.PROCEED: _of_proceeding(client), Outcome.REFER: _of_parting(client)}
    return [Choice(value.value, value.label, effects.get(value, _of_parting(client))) for value in Outcome]


def _of_proceeding(client: Client) -> str:
    if client.stage in {Stage.INTAKE, Stage.ONGOING}:
        return f"{client} stays in {client.get_stage_display().lower()}; the gate is open already."
    return f"The gate opens: {client} moves to intake and can book and pay for an intake session."


def _of_parting(client: Client) -> str:
    if client.stage == Stage.DISCOVERY:
        return f"{client} moves to closed. Another discovery call can still be booked, nothing else."
    return f"The call is closed; {client} stays in “{client.get_stage_display().lower()}”."
