"""What the diary offers: gathers the inputs of `open_slots` in a constant number of queries (R4)."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import BigIntegerField, F, Func, QuerySet, Value

from practice_admin.domain.availability import Busy, Hours, Slot, SlotRules, Span, dates_of, open_slots
from practice_admin.models import Block, Booking, HoursOverride, Practice, SessionType, WeeklyHours

CLOSE_BY = timedelta(days=4)
MARGIN = timedelta(days=2)  # buffers are a day at most, and a date in another zone begins up to a day away


class _Epoch(Func):
    """An instant as whole seconds, rounded by `function`: integers load ten times faster than timestamps."""

    template = "%(function)s(extract(epoch from %(expressions)s))::bigint"
    output_field = BigIntegerField()


def slots(
    session_type: SessionType, practice: Practice, *, window: tuple[datetime, datetime], now: datetime
) -> list[Slot]:
    """The slots of this type that begin within `window` (aware instants), for the diary as it stands."""
    zone = ZoneInfo(practice.time_zone)
    reach = (window[0] - MARGIN, window[1] + MARGIN)
    hours = _hours(zone, reach[0].date(), reach[1].date())
    return open_slots(hours, _busy(session_type, zone, reach), rules_of(session_type), window=window, now=now)


def is_offered(session_type: SessionType, practice: Practice, *, starts_at: datetime, now: datetime) -> bool:
    """Whether exactly this start is offered now: the listing's own answer, for a window of one second."""
    window = (starts_at, starts_at + timedelta(seconds=1))
    return any(slot.starts_at == starts_at for slot in slots(session_type, practice, window=window, now=now))


def nearest_slots(
    session_type: SessionType, practice: Practice, *, to: datetime, now: datetime, count: int = 3
) -> list[Slot]:
    """The `count` free slots nearest to an instant, in order of time.

    Looks close by first: as many as are wanted within some days on either side are the nearest there are.
    """
    everything = (now, now + timedelta(days=session_type.horizon_days + 1))
    close_by = (to - CLOSE_BY, to + CLOSE_BY)
    near: list[Slot] = []
    for window in (close_by, everything):
        near = slots(session_type, practice, window=window, now=now)
        if len(near) >= count:
            break
    return sorted(sorted(near, key=lambda slot: abs(slot.starts_at - to))[:count])


def rules_of(session_type: SessionType) -> SlotRules:
    """A session type's rules as the engine takes them."""
    return SlotRules(
        duration=session_type.duration_minutes,
        buffer_before=session_type.buffer_before_minutes,
        buffer_after=session_type.buffer_after_minutes,
        step=session_type.step_minutes,
        minimum_notice=session_type.minimum_notice_minutes,
        horizon_days=session_type.horizon_days,
        daily_cap=session_type.daily_cap,
    )


def _hours(zone: ZoneInfo, first: date, last: date) -> Hours:
    weekly: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for weekday, opens, closes in WeeklyHours.objects.values_list("weekday", "opens_at", "closes_at"):
        weekly[weekday].append((opens, closes))
    overrides: dict[date, list[tuple[time, time]]] = defaultdict(list)
    for row in HoursOverride.objects.filter(on__range=(first, last)):
        overrides[row.on].extend([(row.opens_at, row.closes_at)] if row.opens_at and row.closes_at else [])
    return Hours(zone, weekly, overrides)


def _busy(session_type: SessionType, zone: ZoneInfo, reach: tuple[datetime, datetime]) -> Busy:
    live = Booking.objects.filter(
        status__in=Booking.LIVE, busy__overlap=Value(DateTimeTZRange(*reach), output_field=DateTimeRangeField())
    )
    blocks = Block.objects.filter(starts_at__lt=reach[1], ends_at__gt=reach[0])
    return Busy(
        blocks=_spans(blocks, "starts_at", "ends_at"),
        bookings=_spans(live, Func(F("busy"), function="lower"), Func(F("busy"), function="upper")),
        per_day=_per_day(session_type, live, zone),
    )


def _per_day(session_type: SessionType, live: QuerySet[Booking], zone: ZoneInfo) -> dict[date, int]:
    """Live bookings of this type by date; asked only where the type has a cap."""
    if session_type.daily_cap is None:
        return {}
    return dates_of(live.filter(session_type=session_type).values_list("starts_at", flat=True), zone)


def _spans(rows: QuerySet[Booking] | QuerySet[Block], begin: str | Func, end: str | Func) -> list[Span]:
    return list(rows.order_by().values_list(_Epoch(begin, function="floor"), _Epoch(end, function="ceil")))


def is_taken(session_type: SessionType, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a live booking's span, buffers on both sides included, meets this one."""
    before, after = session_type.buffer_before_minutes, session_type.buffer_after_minutes
    span = DateTimeTZRange(starts_at - timedelta(minutes=before), ends_at + timedelta(minutes=after))
    wanted = Value(span, output_field=DateTimeRangeField())
    return Booking.objects.filter(status__in=Booking.LIVE, busy__overlap=wanted).exists()
