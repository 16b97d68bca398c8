"""The "needs you" list: its order, and its words."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from integrations.outbox.models import Effect
from practice_admin.domain.money import amount_text
from practice_admin.domain.queries.clashes import Clash, clashes
from practice_admin.domain.session_events import differences
from practice_admin.models import Booking, Payment, SessionEvent
from practice_admin.workspace import wording
from practice_admin.workspace.calendar.notice import Notice
from practice_admin.workspace.calendar.page import can_follow
from practice_admin.workspace.calendar.sessions import session_url
from practice_admin.workspace.queries import today
from practice_admin.workspace.queries.effects import Subject, subjects_of
from practice_admin.workspace.templatetags.desk import span


@dataclass(frozen=True)
class Action:
    """A further thing that she can do about it. `is_post`: it changes something at once."""

    words: str
    href: str
    is_post: bool = False


@dataclass(frozen=True)
class Need:
    """One thing that waits for her, with its action, or several. `is_post`: the action changes something at once."""

    icon: str
    title: str
    about: str
    action: str
    href: str
    at: datetime | None = None
    detail: str = ""
    is_urgent: bool = False
    is_post: bool = False
    more: tuple[Action, ...] = ()


def needs(now: datetime, notice: Notice | None = None) -> list[Need]:
    """Everything that waits for her, in the order of `product.md`; new times to be chosen stand after the calls."""
    return [
        *(_unplaced(payment) for payment in today.unplaced_payments()),
        *_calendar(notice),
        *(_clash(clash) for clash in clashes(now=now, most=today.A_HANDFUL)),
        *(_difference(entry) for entry in differences(now=now)[: today.A_HANDFUL]),
        *_effects(),
        *(_call(booking) for booking in today.calls_to_close(now)),
        *(_waiting(booking) for booking in today.waiting_for_new_time()),
        *_notes(now),
    ]


def _unplaced(payment: Payment) -> Need:
    return Need(
        icon="payments",
        title=f"{amount_text(payment.amount_minor, payment.currency)} came for a time that was gone",
        about=str(payment.client),
        at=payment.booking.starts_at,
        detail="Find another time together, or give the money back in Stripe.",
        action="Open record",
        href=_record(payment),
        is_urgent=True,
    )


def _calendar(notice: Notice | None) -> list[Need]:
    """Only what she alone can mend: a mirror that is merely old says so over every page."""
    if notice is None or notice.since:
        return []
    return [
        Need(
            icon="event_busy",
            title="Google Calendar needs to be connected again",
            about="New sessions are not written to it, and your personal events are not seen",
            action="Reconnect",
            href=reverse("admin:calendar"),
            is_urgent=True,
        )
    ]


def _clash(clash: Clash) -> Need:
    session = session_url(clash.booking_id, clash.client_id)
    return Need(
        icon="event_busy",
        title=f"“{clash.title or 'A personal event'}” lies over a session with {clash.client_name}",
        about=clash.type_name,
        at=clash.session_at,
        detail=f"Your event: {span(clash.starts_at, clash.ends_at)}. Nothing is moved by itself.",
        action="Move",
        href=session,
        more=(
            Action("Cancel", session),
            Action("Ignore", reverse("admin:ignore_clash", args=[clash.booking_id, clash.key]), is_post=True),
        ),
        is_urgent=True,
    )


def _difference(entry: SessionEvent) -> Need:
    booking, is_moved = entry.booking, entry.difference == SessionEvent.Difference.MOVED
    follow = Action("Move the session", reverse("admin:follow_event", args=[booking.public_id]))
    move = (
        follow
        if can_follow(entry)
        else Action("Move or cancel", session_url(booking.public_id, booking.client.public_id))
    )
    now_at = span(entry.seen_starts_at, entry.seen_ends_at) if entry.seen_starts_at and entry.seen_ends_at else ""
    return Need(
        icon="edit_calendar",
        title=f"You {'moved' if is_moved else 'deleted'} the event of a session with {booking.client} in Google",
        about=str(booking.session_type),
        at=booking.starts_at,
        detail=f"The event now: {now_at}. The session stays where it was." if now_at else "The session still stands.",
        action=move.words,
        href=move.href,
        more=(
            Action("Put it back", reverse("admin:put_event_back", args=[booking.public_id]), is_post=True),
            Action("Ignore", reverse("admin:ignore_difference", args=[booking.public_id]), is_post=True),
        ),
    )


def _effects() -> list[Need]:
    effects = today.effects_in_trouble()
    subjects = subjects_of(effects)
    told = [_effect(effect, subjects.get(effect.subject)) for effect in effects]
    return _handful(told, "sync_problem", "More side effects are in trouble", "admin:outbox_effect_changelist")


def _notes(now: datetime) -> list[Need]:
    told = [_note(booking) for booking in today.sessions_without_note(now)]
    return _handful(told, "edit_note", "Older sessions wait for a note too", "admin:practice_admin_booking_changelist")


def _handful(told: list[Need], icon: str, title: str, list_name: str) -> list[Need]:
    """The first few, and a line that leads to the rest where there are more."""
    if len(told) <= today.A_HANDFUL:
        return told
    return [*told[: today.A_HANDFUL], Need(icon, title, about="", action="See them all", href=reverse(list_name))]


def _effect(effect: Effect, subject: Subject | None) -> Need:
    is_parked = effect.state == Effect.State.FAILED
    return Need(
        icon="sync_problem",
        title=f"{wording.effect_kind(effect.kind)}: {'did not work' if is_parked else 'trying again by itself'}",
        about=subject.words if subject else "",
        at=subject.at if subject else None,
        detail=wording.effect_error(effect.last_error),
        action="Try again",
        href=reverse("admin:retry_effect", args=[effect.pk]),
        is_urgent=is_parked,
        is_post=True,
    )


def _call(booking: Booking) -> Need:
    return Need(
        icon="call_end",
        title="A discovery call to close",
        about=str(booking.client),
        at=booking.starts_at,
        action="Close call",
        href=reverse("admin:close_discovery", args=[booking.public_id]),
    )


def _waiting(booking: Booking) -> Need:
    asked = wording.when(timezone.localtime(booking.changed_at), timezone.localtime())
    return Need(
        icon="update",
        title=f"Waits for {booking.client} to choose another time",
        about=str(booking.session_type),
        at=booking.starts_at,
        detail=f"Asked on {asked}.",
        action="Open record",
        href=_record(booking),
    )


def _note(booking: Booking) -> Need:
    return Need(
        icon="edit_note",
        title="A note to write",
        about=f"{booking.client}, {booking.session_type}",
        at=booking.starts_at,
        action="Write note",
        href=f"{_record(booking)}?session={booking.public_id}#note",
    )


def _record(row: Booking | Payment) -> str:
    return reverse("admin:client_record", args=[row.client.public_id])
