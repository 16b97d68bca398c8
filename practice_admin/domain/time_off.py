"""Time off, set by hand: nothing is offered in it, and what is booked stays booked."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from clients.domain.refusals import Refusal
from clients.domain.texts import is_text
from practice_admin.domain.diary import lock_diary
from practice_admin.domain.hours import FURTHEST_AHEAD
from practice_admin.domain.queries.hours import sessions_during
from practice_admin.models import Block, Booking

LONGEST = timedelta(days=366)
LONGEST_LABEL = 100  # characters


class TimeOffRefused(Refusal):
    """The time cannot be taken off."""

    public_message = "This time could not be taken off."


class EndsTooSoon(TimeOffRefused):
    """It ends before, or as, it begins."""

    public_message = "It has to end after it begins."


class OverAlready(TimeOffRefused):
    """All of it is past."""

    public_message = "That time is over."


class TooLong(TimeOffRefused):
    """It is longer than a year."""

    public_message = "A year at a time is the most. To close for longer, empty your week."


class TooFarOff(TimeOffRefused):
    """It begins beyond any plan, and is perhaps mistyped."""

    public_message = "Please choose a time within the next three years."


class BadLabel(TimeOffRefused):
    """What it is for is too long, or no text."""

    public_message = f"Please keep it to {LONGEST_LABEL} characters of plain text."


class NotHersToEnd(TimeOffRefused):
    """The block mirrors an event in Google (R13)."""

    public_message = "This time comes from your Google Calendar. Change it there."


def look_at_time_off(*, starts_at: datetime, ends_at: datetime, label: str, now: datetime) -> list[Booking]:
    """The sessions that would stay booked in this time off; raises what `take_time_off` would. Changes nothing."""
    _ensure_possible(starts_at.astimezone(UTC), ends_at.astimezone(UTC), label, now)
    return sessions_during(starts_at, ends_at, now=now)


def take_time_off(*, starts_at: datetime, ends_at: datetime, label: str, now: datetime) -> Block:
    """Block a span (aware instants) by hand. Asked for twice it is there once, under its first label.

    Raises EndsTooSoon, OverAlready, TooLong, TooFarOff, BadLabel; changing nothing.
    """
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    _ensure_possible(starts_at, ends_at, label, now)
    with transaction.atomic(durable=True):
        lock_diary()
        same = {"starts_at": starts_at, "ends_at": ends_at, "source": Block.Source.MANUAL}
        return Block.objects.filter(**same).first() or Block.objects.create(**same, label=label.strip())


def end_time_off(*, block_id: int) -> bool:
    """Offer the time of a block again. False where it has gone already; raises NotHersToEnd for one of Google's."""
    with transaction.atomic(durable=True):
        lock_diary()
        block = Block.objects.filter(pk=block_id).first()
        if block is None:
            return False
        if block.source != Block.Source.MANUAL:
            raise NotHersToEnd
        block.delete()
    return True


def _ensure_possible(starts_at: datetime, ends_at: datetime, label: str, now: datetime) -> None:
    """Judge instants in UTC: two wall times of one zone would be compared as the clocks read them."""
    if ends_at <= starts_at:
        raise EndsTooSoon
    if ends_at <= now:
        raise OverAlready
    if ends_at - starts_at > LONGEST:
        raise TooLong
    if starts_at - now > FURTHEST_AHEAD:
        raise TooFarOff
    if len(label.strip()) > LONGEST_LABEL or not is_text(label):
        raise BadLabel
