"""A practice to try everything on: a therapist, hours, three session types, clients at every stage."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.care.models import Note
from clients.models import Client, Stage, User
from practice_admin.domain.calendar_cycles import read_soon
from practice_admin.domain.diary import lock_diary
from practice_admin.models import (
    Booking,
    CalendarConnection,
    Colour,
    KnownCalendar,
    Place,
    Practice,
    SessionType,
    WeeklyHours,
)
from practice_admin.workflows.sample_money import make_sample_money
from practice_admin.workflows.sample_people import tell_about

THERAPIST = "therapist@example.com"
# Known to the sandbox's Google, which accepts it unless it was revoked there.
SANDBOX_REFRESH_TOKEN = "sandbox-refresh-token"  # noqa: S105  (opens nothing outside the sandbox)

TYPES: list[dict[str, object]] = [
    {
        "slug": "discovery",
        "name": "Discovery call",
        "words": "Twenty minutes to hear what brings you, and to see whether we fit. It costs nothing.",
        "opens_at_stage": Stage.DISCOVERY,
        "duration_minutes": 20,
        "buffer_after_minutes": 10,
        "step_minutes": 30,
        "minimum_notice_minutes": 12 * 60,
        "horizon_days": 60,
        "place": Place.MEET,
        "colour": Colour.OCHRE,
        "position": 1,
    },
    {
        "slug": "intake",
        "name": "First session",
        "words": "A long first session to understand where you come from and where you would like to go.",
        "opens_at_stage": Stage.INTAKE,
        "duration_minutes": 80,
        "buffer_after_minutes": 10,
        "step_minutes": 30,
        "minimum_notice_minutes": 24 * 60,
        "horizon_days": 60,
        "price_minor": 12000,
        "place": Place.MEET,
        "colour": Colour.PLUM,
        "position": 2,
    },
    {
        "slug": "session",
        "name": "Session",
        "words": "Our regular fifty minutes.",
        "opens_at_stage": Stage.ONGOING,
        "duration_minutes": 50,
        "buffer_after_minutes": 10,
        "step_minutes": 60,
        "minimum_notice_minutes": 24 * 60,
        "horizon_days": 60,
        "price_minor": 8000,
        "place": Place.MEET,
        "colour": Colour.GREEN,
        "position": 3,
    },
]
HOURS = [(time(9), time(13)), (time(14), time(18))]
# On the sessions of the past four weeks, the latest first
NOTES = [
    "",
    "Slept four nights in a row. Speaks of the move without being asked.",
    "Came late, tired. We stayed with the week as it was.",
    "The letter to his father is written, not sent.",
]
# address, name, stage, days since the discovery call (None: none yet)
PEOPLE = [
    ("prospect@example.com", "Paula Prado", Stage.DISCOVERY, None),
    ("intake@example.com", "Ines Duarte", Stage.INTAKE, 5),
    ("ongoing@example.com", "Oscar Nunes", Stage.ONGOING, 120),
    ("closed@example.com", "Clara Matos", Stage.CLOSED, 400),
]


def make_sample_practice(*, now: datetime) -> bool:
    """Make it all, once: False, changing nothing, where its therapist is there already."""
    with transaction.atomic(durable=True):
        practice = lock_diary()
        if User.objects.filter(email=THERAPIST).exists():
            return False
        _open_practice(practice, now)
        SessionType.objects.bulk_create(SessionType(**fields) for fields in TYPES)
        WeeklyHours.objects.bulk_create(
            WeeklyHours(weekday=day, opens_at=opens, closes_at=closes) for day in range(5) for opens, closes in HOURS
        )
        clients = {email: _client(email, name, stage, days, now) for email, name, stage, days in PEOPLE}
        assert practice.therapist is not None  # noqa: S101  (set by _open_practice; tells the type checker)
        _past_sessions(clients["ongoing@example.com"], practice.therapist, now)
        tell_about(clients, practice.therapist, now, ZoneInfo(practice.time_zone))
        _connect_calendar(now)
    return True


def _connect_calendar(now: datetime) -> None:
    """Her own calendar receives the sessions and blocks time; the first cycle is owed, and lists the others."""
    connected = CalendarConnection.objects.create(
        account_email=THERAPIST, calendar_id=THERAPIST, refresh_token=SANDBOX_REFRESH_TOKEN, connected_at=now
    )
    KnownCalendar.objects.create(
        calendar_id=THERAPIST, name=THERAPIST, is_primary=True, can_receive=True, blocks_time=True
    )
    read_soon(connected, now=now)


def _open_practice(practice: Practice, now: datetime) -> None:
    practice.name = "Reis Psychotherapy"
    practice.contact_email = THERAPIST
    practice.time_zone = "Europe/Lisbon"
    practice.looked_at = now
    practice.therapist = User.objects.create_user(
        THERAPIST, name="Helena Reis", is_staff=True, is_superuser=True, time_zone=practice.time_zone
    )
    practice.save()


def _client(email: str, name: str, stage: Stage, days: int | None, now: datetime) -> Client:
    user = User.objects.create_user(email, name=name, phone="+351 912 000 000", time_zone="Europe/Lisbon")
    spoken_at = None if days is None else now - timedelta(days=days)
    return Client.objects.create(user=user, stage=stage, discovery_completed_at=spoken_at)


def _past_sessions(client: Client, therapist: User, now: datetime) -> None:
    """Four weekly sessions that were held, on Tuesdays at ten, with a note on all but the latest; before them, one
    that was missed.
    """
    zone = ZoneInfo("Europe/Lisbon")
    today = now.astimezone(zone).date()
    tuesday = today - timedelta(days=today.weekday() - 1)
    times = [datetime.combine(tuesday - timedelta(weeks=weeks), time(10), zone) for weeks in range(1, len(NOTES) + 2)]
    held = [_session(client, starts_at, Booking.Status.COMPLETED) for starts_at in times[:-1]]
    for booking, text in zip(held, NOTES, strict=True):
        if text:
            written_at = booking.starts_at + timedelta(hours=1)
            Note.objects.create(client=client, booking=booking, body=text, created_at=written_at)
    missed = _session(client, times[-1], Booking.Status.NO_SHOW, fee=Booking.Fee.CHARGED)
    make_sample_money(held, missed, therapist=therapist, zone=zone)


def _session(client: Client, starts_at: datetime, status: Booking.Status, *, fee: str = "") -> Booking:
    session_type = SessionType.objects.get(slug="session")
    over_at = starts_at + timedelta(hours=1)
    return Booking.objects.create(
        client=client,
        session_type=session_type,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=session_type.duration_minutes),
        status=status,
        fee=fee,
        price_minor=session_type.price_minor,
        currency=session_type.currency,
        confirmed_at=starts_at - timedelta(days=7),
        ended_at=over_at,
        changed_at=over_at,
    )
