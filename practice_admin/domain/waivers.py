"""The therapist's written waiver of a stage for one client (R2)."""

from datetime import datetime

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from clients.models import Client, Stage, User
from practice_admin.domain.diary import lock_diary
from practice_admin.models import Waiver

LONGEST_REASON = 2000  # characters


class WaiverRefused(Refusal):
    """The waiver cannot be signed as it stands."""

    public_message = "This waiver could not be signed."


class ReasonRefused(WaiverRefused):
    """What is wrong is the reason as it was written."""


def sign_waiver(*, client: Client, stage: Stage, reason: str, actor: User, now: datetime) -> Waiver:
    """Let this client book what opens at `stage` before they have come so far, for a reason that is kept, encrypted.

    It opens nothing before the discovery call (R1) nor to a closed client, so there it is refused, as it is for a stage
    that is open or waived already. Raises WaiverRefused, changing nothing.
    """
    _ensure_reason(reason)
    with transaction.atomic(durable=True):
        lock_diary()
        client = Client.objects.select_for_update().get(pk=client.pk)
        refusal = why_not_waivable(client, stage)
        if refusal:
            raise WaiverRefused(refusal)
        return Waiver.objects.create(client=client, stage=stage, reason=reason.strip(), signed_by=actor, signed_at=now)


def end_waiver(*, waiver_id: int, now: datetime) -> bool:
    """End a waiver: nothing more can be booked by it, and what was booked stays. False where it had ended already."""
    with transaction.atomic(durable=True):
        lock_diary()
        return bool(Waiver.objects.filter(pk=waiver_id, ended_at=None).update(ended_at=now))


def waivers_in_force(client: Client) -> list[Waiver]:
    """The client's waivers that have not ended, the newest first."""
    return list(Waiver.objects.filter(client=client, ended_at=None).select_related("signed_by"))


def _ensure_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonRefused("Please write why. It is kept with the waiver, and only you can read it.")
    if len(reason) > LONGEST_REASON or not is_text(reason):
        raise ReasonRefused(f"Please keep the reason to {LONGEST_REASON} characters of plain text.")


def why_not_waivable(client: Client, stage: Stage) -> str:
    """Why this stage cannot be waived for this client as they stand, in a sentence; "" where it can."""
    if client.discovery_completed_at is None:
        return "Before the discovery call nothing else can be opened, not even by a waiver."
    if client.stage == Stage.CLOSED:
        return "The work with this client is closed. Reopen it first."
    order = [Stage.DISCOVERY, Stage.INTAKE, Stage.ONGOING]
    if order.index(Stage(client.stage)) >= order.index(Stage(stage)):
        return "This stage is open to them already."
    if Waiver.objects.filter(client=client, stage=stage, ended_at=None).exists():
        return "There is a waiver for this already."
    return ""
