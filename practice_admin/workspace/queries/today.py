"""What Today asks: one query each, whatever the number of rows."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from clients.models import Stage
from integrations.outbox.models import Effect
from practice_admin.domain.looking import MOST_AT_FIRST
from practice_admin.models import Booking, CalendarConnection
from practice_admin.workspace.queries.bookings import shown_bookings

A_HANDFUL = 8  # of one kind under "needs you"
OVER = (Booking.Status.CANCELLED, Booking.Status.EXPIRED)


def agenda(now: datetime, zone: ZoneInfo) -> list[Booking]:
    """The sessions that begin on the practice's day at `now`, in order; cancelled and lapsed ones left out."""
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    next_midnight = datetime.combine(midnight.date() + timedelta(days=1), time(), zone)
    day = shown_bookings().filter(starts_at__gte=midnight, starts_at__lt=next_midnight)
    return list(day.exclude(status__in=OVER).order_by("starts_at"))


def changed_since(looked_at: datetime | None) -> list[Booking]:
    """Every booking that is new or changed since she last looked, whatever its date; newest change first.

    Where she never looked, the newest MOST_AT_FIRST.
    """
    newest = shown_bookings().order_by("-changed_at", "-id")
    return list(newest.filter(changed_at__gt=looked_at) if looked_at else newest[:MOST_AT_FIRST])


def calendar_needs_reconnecting() -> bool:
    """Whether Google has taken back the permission that was given."""
    return CalendarConnection.objects.filter(state=CalendarConnection.State.REVOKED).exists()


def effects_in_trouble(told_already: Collection[str] = ()) -> list[Effect]:
    """Effects that were parked, or have failed at least once and wait for another try; parked ones first.

    A handful, and one more where there are more. Subjects that are `told_already` are left out.
    """
    retrying = Q(state=Effect.State.DUE, attempts__gt=0)
    troubled = Effect.objects.filter(Q(state=Effect.State.FAILED) | retrying).exclude(subject__in=told_already)
    return list(troubled.order_by("-state", "due_at", "id")[: A_HANDFUL + 1])


def calls_to_close(now: datetime) -> list[Booking]:
    """Discovery calls whose time has begun and whose outcome is not recorded, oldest first."""
    begun = shown_bookings().filter(status=Booking.Status.CONFIRMED, starts_at__lte=now, awaits_new_time=False)
    return list(begun.filter(session_type__opens_at_stage=Stage.DISCOVERY).order_by("starts_at"))


def waiting_for_new_time() -> list[Booking]:
    """Sessions that were offered anew and whose clients have not chosen yet, the soonest first."""
    waiting = shown_bookings().filter(status=Booking.Status.CONFIRMED, awaits_new_time=True)
    return list(waiting.order_by("starts_at"))


def sessions_without_note(now: datetime) -> list[Booking]:
    """Sessions of care that are over and have no note yet, newest first: the freshest memory first.

    A handful, and one more where there are more.
    """
    held = (Booking.Status.CONFIRMED, Booking.Status.COMPLETED)
    over = shown_bookings().filter(status__in=held, ends_at__lte=now, notes=None, awaits_new_time=False)
    return list(over.exclude(session_type__opens_at_stage=Stage.DISCOVERY).order_by("-starts_at")[: A_HANDFUL + 1])
