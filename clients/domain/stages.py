"""A client's stage: what it can become, and the step that changes it and keeps that it did (R1, R2).

The operations stand above, where the diary's lock is: `practice_admin/domain/stages.py`, and, for closing with all that
hangs on it, `practice_admin/workflows/closing_care.py`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from clients.models import Client, Stage, StageChange, User

OPEN_STAGES = (Stage.DISCOVERY, Stage.INTAKE, Stage.ONGOING)
PAST_GATE = frozenset({Stage.INTAKE, Stage.ONGOING})
LONGEST_WORDS = 2000  # characters
EARLIEST = date(1970, 1, 1)

How = StageChange.How


class StageRefused(Refusal):
    """The stage cannot be changed like this. It stands as it stood."""

    public_message = "The stage could not be changed."


class StageStale(StageRefused):
    """The page that asked knew another stage."""

    public_message = "The stage has changed since you opened that page. This is how it stands now."


class WordsRefused(StageRefused):
    """What is wrong is the words beside it."""

    public_message = f"Please keep the words to {LONGEST_WORDS} characters of plain text."


class DayRefused(StageRefused):
    """What is wrong is the day on which a discovery was held."""


@dataclass(frozen=True)
class HeldElsewhere:
    """A discovery that was held elsewhere (R1): on which day, in the practice's zone, and how."""

    on: date
    manner: StageChange.Manner
    zone: ZoneInfo

    def completed_at(self, now: datetime) -> datetime:
        """The instant that stands for it: noon of that day, or now where that is still ahead.

        Raises DayRefused for a day that has not come, or that nobody can mean.
        """
        if self.on > now.astimezone(self.zone).date():
            raise DayRefused("That day is still ahead. A discovery is recorded once it was held.")
        if self.on < EARLIEST:
            raise DayRefused("Please check the year.")
        return min(now, datetime.combine(self.on, time(12), self.zone))


def why_not_to(client: Client, stage: Stage) -> str:
    """Why a client who is not closed cannot be moved to this stage, in a sentence; "" where they can."""
    if client.stage == stage:
        return "That is where they stand now."
    if stage in PAST_GATE and client.discovery_completed_at is None:
        return "The gate is shut: first a discovery call, or the record of one that was held elsewhere."
    return ""


def how_moved(before: str, after: Stage) -> StageChange.How:
    """What a move by her hand is called: from intake to ongoing care, care begins."""
    return How.BEGAN if (before, after) == (Stage.INTAKE, Stage.ONGOING) else How.MOVED


def ensure_words(words: str) -> None:
    """Raise WordsRefused unless they can be kept."""
    if len(words) > LONGEST_WORDS or not is_text(words):
        raise WordsRefused


def change_stage(
    client: Client,
    *,
    to: Stage,
    how: StageChange.How,
    actor: User | None,
    now: datetime,
    words: str = "",
    held: HeldElsewhere | None = None,
) -> StageChange:
    """Write the stage, and that it changed. A step: belongs under the diary's lock, every question asked."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "change_stage() belongs into the transaction that locked the diary."
        )
    before, client.stage = client.stage, to
    client.save(update_fields=["stage", "discovery_completed_at", "feed_taken_at"])
    return keep_change(client, before=before, how=how, actor=actor, now=now, words=words, held=held)


def keep_change(
    client: Client,
    *,
    before: str,
    how: StageChange.How,
    actor: User | None,
    now: datetime,
    words: str = "",
    held: HeldElsewhere | None = None,
) -> StageChange:
    """Write down how the client came to the stage where they stand. A step of whatever brought them there."""
    return StageChange.objects.create(
        client=client,
        from_stage=before,
        to_stage=client.stage,
        how=how,
        made_by=actor,
        changed_at=now,
        words=words.strip(),
        held_on=held.on if held else None,
        manner=held.manner if held else "",
    )
