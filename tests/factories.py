"""People and things for tests. Alice, Bob and Charlie are clients; the therapist is the therapist."""

import itertools
from datetime import UTC, datetime, time, timedelta
from typing import Any

from clients.care.models import Note
from clients.models import Client, Stage, User
from practice_admin.models import Booking, Practice, SessionType, WeeklyHours

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # Lisbon reads UTC in winter
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # the Friday before

_numbers = itertools.count(1)


def make_user(email: str = "", **fields: Any) -> User:
    number = next(_numbers)
    return User.objects.create_user(email or f"person{number}@example.com", **{"name": f"Person {number}"} | fields)


def make_client(email: str = "", *, stage: str = Stage.DISCOVERY, **fields: Any) -> Client:
    done = {} if stage == Stage.DISCOVERY else {"discovery_completed_at": NOW - timedelta(days=30)}
    user_fields = {key: fields.pop(key) for key in ("name", "phone", "time_zone") if key in fields}
    return Client.objects.create(user=make_user(email, **user_fields), stage=stage, **done | fields)


def therapist() -> User:
    """The therapist, set on the practice too; the same one however often it is asked for."""
    found = User.objects.filter(is_superuser=True).first()
    user = found or make_user("therapist@example.com", name="Dr Helena Reis", is_staff=True, is_superuser=True)
    Practice.objects.update(therapist=user, contact_email=user.email, name="Reis Psychotherapy")
    return user


def make_session_type(slug: str = "", **fields: Any) -> SessionType:
    """Free, open to newcomers, 20 minutes, every half hour, no notice, unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "name": f"Type {number}",
        "opens_at_stage": Stage.DISCOVERY,
        "duration_minutes": 20,
        "minimum_notice_minutes": 0,
        "step_minutes": 30,
    }
    return SessionType.objects.create(slug=slug or f"type-{number}", **defaults | fields)


def make_session(slug: str = "session", **fields: Any) -> SessionType:
    """A priced 50-minute session for ongoing care."""
    defaults = {"opens_at_stage": Stage.ONGOING, "duration_minutes": 50, "price_minor": 7000}
    return make_session_type(slug, **defaults | fields)


def open_every_day(opens: time = time(9), closes: time = time(17)) -> None:
    """Weekly hours for all seven days, in the practice's wall time."""
    WeeklyHours.objects.bulk_create(WeeklyHours(weekday=day, opens_at=opens, closes_at=closes) for day in range(7))


def make_booking(
    client: Client | None = None,
    session_type: SessionType | None = None,
    *,
    starts_at: datetime = MONDAY,
    status: str = Booking.Status.CONFIRMED,
    **fields: Any,
) -> Booking:
    """A booking written past the domain, straight into the table, so that the database alone judges it."""
    session_type = session_type or SessionType.objects.first() or make_session_type()
    ends_at = fields.pop("ends_at", starts_at + timedelta(minutes=session_type.duration_minutes))
    return Booking.objects.create(
        client=client or make_client(),
        session_type=session_type,
        starts_at=starts_at,
        ends_at=ends_at,
        status=status,
        **fields,
    )


def make_note(client: Client | None = None, body: str = "A note", **fields: Any) -> Note:
    """A draft, written past the domain; signed with `signed_at`."""
    return Note.objects.create(client=client or make_client(), body=body, **fields)
