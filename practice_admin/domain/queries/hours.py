"""The hours as they stand, and which sessions ahead they, or time off, leave standing where none would be offered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from practice_admin.domain.availability import Hours, opening_spans
from practice_admin.domain.verdicts import Rule
from practice_admin.models import Block, Booking, HoursOverride, Practice, RuleOverride, WeeklyHours


@dataclass(frozen=True)
class OpeningHours:
    """Every span of the week, and the overrides of today and later, each with the types that it is limited to."""

    zone: ZoneInfo
    weekly: list[WeeklyHours]
    overrides: list[HoursOverride]

    def of_type(self, session_type_id: int) -> Hours:
        """The hours that are open to one session type, as availability takes them."""
        weekly: dict[int, list[tuple[time, time]]] = defaultdict(list)
        overrides: dict[date, list[tuple[time, time]]] = defaultdict(list)
        for span in self.weekly:
            if _is_for(span, session_type_id):
                weekly[span.weekday].append((span.opens_at, span.closes_at))
        for override in self.overrides:
            of_day = overrides[override.on]  # it puts the weekly hours out of force, whomever it is for
            if override.opens_at and override.closes_at and _is_for(override, session_type_id):
                of_day.append((override.opens_at, override.closes_at))
        return Hours(self.zone, weekly, overrides)


def opening_hours(practice: Practice, *, now: datetime) -> OpeningHours:
    """The practice's hours from today on, in four queries."""
    zone = ZoneInfo(practice.time_zone)
    coming = HoursOverride.objects.filter(on__gte=now.astimezone(zone).date())
    return OpeningHours(
        zone,
        list(WeeklyHours.objects.prefetch_related("session_types")),
        list(coming.prefetch_related("session_types")),
    )


def sessions_outside(opening: OpeningHours, *, now: datetime) -> list[Booking]:
    """The sessions ahead that do not lie whole within the hours of their type, in order; one query.

    Left out: what the therapist placed there herself, knowing it, and what will be given another time anyway.
    """
    knowingly = RuleOverride.objects.filter(booking=OuterRef("pk"), rule=Rule.HOURS, starts_at=OuterRef("starts_at"))
    ahead = _live_sessions().filter(starts_at__gt=now, awaits_new_time=False).exclude(Exists(knowingly))
    hours_of: dict[int, Hours] = {}
    outside = []
    for booking in ahead:
        hours = hours_of.setdefault(booking.session_type_id, opening.of_type(booking.session_type_id))
        if not _lies_within(hours, booking):
            outside.append(booking)
    return outside


def sessions_during(starts_at: datetime, ends_at: datetime, *, now: datetime) -> list[Booking]:
    """The live sessions that touch a span and are not over, in order."""
    return list(_live_sessions().filter(starts_at__lt=ends_at, ends_at__gt=max(starts_at, now)))


def coming_blocks(source: Block.Source, *, now: datetime) -> QuerySet[Block]:
    """The blocks of one source that are not over, in order."""
    return Block.objects.filter(source=source, ends_at__gt=now).order_by("starts_at", "id")


def sessions_in_time_off(blocks: Iterable[Block], *, now: datetime) -> dict[int, list[Booking]]:
    """The live sessions that stay booked in each of these blocks and are not over, by the block's id; one query."""
    blocks = list(blocks)
    meeting = Block.objects.filter(
        pk__in=[block.pk for block in blocks], starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    sessions = list(_live_sessions().filter(Exists(meeting), ends_at__gt=now))
    return {
        block.pk: [row for row in sessions if row.starts_at < block.ends_at and row.ends_at > block.starts_at]
        for block in blocks
    }


def _live_sessions() -> QuerySet[Booking]:
    live = Booking.objects.filter(status__in=Booking.LIVE)
    return live.select_related("client__user", "session_type").defer("reason").order_by("starts_at")


def _is_for(row: WeeklyHours | HoursOverride, session_type_id: int) -> bool:
    limited_to = {session_type.pk for session_type in row.session_types.all()}
    return not limited_to or session_type_id in limited_to


def _lies_within(hours: Hours, booking: Booking) -> bool:
    begins, ends = int(booking.starts_at.timestamp()), int(booking.ends_at.timestamp())
    return any(opens <= begins and ends <= closes for _, (opens, closes) in opening_spans(hours, begins, begins))
