"""Practices as hypothesis imagines them: any zone and hours, any rules of a type, a diary that is half full already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from clients.domain.people import Visitor
from clients.domain.refusals import Refusal
from clients.models import Client, Stage
from practice_admin.domain.bookings import book_as_guest, book_session
from practice_admin.domain.queries import diary
from practice_admin.models import Block, Booking, HoursOverride, Practice, SessionType, WeeklyHours
from tests.factories import make_booking, make_client, make_session_type

Wall = tuple[time, time]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

# Zones, and a day shortly before something odd happens to their clocks (by the zone database, tzdata 2026f).
ODD_DAYS = [
    ("Europe/Lisbon", "2026-10-23"),  # 25 October: 02:00 becomes 01:00
    ("Europe/Lisbon", "2027-03-26"),  # 28 March: 01:00 becomes 02:00
    ("America/New_York", "2026-10-30"),  # 1 November: back at 02:00
    ("America/New_York", "2027-03-12"),  # 14 March: forward at 02:00
    ("Australia/Lord_Howe", "2026-10-02"),  # 4 October: half an hour forward
    ("Australia/Lord_Howe", "2027-04-02"),  # 4 April: half an hour back
    ("Pacific/Chatham", "2026-09-25"),  # 27 September: from +12:45 to +13:45
    ("Asia/Kathmandu", "2026-11-27"),  # +05:45, always
    ("Asia/Kolkata", "2026-11-27"),  # +05:30, always
    ("Asia/Beirut", "2027-03-26"),  # 28 March: midnight becomes 01:00
    ("Asia/Beirut", "2026-10-23"),  # 25 October: midnight becomes 23:00 of the day before
    ("America/Havana", "2025-10-31"),  # 2 November 2025: 01:00 becomes midnight, which comes twice
    ("Antarctica/Troll", "2027-03-26"),  # 28 March: two hours forward
    ("Africa/Casablanca", "2027-02-05"),  # 7 February: back an hour for Ramadan
    ("America/Caracas", "2016-04-29"),  # 1 May 2016: from -04:30 to -04:00
    ("Pacific/Apia", "2011-12-28"),  # 30 December 2011 is left out
    ("Pacific/Kwajalein", "1993-08-19"),  # 21 August 1993 is left out
]
ODD_ZONES = sorted({zone for zone, _ in ODD_DAYS})

quarters = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
walls = st.lists(st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1]), max_size=2)
long_days = st.tuples(st.integers(0, 9), st.integers(14, 23)).map(lambda pair: [(time(pair[0]), time(pair[1]))])
caps = st.sampled_from([None, None, 1, 2, 4])


@dataclass(frozen=True)
class Imagined:
    """A practice before it is written; what is `taken` and `blocked` counts in minutes from `now`."""

    zone: str
    now: datetime
    weekly: Mapping[int, Sequence[Wall]]
    overrides: Mapping[int, Sequence[Wall]]  # by days from today
    rules: Mapping[str, int | None]
    is_for_clients: bool
    taken: Sequence[tuple[int, int, int, int, str]]  # begins, length, both buffers, status
    blocked: Sequence[tuple[int, int]]  # begins, seconds

    def write(self) -> "Diary":
        """Put it into the database, past the domain; what would overlap is left out."""
        Practice.objects.update(time_zone=self.zone, cancellation_notice_hours=0, most_moves=1000)
        kind = make_session_type("discovery", opens_at_stage=self.stage, **self.rules)
        made = Diary(kind, make_client(stage=Stage.ONGOING) if self.is_for_clients else None, self.now)
        spans = [(day, span) for day, of_day in self.weekly.items() for span in of_day]
        WeeklyHours.objects.bulk_create(
            WeeklyHours(weekday=day, opens_at=opens, closes_at=closes) for day, (opens, closes) in spans
        )
        for days, of_day in self.overrides.items():
            on = made.today + timedelta(days=days)
            rows = [HoursOverride(on=on, opens_at=opens, closes_at=closes) for opens, closes in of_day]
            HoursOverride.objects.bulk_create(rows or [HoursOverride(on=on)])
        for begins, seconds in self.blocked:
            made.block(begins, seconds)
        self._write_bookings(made)
        return made

    @property
    def stage(self) -> Stage:
        return Stage.ONGOING if self.is_for_clients else Stage.DISCOVERY

    def _write_bookings(self, made: "Diary") -> None:
        whose, other, until = made.client or make_client(), make_session_type("other"), None
        for number, (begins, length, before, after, status) in enumerate(sorted(self.taken)):
            starts_at = self.now + begins * MINUTE
            if until is None or starts_at - before * MINUTE >= until:
                make_booking(
                    whose,
                    other if number % 3 == 2 else made.kind,
                    starts_at=starts_at,
                    ends_at=starts_at + length * MINUTE,
                    status=status,
                    buffer_before_minutes=before,
                    buffer_after_minutes=after,
                )
                until = starts_at + (length + after) * MINUTE


class Diary:
    """A written practice with one type, as a visitor sees it, or one signed-in client."""

    def __init__(self, kind: SessionType, client: Client | None, now: datetime) -> None:
        self.kind, self.client, self.now = kind, client, now

    @property
    def practice(self) -> Practice:
        return Practice.objects.get()

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.practice.time_zone)).date()

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From before now until after the horizon."""
        return self.now - DAY, self.now + timedelta(days=self.kind.horizon_days + 1)

    def listed(self, moving: Booking | None = None) -> list[datetime]:
        """The starts that are offered, in order."""
        client = None if moving else self.client
        found = diary.slots(self.kind, self.practice, window=self.window, now=self.now, client=client, moving=moving)
        return [slot.starts_at for slot in found]

    def ahead(self) -> list[Booking]:
        """The confirmed bookings that are still ahead."""
        live = Booking.objects.filter(session_type=self.kind, status="confirmed", starts_at__gt=self.now)
        return list(live.order_by("starts_at"))

    def book(self, starts_at: datetime) -> Booking | Refusal:
        """Through the domain's door: what was booked, or why not."""
        wish = {"session_type": self.kind, "starts_at": starts_at, "now": self.now}
        visitor = Visitor("Alice Example", "alice@example.com", "+351 912 345 678", "", "")
        try:
            return book_session(client=self.client, **wish) if self.client else book_as_guest(visitor=visitor, **wish)
        except Refusal as refusal:
            return refusal

    def block(self, begins: int, seconds: int) -> Block:
        """A block that begins so many minutes from now."""
        starts_at = self.now.replace(microsecond=0) + begins * MINUTE
        return Block.objects.create(starts_at=starts_at, ends_at=starts_at + timedelta(seconds=seconds))


