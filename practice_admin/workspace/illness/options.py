"""What can become of one session, and what each choice brings."""

from dataclasses import dataclass

from django.utils import timezone

from practice_admin.domain.illness import Way, ways_for
from practice_admin.domain.money import amount_text
from practice_admin.models import Booking
from practice_admin.workspace import wording
from practice_admin.workspace.figures import came_minor, figure


@dataclass(frozen=True)
class Option:
    """One choice, and what will come of it."""

    way: Way
    label: str
    effect: str


def options(session: Booking, back: int) -> list[Option]:
    """The choices for this session, the usual one first; `back` is what cancelling pays back, in minor units."""
    known = {
        Way.ANEW: Option(Way.ANEW, "Offer anew", _of_asking(session)),
        Way.CANCEL: Option(Way.CANCEL, "Cancel", _of_cancelling(session, back)),
    }
    return [known[way] for way in ways_for(session)]


def _of_asking(session: Booking) -> str:
    if session.awaits_new_time:
        asked = wording.when(timezone.localtime(session.changed_at), timezone.localtime())
        return f"Asked already, on {asked}. No second mail."
    kept = "; what was paid stays with it" if came_minor(session) > 0 else ""
    return f"{session.client.user.get_short_name()} is asked for another time{kept}."


def _of_cancelling(session: Booking, back: int) -> str:
    if not session.price_minor:
        return "It is free: nothing to pay back."
    told = [f"{amount_text(back, session.currency)} goes back."] if back else []
    if (by_hand := figure(session, "received_minor")) > 0:
        told.append(f"{amount_text(by_hand, session.currency)} came by hand: that is yours to give back.")
    if told:
        return " ".join(told)
    return "It was paid back already." if figure(session, "is_paid") else "Not paid yet: nothing is owed then."
