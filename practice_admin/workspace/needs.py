"""The "needs you" list: its order, and its words."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from clients.care.domain.queries.notes import drafts
from clients.care.domain.queries.threads import unread_by_her
from clients.domain.contact import contact_rule
from clients.models import FollowUp
from integrations.outbox.models import Effect
from practice_admin.domain.queries.money_needs import failed_events
from practice_admin.models import Booking
from practice_admin.workspace import wording
from practice_admin.workspace.money.needs import money_owed, money_to_see_to
from practice_admin.workspace.need import Need
from practice_admin.workspace.queries import today
from practice_admin.workspace.queries.effects import Subject, subjects_of
from practice_admin.workspace.queries.follow_ups import follow_ups_due


def needs(now: datetime) -> list[Need]:
    """Everything that waits for her, in a fixed order: what is urgent of the money first, debts last of all.

    New times to be chosen stand after the calls.
    """
    events = failed_events()
    return [
        *money_to_see_to(now, events),
        *_calendar(),
        *_effects({event.subject for event in events}),
        *(_call(booking) for booking in today.calls_to_close(now)),
        *(_waiting(booking) for booking in today.waiting_for_new_time()),
        *_notes(now),
        *_drafts(),
        *_messages(),
        *(_follow_up(follow_up) for follow_up in follow_ups_due(timezone.localdate(now))),
        *money_owed(now),
    ]


def _calendar() -> Iterator[Need]:
    if today.calendar_needs_reconnecting():
        yield Need(
            icon="event_busy",
            title="Google Calendar needs to be connected again",
            about="New sessions are not written to it, and your personal events are not seen",
            action="",
            href="",
            is_urgent=True,
        )


def _effects(told_already: set[str]) -> list[Need]:
    effects = today.effects_in_trouble(told_already)
    subjects = subjects_of(effects)
    told = [_effect(effect, subjects.get(effect.subject)) for effect in effects]
    return _handful(told, "sync_problem", "More side effects are in trouble", "admin:outbox_effect_changelist")


def _notes(now: datetime) -> list[Need]:
    told = [_note(booking) for booking in today.sessions_without_note(now)]
    return _handful(told, "edit_note", "Older sessions wait for a note too", "admin:practice_admin_booking_changelist")


def _drafts() -> list[Need]:
    told = [
        Need(
            icon="edit_note",
            title="A note to sign",
            about=str(note.client),
            at=note.created_at,
            action="Open note",
            href=reverse("admin:note", args=[note.client.public_id, note.public_id]),
        )
        for note in drafts()[: today.A_HANDFUL + 1]
    ]
    return _handful(told, "edit_note", "More notes wait to be signed", "admin:clients_client_changelist")


def _messages() -> Iterator[Need]:
    count = unread_by_her()
    if count:
        title = "A message that you have not read" if count == 1 else f"{count} messages that you have not read"
        yield Need(icon="chat_bubble", title=title, about="", action="Read", href=reverse("admin:inbox"))


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
        card=_card(subject.booking_id) if subject and subject.booking_id else "",
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
        card=_card(booking.public_id),
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
        card=_card(booking.public_id),
        detail=f"Asked on {asked}.",
        action="Open session",
        href=_card(booking.public_id),
    )


def _note(booking: Booking) -> Need:
    return Need(
        icon="edit_note",
        title="A note to write",
        about=f"{booking.client}, {booking.session_type}",
        at=booking.starts_at,
        card=_card(booking.public_id),
        action="Write note",
        href=reverse("admin:session_note", args=[booking.public_id]),
    )


def _follow_up(follow_up: FollowUp) -> Need:
    """Done or put off where it stands; what a mail may not say, with how they may be told."""
    return Need(
        icon="flag",
        title=follow_up.line,
        about=str(follow_up.client),
        detail=f"{contact_rule(follow_up.client)}." if follow_up.origin else "",
        action="Open",
        href=f"{reverse('admin:follow_ups', args=[follow_up.client.public_id])}#follow-up-{follow_up.public_id}",
        is_urgent=bool(follow_up.origin),
    )


def _record(row: Booking) -> str:
    return reverse("admin:client_record", args=[row.client.public_id])


def _card(public_id: UUID) -> str:
    return reverse("admin:booking", args=[public_id])
