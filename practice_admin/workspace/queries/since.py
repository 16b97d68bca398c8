"""Since last time: what she wants to know before a session, for one client, in five queries."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from clients.care.domain.plans import plan_of
from clients.care.models import Message, Note
from clients.models import Client, FollowUp
from practice_admin.models import Booking

HELD = (Booking.Status.CONFIRMED, Booking.Status.COMPLETED)

A_FEW = 3  # notes


@dataclass(frozen=True)
class SinceLast:
    """What has happened with a client since their last session; without one, since the beginning (`last` None)."""

    client: Client
    last: Booking | None
    note: Note | None
    messages: int
    unread: int
    changed: list[Booking]
    follow_ups: list[FollowUp]

    @property
    def plan(self) -> str:
        """What the last note says under "Plan"; "" where it says nothing there."""
        return plan_of(self.note.body) if self.note else ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.note or self.messages or self.changed or self.follow_ups)


def since_last_time(client: Client, now: datetime, zone: ZoneInfo) -> SinceLast:
    """What to know before the next session with this client, as it stands at `now`; days are those of `zone`.

    The last note that has a plan, how many messages they wrote, what was moved or called off, and the follow-ups whose
    day has come.
    """
    begun = Booking.objects.filter(client=client, starts_at__lte=now, status__in=HELD, awaits_new_time=False)
    last = begun.select_related("session_type").defer("reason").order_by("-starts_at").first()
    written = Message.objects.filter(thread__client=client, sender=Message.Sender.CLIENT)
    shown = written.filter(Q(sent_at__gt=last.starts_at) | Q(read_at=None)) if last else written
    read = list(shown.values_list("read_at", flat=True))
    waiting = FollowUp.objects.filter(client=client, ended_at=None, due_on__lte=now.astimezone(zone).date())
    return SinceLast(
        client=client,
        last=last,
        note=_last_note(client),
        messages=len(read),
        unread=read.count(None),
        changed=list(_changed(client, last, now)),
        follow_ups=list(waiting),
    )


def _last_note(client: Client) -> Note | None:
    """The latest of the last few that has a plan: a draft just begun has none yet. Without any, the latest."""
    latest = list(Note.objects.filter(client=client)[:A_FEW])
    return next((note for note in latest if plan_of(note.body)), latest[0] if latest else None)


def _changed(client: Client, last: Booking | None, now: datetime) -> QuerySet[Booking]:
    """Bookings that were moved, called off or offered anew since the last session, the latest change first."""
    changes = Q(status=Booking.Status.CANCELLED) | Q(awaits_new_time=True) | Q(previous_starts_at__isnull=False)
    told = Booking.objects.filter(changes, client=client, changed_at__lte=now)
    if last is not None:
        told = told.filter(changed_at__gt=last.starts_at).exclude(pk=last.pk)
    return told.select_related("session_type").defer("reason").order_by("-changed_at", "-id")[:5]