@st.composite
def practices(draw: st.DrawFn) -> Imagined:
    """Any practice. Open a good part of most days, since one that is never open proves little."""
    zone, day = draw(st.sampled_from(ODD_DAYS))
    shift = timedelta(minutes=draw(st.integers(0, 1440)), microseconds=draw(st.sampled_from([0, 0, 1, 500_000])))
    horizon = draw(st.integers(2, 8))
    buffers = st.sampled_from([0, 0, 5, 10, 45, 1440])
    is_for_clients = draw(st.booleans())
    return Imagined(
        zone=zone,
        now=datetime.fromisoformat(day).replace(tzinfo=UTC) + shift,
        weekly=draw(st.fixed_dictionaries(dict.fromkeys(range(7), long_days | walls))),
        overrides=draw(st.dictionaries(st.integers(0, 5), walls, max_size=2)),
        rules={
            "duration_minutes": draw(st.integers(5, 180)),
            "buffer_before_minutes": draw(buffers),
            "buffer_after_minutes": draw(buffers),
            "step_minutes": draw(st.sampled_from([7, 15, 30, 45, 60, 120])),
            "minimum_notice_minutes": draw(st.sampled_from([0, 0, 45, 1440, 2880])),
            "horizon_days": horizon,
            "daily_cap": draw(caps),
            "weekly_cap": draw(caps),
            "most_ahead": draw(caps) if is_for_clients else None,
        },
        is_for_clients=is_for_clients,
        taken=draw(
            st.lists(
                st.tuples(
                    st.integers(-3 * 1440, horizon * 1440),
                    st.integers(5, 120),
                    buffers,
                    buffers,
                    st.sampled_from(["confirmed", "confirmed", "pending_payment", "cancelled", "completed"]),
                ),
                max_size=6,
            )
        ),
        blocked=draw(st.lists(st.tuples(st.integers(-600, horizon * 1440), st.integers(1, 30_000)), max_size=3)),
    )
