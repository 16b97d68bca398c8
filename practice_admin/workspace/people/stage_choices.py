"""The stages that a client can be moved to, and what each opens."""

from dataclasses import dataclass

from clients.domain.stages import OPEN_STAGES, why_not_to
from clients.models import Client, Stage
from practice_admin.domain.money import price_text
from practice_admin.models import SessionType
from practice_admin.workspace.queries.waivers import types_by_stage


@dataclass(frozen=True)
class StageChoice:
    """A stage, what can be booked in it, and why it cannot be chosen now, where it cannot."""

    value: str
    label: str
    effect: str
    why_not: str


def stage_choices(client: Client) -> list[StageChoice]:
    """Every open stage, in order."""
    types = types_by_stage()
    told = []
    for number, stage in enumerate(OPEN_STAGES, start=1):
        opened = [one for each in OPEN_STAGES[:number] for one in types[each]]
        told.append(StageChoice(stage.value, _label(client, stage), _opens(opened), why_not_to(client, stage)))
    return told


def _label(client: Client, stage: Stage) -> str:
    is_beginning = client.stage == Stage.INTAKE and stage == Stage.ONGOING
    return "Ongoing care: begin care" if is_beginning else str(stage.label)


def _opens(types: list[SessionType]) -> str:
    told = [f"{each} ({price_text(each.price_minor, each.currency)})" for each in types]
    return f"They can book: {', '.join(told)}." if told else "No session type opens so early."
