"""What the diary offers: gathers the inputs of `open_slots`, in three queries at most (R4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from clients.models import Client, Stage
from practice_admin.domain import wording
from practice_admin.domain.availability import Busy, Hours, Slot, SlotRules, Span, open_slots
from practice_admin.domain.queries.diary_rows import hours_for, taken
from practice_admin.domain.verdicts import Verdict, verdicts
from practice_admin.models import Booking, Payment, Practice, SessionType

CLOSE_BY = timedelta(days=4)
MARGIN = timedelta(days=2)  # buffers are a day at most, and a date in another zone begins up to a day away
A_WEEK = timedelta(days=7)
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Asker:
    """For whom the diary is read: a signed-in client, whose limit ahead counts; a booking that is to be moved, whose
    own span does not stand in its way; what Google has just said of the very span (R14); how many bookings of the
    client's are to be thought of as made already. Nobody in particular: empty.

    What a client only holds unpaid does not stand in their own way, since taking another time gives it up; it does
    where the therapist asks for them (`keeps_holds`).
    """

    client: Client | None = None
    moving: Booking | None = None
    blocks: Sequence[Span] = ()
    more_ahead: int = 0
    keeps_holds: bool = False

    @property
    def yielding_id(self) -> int | None:
        """Whose unpaid holds make way."""
        return self.client.pk if self.client and not self.keeps_holds else None


def slots(
    session_type: SessionType,
    practice: Practice,
    *,
    window: tuple[datetime, datetime],
    now: datetime,
    client: Client | None = None,
    moving: Booking | None = None,
) -> list[Slot]:
    """The slots of this type that begin within `window` (aware instants), for the diary as it stands."""
    inputs = _gather(session_type, practice, window, Asker(client, moving), now)
    return open_slots(*inputs, window=window, now=now)


def is_offered(
    session_type: SessionType, practice: Practice, *, starts_at: datetime, now: datetime, asker: Asker | None = None
) -> bool:
    """Whether exactly this start is offered now: the listing's own answer, for a window of one second."""
    window = (starts_at, starts_at + A_SECOND)
    inputs = _gather(session_type, practice, window, asker or Asker(), now)
    return any(slot.starts_at == starts_at for slot in open_slots(*inputs, window=window, now=now))


def verdicts_on(
    session_type: SessionType, practice: Practice, *, starts_at: datetime, now: datetime, asker: Asker | None = None
) -> list[Verdict]:
    """What each rule says of this start now."""
    inputs = inputs_on(session_type, practice, starts_at=starts_at, now=now, asker=asker)
    return verdicts(*inputs, starts_at=starts_at, now=now)


def inputs_on(
    session_type: SessionType, practice: Practice, *, starts_at: datetime, now: datetime, asker: Asker | None = None
) -> tuple[Hours, Busy, SlotRules]:
    """What this start is judged by, for whoever tells the facts beside the verdicts."""
    return _gather(session_type, practice, (starts_at, starts_at + A_SECOND), asker or Asker(), now)


def inputs_within(
    session_type: SessionType,
    practice: Practice,
    *,
    window: tuple[datetime, datetime],
    now: datetime,
    asker: Asker | None = None,
) -> tuple[Hours, Busy, SlotRules]:
    """What every start within `window` (aware instants) is judged by: for many starts, gathered once."""
    return _gather(session_type, practice, window, asker or Asker(), now)


def nearest_slots(
    session_type: SessionType,
    practice: Practice,
    *,
    to: datetime,
    now: datetime,
    count: int = 3,
    client: Client | None = None,
    moving: Booking | None = None,
) -> list[Slot]:
    """The `count` free slots nearest to an instant, in order of time.

    Looks close by first: as many as are wanted within some days on either side are the nearest there are.
    """
    everything = (now, now + timedelta(days=session_type.horizon_days + 1))
    close_by = (to - CLOSE_BY, to + CLOSE_BY)
    near: list[Slot] = []
    for window in (close_by, everything):
        near = slots(session_type, practice, window=window, now=now, client=client, moving=moving)
        if len(near) >= count:
            break
    return nearest_of(near, to=to, count=count)


def nearest_of(free: Sequence[Slot], *, to: datetime, count: int = 3) -> list[Slot]:
    """The `count` of these that are nearest to an instant, in order of time."""
    wish = to.timestamp()
    return sorted(sorted(free, key=lambda slot: abs(slot.begins - wish))[:count])


