"""Each act on one booking: what the page asks, what it says will happen, the one operation, and what it says after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from practice_admin.domain import cancelling, closing
from practice_admin.domain.arranging import drop_buffers, why_no_buffers
from practice_admin.domain.policy import notice_hours
from practice_admin.domain.refunds import refundable
from practice_admin.models import Booking, Practice
from practice_admin.workspace.letters import letter
from practice_admin.workspace.sessions.fees import Choice, cancelling_choices, fee_choices, fee_report
from practice_admin.workspace.sessions.forms import WHOSE, CancelForm, FeeForm, KnownForm

CALL = "A discovery call is closed with its outcome: how do you go on?"
FREE_TO_GO = "It can still be cancelled freely by the policy, so nothing is charged for it."
NO_MAIL = "No mail is sent: whatever there is to say, you say."


@dataclass(frozen=True)
class Act:
    """One thing that she can do with a booking. `do` calls the operation and gives back what to say of it."""

    title: str
    button: str
    why_not: Callable[[Booking, datetime], str]
    form: Callable[[Booking, QueryDict | None], KnownForm]
    says: Callable[[Booking, Practice, datetime], dict[str, Any]]
    do: Callable[[Booking, Any, datetime], str]


def _bare_form(booking: Booking, data: QueryDict | None) -> KnownForm:
    return KnownForm(data, initial={"known_version": booking.version})


def _fee_form(booking: Booking, data: QueryDict | None) -> FeeForm:
    return FeeForm(data, is_free=not booking.price_minor, initial={"known_version": booking.version})


def _cancel_form(booking: Booking, data: QueryDict | None) -> CancelForm:
    return CancelForm(data, is_free=not booking.price_minor, initial={"known_version": booking.version})


def _say_of_cancelling(booking: Booking, practice: Practice, now: datetime) -> dict[str, Any]:
    is_free_to_go = cancelling.is_free_to_go(booking, practice, now)
    told = [letter("booking_cancelled", is_her_doing=side == Booking.Side.THERAPIST) for side, _ in WHOSE]
    return {
        "sides": [
            Choice(side, name, f"The mail begins: “{mail.opening}”")
            for (side, name), mail in zip(WHOSE, told, strict=True)
        ],
        "fees": cancelling_choices(booking, refundable(booking), is_free_to_go=is_free_to_go),
        "warning": _late(booking, practice, now),
        "consequences": [
            "Its time is free again at once.",
            f"{booking.client.user.get_short_name()} gets the mail “{told[0].subject}”. You get none.",
            "Its calendar entry is taken out.",
            *([FREE_TO_GO] if is_free_to_go and booking.price_minor else []),
        ],
    }


def _late(booking: Booking, practice: Practice, now: datetime) -> str:
    """Whether it is late by the policy that was kept with it, in words; "" where it is not, or is to be held anew."""
    if cancelling.is_free_to_go(booking, practice, now):
        return ""
    hours = notice_hours(booking, practice)
    begins = "It has begun already" if booking.starts_at <= now else f"It begins in less than {hours} hours"
    return f"{begins}: called off by the client, this is a late cancellation."


def _cancel(booking: Booking, form: CancelForm, now: datetime) -> str:
    back, fee, by = refundable(booking), form.chosen_fee, Booking.Side(form.cleaned_data["by"])
    known = form.cleaned_data["known_version"]
    cancelling.cancel_by_therapist(public_id=booking.public_id, fee=fee, by=by, now=now, known_version=known)
    return f"Cancelled; {booking.client} is told by mail. {fee_report(booking, fee, back)}".strip()


def _came(booking: Booking, form: KnownForm, now: datetime) -> str:
    closing.complete_session(public_id=booking.public_id, now=now, known_version=form.cleaned_data["known_version"])
    return f"Kept: {booking.client} came."


def _no_show(booking: Booking, form: FeeForm, now: datetime) -> str:
    back, fee, known = refundable(booking), form.chosen_fee, form.cleaned_data["known_version"]
    closing.mark_no_show(public_id=booking.public_id, fee=fee, now=now, known_version=known)
    return f"Kept: {booking.client} did not come. {fee_report(booking, fee, back)}".strip()


def _drop_buffers(booking: Booking, form: KnownForm, _now: datetime) -> str:
    drop_buffers(public_id=booking.public_id, known_version=form.cleaned_data["known_version"])
    return "There are no buffers around it any more."


def _why_not_came(booking: Booking, now: datetime) -> str:
    return closing.why_not_held(booking, now) or (CALL if booking.session_type.is_open_to_newcomers else "")


def _say_of_buffers(booking: Booking, _practice: Practice, _now: datetime) -> dict[str, Any]:
    sides = [(booking.buffer_before_minutes, "before"), (booking.buffer_after_minutes, "after")]
    kept = " and ".join(f"{minutes} minutes {side} it" for minutes, side in sides if minutes)
    now_kept = f"Now {kept} are kept free." if kept else "There are no buffers around it."
    return {"consequences": [now_kept, "Without them other sessions can be booked up to its very edges.", NO_MAIL]}


ACTS = {
    "cancel": Act(
        "Cancel this session",
        "Cancel the session",
        lambda booking, _now: cancelling.why_not_called_off(booking),
        _cancel_form,
        _say_of_cancelling,
        _cancel,
    ),
    "came": Act(
        "The client came",
        "They came",
        _why_not_came,
        _bare_form,
        lambda *_: {"consequences": ["The session is kept as held.", NO_MAIL]},
        _came,
    ),
    "no-show": Act(
        "The client did not come",
        "They did not come",
        closing.why_not_held,
        _fee_form,
        lambda booking, *_: {"fees": fee_choices(booking, refundable(booking)), "consequences": [NO_MAIL]},
        _no_show,
    ),
    "buffers": Act(
        "No buffers around it",
        "Set them to nought",
        lambda booking, _now: why_no_buffers(booking),
        _bare_form,
        _say_of_buffers,
        _drop_buffers,
    ),
}
