"""Follow-ups: a line and a day; done, put off, or handed over by a mail that may not go (R22)."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from clients.models import Client, FollowUp, User

LONGEST_LINE = 300  # characters
FURTHEST = timedelta(days=5 * 366)

Ending = FollowUp.Ending


class FollowUpRefused(Refusal):
    """It cannot be kept, or changed, like this."""

    public_message = "This follow-up could not be kept."


class LineRefused(FollowUpRefused):
    """What is wrong is the line."""

    public_message = f"Write what there is to do, in one line of at most {LONGEST_LINE} characters."


class DueRefused(FollowUpRefused):
    """What is wrong is the day."""


class AlreadyEnded(FollowUpRefused):
    """It was done, or overtaken, before."""

    public_message = "This follow-up was ended already. Nothing changed."


def plan_follow_up(*, client: Client, line: str, due_on: date, today: date, actor: User, now: datetime) -> FollowUp:
    """Keep what she means to do about a client on a day, her line encrypted. `today` is the practice's day.

    Raises LineRefused, DueRefused, changing nothing.
    """
    line = line.strip()
    if not line or len(line) > LONGEST_LINE or not line.isprintable() or not is_text(line):
        raise LineRefused
    _ensure_day(due_on, today)
    with transaction.atomic(durable=True):
        Client.objects.select_for_update(no_key=True).get(pk=client.pk)  # a form that was sent twice waits here
        waiting = FollowUp.objects.filter(client=client, due_on=due_on, ended_at=None)
        if any(one.line == line for one in waiting):
            raise LineRefused("This is planned for that day already.")
        return FollowUp.objects.create(client=client, line=line, due_on=due_on, written_by=actor, created_at=now)


def finish_follow_up(*, follow_up: FollowUp, actor: User, now: datetime) -> None:
    """It is done. Of two who say so one is believed. Raises AlreadyEnded."""
    waiting = FollowUp.objects.filter(pk=follow_up.pk, ended_at=None)
    if not waiting.update(ending=Ending.DONE, ended_at=now, ended_by=actor):
        raise AlreadyEnded


def put_off(*, follow_up: FollowUp, due_on: date, today: date) -> None:
    """Let it wait until another day. Raises AlreadyEnded, DueRefused, changing nothing."""
    _ensure_day(due_on, today)
    if not FollowUp.objects.filter(pk=follow_up.pk, ended_at=None).update(due_on=due_on):
        raise AlreadyEnded


def hand_over(*, client: Client, line: str, due_on: date, origin: str, now: datetime) -> None:
    """Have her tell the client what a mail may not: once for each `origin`, the effect's key.

    The key ends in a version; what an earlier one of the same subject asked her to tell is overtaken by it.
    """
    told = {"client": client, "line": line[:LONGEST_LINE], "due_on": due_on, "created_at": now}
    with transaction.atomic(durable=True):
        made, is_new = FollowUp.objects.get_or_create(origin=origin, defaults=told)
        if is_new:
            subject = origin.rpartition("/")[0] + "/"
            earlier = FollowUp.objects.filter(client=client, origin__startswith=subject, ended_at=None)
            earlier.exclude(pk=made.pk).update(ending=Ending.SUPERSEDED, ended_at=now)


def find_follow_up(client: Client, public_id: UUID) -> FollowUp | None:
    """This client's follow-up of that public id; None for another's, exactly as for none at all (R16)."""
    return FollowUp.objects.filter(client=client, public_id=public_id).first()


def _ensure_day(due_on: date, today: date) -> None:
    if due_on < today:
        raise DueRefused("That day is over. Choose today or a day to come.")
    if due_on - today > FURTHEST:
        raise DueRefused("Please choose a day within the next five years.")