def rules_of(session_type: SessionType, moving: Booking | None = None) -> SlotRules:
    """A session type's rules as the engine takes them; a booking that is moved keeps its own length and buffers."""
    rules = SlotRules(
        duration=session_type.duration_minutes,
        buffer_before=session_type.buffer_before_minutes,
        buffer_after=session_type.buffer_after_minutes,
        step=session_type.step_minutes,
        minimum_notice=session_type.minimum_notice_minutes,
        horizon_days=session_type.horizon_days,
        daily_cap=session_type.daily_cap,
        weekly_cap=session_type.weekly_cap,
        limit_ahead=session_type.limit_ahead,
    )
    if moving is None:
        return rules
    return replace(
        rules,
        duration=(moving.ends_at - moving.starts_at) // timedelta(minutes=1),
        buffer_before=moving.buffer_before_minutes,
        buffer_after=moving.buffer_after_minutes,
    )


def _gather(
    session_type: SessionType, practice: Practice, window: tuple[datetime, datetime], asker: Asker, now: datetime
) -> tuple[Hours, Busy, SlotRules]:
    reach = (window[0] - MARGIN, window[1] + MARGIN)
    hours = hours_for(session_type.pk, ZoneInfo(practice.time_zone), reach[0].date(), reach[1].date())
    if session_type.weekly_cap is not None:  # the whole of both weeks at its edges counts
        reach = (reach[0] - A_WEEK, reach[1] + A_WEEK)
    moving_id = asker.moving.pk if asker.moving else None
    found = taken(session_type.pk, *reach, moving_id=moving_id, yielding_id=asker.yielding_id)
    busy = Busy(
        blocks=[*found.blocks, *asker.blocks],
        bookings=found.bookings,
        starts=found.starts,
        ahead=_count_ahead(session_type, asker, now),
    )
    return hours, busy, rules_of(session_type, asker.moving)


def _count_ahead(session_type: SessionType, asker: Asker, now: datetime) -> int:
    """How many bookings count against the client's limit; a booking that is only moved adds none."""
    if asker.client is None or asker.moving is not None or session_type.limit_ahead is None:
        return 0
    ahead = bookings_ahead(asker.client, session_type, now=now)
    return (ahead if asker.keeps_holds else ahead.exclude(unpaid_hold())).count() + asker.more_ahead


def bookings_ahead(client: Client, session_type: SessionType, *, now: datetime) -> QuerySet[Booking]:
    """The client's live bookings ahead that count against the limit of this type; newcomers' types count as one.

    One that somebody else made under the client's address does not count until its owner has kept it (R9).
    """
    same = Q(session_type=session_type)
    if session_type.is_open_to_newcomers:
        same = Q(session_type__opens_at_stage=Stage.DISCOVERY)
    ahead = Booking.objects.filter(same, client=client, status__in=Booking.LIVE, starts_at__gt=now)
    return ahead.filter(awaits_owner=False).order_by("starts_at")


def unpaid_hold() -> Q:
    """That a booking is only held, and no money is on its way for it."""
    awaited = Payment.objects.filter(booking=OuterRef("pk"), state=Payment.State.AWAITED)
    return Q(~Exists(awaited), status=Booking.Status.PENDING_PAYMENT)


def why_none(session_type: SessionType, practice: Practice, *, client: Client | None, now: datetime) -> str:
    """Why this client is offered nothing of this type, whatever the diary says: they are at their limit; or ""."""
    limit = session_type.limit_ahead
    if client is None or limit is None:
        return ""
    ahead = list(
        bookings_ahead(client, session_type, now=now).exclude(unpaid_hold()).select_related("session_type")[: limit + 1]
    )
    if len(ahead) < limit:
        return ""
    first = ahead[0] if ahead else None
    if first is None:
        return "This kind of session is arranged in person just now. Please write to us."
    zone = wording.zone_or(client.user.time_zone, practice.time_zone)
    when = wording.short_text(first.starts_at, zone)
    if limit == 1:
        return f"You have this booked already: {first.session_type}, {when}. You can move it from its own page."
    return f"You have {len(ahead)} of these ahead, the next on {when}. Once one has taken place, more can be booked."


def is_taken(session_type: SessionType, *, starts_at: datetime, ends_at: datetime, asker: Asker | None = None) -> bool:
    """Whether a live booking's span, buffers on both sides included, meets this one."""
    asker = asker or Asker()
    moving = asker.moving
    rules = rules_of(session_type, moving)
    before, after = timedelta(minutes=rules.buffer_before), timedelta(minutes=rules.buffer_after)
    wanted = Value(DateTimeTZRange(starts_at - before, ends_at + after), output_field=DateTimeRangeField())
    others = Booking.objects.exclude(pk=moving.pk) if moving else Booking.objects
    live = others.filter(status__in=Booking.LIVE, busy__overlap=wanted)
    return live.exclude(unpaid_hold(), client_id=asker.yielding_id).exists() if asker.yielding_id else live.exists()
